"""The live stream: one connection per process that listens, a ring of recent events, a bounded queue per screen.

A screen's Last-Event-ID is a journal index, so one that was cut off is given exactly what it missed, from the ring and
without a query. A screen that missed more than the ring holds is told to fetch its page afresh. An event holds index,
act, subject, territory and version: nothing personal travels, and log-ins and reads of personal data are no events.

Frames besides the events: `state` (is the hub connected to the journal, and how far has it read) with each heartbeat,
`reset` (fetch the page afresh), `end` (your right to listen has ended).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import orjson
import psycopg
from django.db import connection

from tartip.core.journal.sealing import CHANNEL

log = logging.getLogger("tartip.stream")

Database = psycopg.AsyncConnection[tuple[Any, ...]]

RING = 5_000
QUEUE = 1_000
PAGE = 2_000
HEARTBEAT = 15.0
READY_SECONDS = 10.0
REPORT_EVERY = 5.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 15.0

EVENTS = """
SELECT s.index, e.act, e.register, e.subject, e.territory, e.version, e.actor, e.purpose
FROM journal_seal s JOIN journal_entry e ON e.id = s.entry_id
WHERE s.index >= %s AND s.index < %s ORDER BY s.index
"""

# Entries about log-ins. They are in the journal, but no screen hears of them.
LOG_INS = "account"
# An act on one of these may end somebody's right to listen.
RIGHTS = frozenset({LOG_INS, "appointment", "token", "shift"})
# They touch one account, which the entry names; the others name an appointment, so everybody is asked.
OF_ONE_ACCOUNT = frozenset({LOG_INS, "shift"})


@dataclass(frozen=True, slots=True)
class Event:
    """One sealed entry as screens hear of it; `frame` is made once for all listeners."""

    index: int
    territory: str
    register: str
    frame: bytes
    subject: str | None = None
    actor: str = ""
    # False for log-ins and reads of personal data.
    told: bool = True


Sees = Callable[[Event], bool]


class Listener(Protocol):
    """Who listens at a screen, and what it may hear of."""

    @property
    def account(self) -> object:
        """The account's id: an entry about it has the right checked again at once."""

    def sees(self, event: Event) -> bool: ...

    async def still_valid(self) -> bool:
        """Whether the right to listen still holds. Asked at each heartbeat."""


def event_of(row: tuple[Any, ...]) -> Event:
    index, act, register, subject, territory, version, actor, purpose = row
    subject = str(subject) if subject else None
    said = {
        "index": index, "act": act, "register": register, "subject": subject, "territory": territory,
        "version": version,
    }  # fmt: skip
    frame = b"id: %d\ndata: %s\n\n" % (index, orjson.dumps(said))
    # A read changes nothing: it has a purpose and leaves no version.
    told = register != LOG_INS and not (purpose and version == 0)
    return Event(index, territory, register, frame, subject, actor, told)


def readable(row: tuple[Any, ...]) -> Event:
    """The event of a row; one that cannot be made is reported and skipped, so that it does not end the stream."""
    try:
        return event_of(row)
    except Exception:
        log.exception("entry %s of the journal cannot be told to the screens", row[0])
        return Event(row[0], "", "", b"", told=False)


class Screen:
    """One listener's queue. One that overflows closes the screen: it comes back with its last index."""

    __slots__ = ("account", "check", "listener", "queue")

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.account = str(listener.account)
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)
        self.check = False

    def push(self, event: Event) -> bool:
        """Queue the event if this screen may hear of it. False if the screen must be closed."""
        try:
            if event.told and self.listener.sees(event):
                self.queue.put_nowait(event)
        except asyncio.QueueFull:
            return False
        except Exception:
            log.exception("the rights of one screen cannot be asked; it is closed")
            return False
        return True

    def close(self) -> None:
        """End the stream of this screen after nothing more: what it did not get it is given when it comes back."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)

    def ask_again(self) -> None:
        """Have the right checked before the next event is sent."""
        self.check = True
        if self.queue.empty():
            self.queue.put_nowait(NUDGE)


NUDGE = Event(-1, "", "", b"")


class Hub:
    """Reads each sealed event once and hands it to all screens of this process.

    Whatever goes wrong while reading, all screens are closed, so that none says "live" while nothing arrives. They
    come back by themselves, and the hub begins again.
    """

    def __init__(self) -> None:
        self.screens: set[Screen] = set()
        self.ring: deque[Event] = deque(maxlen=RING)
        self.size = -1
        self.live = False
        # Called while the hub is well, every few seconds: to tell the duty engineer's board.
        self.report: Callable[[Database], Awaitable[None]] | None = None
        self._reported = 0.0
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    def start(self) -> None:
        """Begin to read. It is called when the page server starts, so that the first screen finds the ring filled."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def listen(self, listener: Listener, since: int | None) -> AsyncIterator[bytes]:
        """Frames for one screen: first what it missed after `since`, then live events, then for ever."""
        self.start()
        yield b"retry: 1000\n\n"
        try:
            await asyncio.wait_for(self._ready.wait(), READY_SECONDS)
        except TimeoutError:
            yield self._state()
            return
        screen = Screen(listener)
        self.screens.add(screen)
        try:
            async for frame in self._frames(screen, since):
                yield frame
        finally:
            self.screens.discard(screen)

    async def _frames(self, screen: Screen, since: int | None) -> AsyncIterator[bytes]:
        listener, end = screen.listener, self.size
        sent = end - 1 if since is None or since >= end else since
        missed = self._missed(sent, end)
        if missed is None:
            sent, missed = end - 1, []
            yield b"id: %d\nevent: reset\ndata: {}\n\n" % (end - 1)
        frames = [event.frame for event in missed if event.told and listener.sees(event)]
        sent = max(sent, end - 1)
        yield b"".join([*frames, self._state(sent)])
        beat = time.monotonic() + HEARTBEAT
        while True:
            event: Event | None
            try:
                event = screen.queue.get_nowait()
            except asyncio.QueueEmpty:
                try:
                    event = await asyncio.wait_for(screen.queue.get(), max(0.0, beat - time.monotonic()))
                except TimeoutError:
                    event = NUDGE
            if event is None:
                return
            if screen.check or time.monotonic() >= beat:
                screen.check = False
                if not await listener.still_valid():
                    yield b"event: end\ndata: {}\n\n"
                    return
            if time.monotonic() >= beat:
                beat = time.monotonic() + HEARTBEAT
                # Everything up to here was handed out, so a quiet screen need not be replayed from long ago.
                yield self._state(max(sent, self.size - 1) if screen.queue.empty() and event is NUDGE else None)
            if event.index > sent:
                sent = event.index
                yield event.frame

    def _missed(self, since: int, end: int) -> list[Event] | None:
        """Everything sealed after `since` and before `end`; None if the ring does not reach back so far."""
        if since + 1 >= end:
            return []
        if not self.ring or since + 1 < self.ring[0].index:
            return None
        return list(islice(self.ring, since + 1 - self.ring[0].index, None))

    def _state(self, index: int | None = None) -> bytes:
        place = b"" if index is None or index < 0 else b"id: %d\n" % index
        return b"%sevent: state\ndata: %s\n\n" % (place, orjson.dumps({"live": self.live, "size": self.size}))

    async def _run(self) -> None:
        wait = FIRST_WAIT
        while True:
            begun = time.monotonic()
            try:
                await self._follow()
            except asyncio.CancelledError:
                self._close_all()
                raise
            except Exception as error:
                # One bad row, a defect of ours, a lost database: a screen that hears nothing must not look alive.
                known = isinstance(error, psycopg.Error | OSError)
                log.error("the stream stopped and begins again: %s", error, exc_info=not known)
            self._close_all()
            wait = FIRST_WAIT if time.monotonic() - begun > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(wait)

    async def _follow(self) -> None:
        async with await self._connect() as database:
            await database.execute(f"LISTEN {CHANNEL}")
            await self._catch_up(database)
            self.live = True
            self._ready.set()
            while True:
                async for _ in database.notifies(timeout=HEARTBEAT / 2, stop_after=1):
                    pass
                await self._catch_up(database)

    def _close_all(self) -> None:
        self.live = False
        self._ready.clear()
        for screen in list(self.screens):
            self.screens.discard(screen)
            screen.close()

    async def _catch_up(self, database: Database) -> None:
        row = await (await database.execute("SELECT size FROM journal_state")).fetchone()
        size = int(str(row[0])) if row else 0
        if not 0 <= self.size <= size:
            # The first look, or another database behind the same address (a restore).
            self.size = max(0, size - RING)
            self.ring.clear()
        while self.size < size:
            cursor = await database.execute(EVENTS, (self.size, min(size, self.size + PAGE)))
            rows = await cursor.fetchall()
            if not rows:
                raise LookupError(f"the journal says {size} entries are sealed, entry {self.size} is not there")
            for found in rows:
                event = readable(found)
                self.size = event.index + 1
                self.ring.append(event)
                self._hand_out(event)
            await asyncio.sleep(0)
        if self.report is not None and time.monotonic() - self._reported > REPORT_EVERY:
            self._reported = time.monotonic()
            await self.report(database)

    def _hand_out(self, event: Event) -> None:
        for screen in list(self.screens):
            if event.register in RIGHTS and self._concerns(event, screen):
                screen.ask_again()
            if not screen.push(event):
                self.screens.discard(screen)
                screen.close()

    @staticmethod
    def _concerns(event: Event, screen: Screen) -> bool:
        if event.register not in OF_ONE_ACCOUNT:
            return True
        return event.subject == screen.account or event.actor == f"person:{screen.account}"

    async def _connect(self) -> Database:
        from asgiref.sync import sync_to_async

        params = await sync_to_async(connection.plain_params)()  # type: ignore[attr-defined]
        return await psycopg.AsyncConnection.connect(**params, autocommit=True)


hub = Hub()

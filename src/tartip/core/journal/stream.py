"""The live stream: one listening connection a process, a ring of recent events, a bounded queue for each screen.

A screen's Last-Event-ID is a journal index, so one that was cut off is given exactly what it missed. An event holds
index, act, subject, territory and version: nothing personal travels.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
from django.db import connection

from tartip.core.journal.sealing import CHANNEL

log = logging.getLogger("tartip.stream")

Database = psycopg.AsyncConnection[tuple[Any, ...]]

RING = 5_000
QUEUE = 1_000
REPLAY_PAGE = 2_000
HEARTBEAT = 15.0

EVENTS = """
SELECT s.index, e.act, e.register, e.subject, e.territory, e.version
FROM journal_seal s JOIN journal_entry e ON e.id = s.entry_id
WHERE s.index >= %s AND s.index < %s ORDER BY s.index
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One sealed entry as screens hear of it; `frame` is made once for all listeners."""

    index: int
    territory: str
    register: str
    frame: bytes


Sees = Callable[[Event], bool]


def event_of(row: tuple[Any, ...]) -> Event:
    index, act, register, subject, territory, version = row
    said = {
        "index": index, "act": act, "register": register, "subject": str(subject) if subject else None,
        "territory": territory, "version": version,
    }  # fmt: skip
    return Event(index, territory, register, b"id: %d\ndata: %s\n\n" % (index, orjson.dumps(said)))


class Screen:
    """One listener. A queue that overflows closes the screen: it comes back with its last index and is replayed."""

    __slots__ = ("queue", "sees")

    def __init__(self, sees: Sees) -> None:
        self.sees = sees
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)

    def push(self, event: Event) -> bool:
        if self.sees(event):
            try:
                self.queue.put_nowait(event)
            except asyncio.QueueFull:
                return False
        return True


class Hub:
    """Reads each sealed event once and hands it to all screens of this process."""

    def __init__(self) -> None:
        self.screens: set[Screen] = set()
        self.ring: deque[Event] = deque(maxlen=RING)
        self.size = -1
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def listen(self, sees: Sees, since: int | None) -> AsyncIterator[bytes]:
        """Frames for one screen: first what it missed after `since`, then live events, then for ever."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await self._ready.wait()
        screen = Screen(sees)
        self.screens.add(screen)
        sent = self.size - 1 if since is None else since
        try:
            yield b"retry: 1000\n\n"
            async for event in self._missed(sent):
                sent = event.index
                if sees(event):
                    yield event.frame
            while True:
                try:
                    next_event = await asyncio.wait_for(screen.queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if next_event is None:
                    return
                if next_event.index > sent:
                    sent = next_event.index
                    yield next_event.frame
        finally:
            self.screens.discard(screen)

    async def _missed(self, since: int) -> AsyncIterator[Event]:
        """Everything sealed after `since`: from the ring when it reaches back so far, else from the database."""
        until = self.size
        if self.ring and self.ring[0].index <= since + 1:
            for event in [event for event in self.ring if event.index > since]:
                yield event
            return
        while since + 1 < until:
            async with await self._connect() as database:
                cursor = await database.execute(EVENTS, (since + 1, min(until, since + 1 + REPLAY_PAGE)))
                rows = await cursor.fetchall()
            if not rows:
                return
            for row in rows:
                yield event_of(row)
            since = rows[-1][0]

    async def _run(self) -> None:
        while True:
            try:
                async with await self._connect() as database:
                    await database.execute(f"LISTEN {CHANNEL}")
                    await self._catch_up(database)
                    self._ready.set()
                    while True:
                        async for _ in database.notifies(timeout=10, stop_after=1):
                            pass
                        await self._catch_up(database)
            except psycopg.Error as error:
                log.warning("stream waits for the database: %s", error)
                await asyncio.sleep(1)

    async def _catch_up(self, database: Database) -> None:
        row = await (await database.execute("SELECT size FROM journal_state")).fetchone()
        size = int(str(row[0])) if row else 0
        if self.size < 0:
            self.size = size
        while self.size < size:
            cursor = await database.execute(EVENTS, (self.size, min(size, self.size + REPLAY_PAGE)))
            for found in await cursor.fetchall():
                event = event_of(found)
                self.size = event.index + 1
                self.ring.append(event)
                self._hand_out(event)
            await asyncio.sleep(0)

    def _hand_out(self, event: Event) -> None:
        for screen in list(self.screens):
            if not screen.push(event):
                self.screens.discard(screen)
                screen.queue.get_nowait()
                screen.queue.put_nowait(None)

    async def _connect(self) -> Database:
        from asgiref.sync import sync_to_async

        params = await sync_to_async(connection.get_connection_params)()
        known = {name: params[name] for name in ("dbname", "user", "password", "host", "port") if params.get(name)}
        return await psycopg.AsyncConnection.connect(**known, autocommit=True)


hub = Hub()

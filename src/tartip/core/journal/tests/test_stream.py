"""The hub of the live stream, with a journal made by hand: no screen says "live" while nothing reaches it."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tartip.core.journal import stream
from tartip.core.journal.stream import Hub

ALMATY = "750000000"


@dataclass
class Journal:
    """Stands for the database connection of the hub: rows, and what shall fail."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    fault: Exception | None = None
    queries: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, *, register: str = "incident", subject: object = None, purpose: str = "", version: int = 1) -> None:
        act = f"{register}.act"
        row = (len(self.rows), act, register, subject or uuid.uuid4(), ALMATY, version, "person:x", purpose)
        self.rows.append(row)
        self.changed.set()

    def fail(self, error: Exception) -> None:
        self.fault = error
        self.changed.set()

    async def __aenter__(self) -> Journal:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def execute(self, sql: str, values: tuple[int, int] = (0, 0)) -> Any:
        self.queries += 1
        if self.fault and not sql.startswith("LISTEN"):
            fault, self.fault = self.fault, None
            raise fault
        found = [(len(self.rows),)] if "journal_state" in sql else self.rows[values[0] : values[1]]

        class Answer:
            async def fetchone(self) -> Any:
                return found[0]

            async def fetchall(self) -> Any:
                return found

        return Answer()

    async def notifies(self, **_: object) -> AsyncIterator[None]:
        await self.changed.wait()
        self.changed.clear()
        yield None


@dataclass
class Officer:
    """A listener whose right can be taken away."""

    account: object = "me"
    valid: bool = True
    asked: int = 0

    def sees(self, event: stream.Event) -> bool:
        return event.territory == ALMATY

    async def still_valid(self) -> bool:
        self.asked += 1
        return self.valid


class Seat:
    """A screen that reads frame by frame."""

    def __init__(self, hub: Hub, listener: Officer, since: int | None = None) -> None:
        self.frames = hub.listen(listener, since)

    async def next(self) -> bytes | None:
        try:
            return await asyncio.wait_for(anext(self.frames), 2)
        except StopAsyncIteration:
            return None

    async def opened(self) -> bytes:
        assert await self.next() == b"retry: 1000\n\n"
        first = await self.next()
        assert first is not None
        return first


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def hub(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Hub:
    made = Hub()

    async def connect() -> Journal:
        return journal

    monkeypatch.setattr(made, "_connect", connect)
    monkeypatch.setattr(stream, "FIRST_WAIT", 0.01)
    return made


def test_a_screen_that_was_cut_off_gets_what_it_missed_from_memory(hub, journal):
    async def story() -> None:
        for _ in range(10):
            journal.add()
        await Seat(hub, Officer()).opened()
        before = journal.queries
        missed = await Seat(hub, Officer(), since=6).opened()
        assert [f"id: {n}\n" in missed.decode() for n in range(10)] == [n >= 7 for n in range(10)]
        assert b'event: state\ndata: {"live":true,"size":10}' in missed
        assert journal.queries == before, "a replay is no query"

    asyncio.run(story())


def test_a_screen_that_missed_more_than_the_ring_holds_is_told_to_fetch_its_page(hub, journal):
    async def story() -> None:
        for _ in range(stream.RING + 3):
            journal.add()
        seat = Seat(hub, Officer(), since=0)
        assert await seat.opened() == b"id: %d\nevent: reset\ndata: {}\n\n" % (stream.RING + 2)
        assert b"data: {}" not in (await seat.next() or b""), "nothing is replayed after it"
        inside = await Seat(hub, Officer(), since=stream.RING).opened()
        assert inside.count(b'"act"') == 2

    asyncio.run(story())


@pytest.mark.parametrize("fault", [RuntimeError("a defect"), psycopg.OperationalError("gone"), KeyError("row")])
def test_any_failure_of_the_hub_ends_the_screens_and_it_begins_again(hub, journal, fault):
    """A screen that stayed open would say "live" for ever; closed, it comes back and is given what it missed."""

    async def story() -> None:
        journal.add()
        seat = Seat(hub, Officer())
        await seat.opened()
        journal.fail(fault)
        assert await seat.next() is None
        assert not hub.live
        journal.add()
        again = await Seat(hub, Officer(), since=0).opened()
        assert b"id: 1\n" in again
        assert b'"live":true' in again

    asyncio.run(story())


def test_one_unreadable_entry_is_skipped_and_the_next_is_told(hub, journal, monkeypatch):
    whole = stream.event_of

    def broken(row: tuple[Any, ...]) -> stream.Event:
        if row[0] == 1:
            raise ValueError("unreadable")
        return whole(row)

    monkeypatch.setattr(stream, "event_of", broken)

    async def story() -> None:
        journal.add()
        seat = Seat(hub, Officer())
        await seat.opened()
        journal.add()
        journal.add()
        assert (await seat.next() or b"").startswith(b"id: 2\n")

    asyncio.run(story())


def test_log_ins_and_reads_of_personal_data_are_no_events(hub, journal):
    async def story() -> None:
        seat = Seat(hub, Officer())
        await seat.opened()
        journal.add(register="account", version=0)
        journal.add(register="person", purpose="call_back", version=0)
        journal.add(register="person")
        assert (await seat.next() or b"").startswith(b"id: 2\n")

    asyncio.run(story())


def test_an_act_on_the_account_has_the_right_checked_at_once(hub, journal):
    async def story() -> None:
        account = uuid.uuid4()
        mine, other = Officer(account=account), Officer(account=uuid.uuid4())
        seat, beside = Seat(hub, mine), Seat(hub, other)
        await seat.opened()
        await beside.opened()
        mine.valid = False
        journal.add(register="account", subject=account, version=0)
        assert await seat.next() == b"event: end\ndata: {}\n\n"
        assert await seat.next() is None
        assert other.asked == 0, "a log-in of one account is nobody else's business"
        other.valid = False
        journal.add(register="appointment")
        assert await beside.next() == b"event: end\ndata: {}\n\n"

    asyncio.run(story())


def test_the_heartbeat_checks_the_right_and_says_how_the_hub_is(hub, journal, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)

    async def story() -> None:
        officer = Officer()
        seat = Seat(hub, officer)
        await seat.opened()
        assert await seat.next() == b'event: state\ndata: {"live":true,"size":0}\n\n'
        assert officer.asked == 1
        officer.valid = False
        frames = [await seat.next(), await seat.next()]
        assert b"event: end\ndata: {}\n\n" in frames

    asyncio.run(story())


def test_a_heartbeat_moves_a_quiet_screen_forward_so_that_it_need_not_be_reset(hub, journal, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)

    async def story() -> None:
        seat = Seat(hub, Officer())
        await seat.opened()
        for _ in range(5):
            journal.add(register="account", version=0)
        for _ in itertools.repeat(None, 20):
            if (frame := await seat.next() or b"").startswith(b"id: 4\nevent: state"):
                return
        raise AssertionError(frame)

    asyncio.run(story())

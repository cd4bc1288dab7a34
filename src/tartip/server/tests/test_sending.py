"""A slow reader is served to the end, one who stops is not waited for, and many of them hold up nobody."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

from tartip.server import asgi, sending
from tartip.server.tests.test_crowd import ask

PIECES = 12


def long_answer() -> sending.Answer:
    return sending.Answer(200, [], io.BytesIO(b"x" * sending.CHUNK * PIECES), sending.CHUNK * PIECES)


class Reader:
    """One who takes a piece each so many seconds; after `stops` pieces nothing more."""

    def __init__(self, pause: float = 0.0, stops: int = 10**6) -> None:
        self.pause, self.stops, self.taken, self.whole = pause, stops, 0, False

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            return
        if self.taken >= self.stops:
            await asyncio.Event().wait()
        await asyncio.sleep(self.pause)
        self.taken += 1
        self.whole = not message["more_body"]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four pieces in a second are the least."""
    monkeypatch.setattr(sending, "LEAST_SECONDS", 1.0)
    monkeypatch.setattr(sending, "LEAST_BYTES", 4 * sending.CHUNK)


def test_a_slow_reader_is_served_to_the_end(hurried):
    """Twice as long as the limit for the whole, but never less than the least within it."""
    reader = Reader(pause=0.17)
    asyncio.run(sending.send_all(long_answer(), reader, "192.0.2.1"))
    assert (reader.taken, reader.whole) == (PIECES, True)


@pytest.mark.parametrize("reader", [Reader(stops=0), Reader(stops=5), Reader(pause=0.4)])
def test_who_takes_less_than_the_least_is_cut_off_and_his_place_is_free(hurried, reader, caplog):
    places = sending.Readers()
    answer = long_answer()
    asyncio.run(sending.send_all(answer, reader, "192.0.2.1", places))
    assert not reader.whole
    assert answer.body.closed  # type: ignore[attr-defined]
    assert len(places) == 0
    assert "192.0.2.1" in caplog.text


def test_the_least_is_far_below_a_slow_line():
    """20 KB/s behind a kernel that says nothing before 4 MiB / 3 are taken: 70 s without a word."""
    silence = 4 * 2**20 / 3 / 20_000
    assert silence * 4 < sending.LEAST_SECONDS
    assert sending.LEAST_BYTES / sending.LEAST_SECONDS < 1_000


def test_one_address_has_its_share_of_long_answers_and_is_told_to_come_back(monkeypatch):
    places, made = sending.Readers(per_address=3), []
    monkeypatch.setattr(asgi, "readers", places)
    monkeypatch.setattr(sending.send_all, "__defaults__", (places,))

    def answered(scope: Any, body: bytes) -> sending.Answer:
        made.append(long_answer() if scope["path"] == "/long/" else sending.text_of(200, [], b"short"))
        return made[-1]

    async def never(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def crowd() -> None:
        monkeypatch.setattr(asgi, "_answered", answered)
        held = [asyncio.ensure_future(sending.send_all(long_answer(), never, "192.0.2.1")) for _ in range(3)]
        await asyncio.sleep(0)
        status, said = await ask("/long/", "192.0.2.1")
        assert (status, made[-1].body.closed) == (503, True)
        assert b"Too many long answers" in said or said
        assert (await ask("/short/", "192.0.2.1"))[0] == 200, "what is short needs no place"
        assert (await ask("/long/", "192.0.2.2"))[0] == 200, "others have their own"
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        assert (await ask("/long/", "192.0.2.1"))[0] == 200

    asyncio.run(crowd())


def test_at_the_bound_of_all_the_address_with_the_most_loses_the_one_that_took_nothing_the_longest():
    asyncio.run(crowded(("192.0.2.9", *["192.0.2.1"] * 3, "192.0.2.2"), reads=(), ended=1))


def test_at_the_bound_of_all_who_reads_on_stays_though_he_came_first():
    """Alone at his address, as all others; as one of several at one address; and at the address that has the most."""
    asyncio.run(crowded([f"192.0.2.{n}" for n in range(1, 6)], reads=(0,), ended=1))
    asyncio.run(crowded(["192.0.2.1"] * 5, reads=(0, 1), ended=2))
    asyncio.run(crowded([*["192.0.2.1"] * 2, "192.0.2.2", "192.0.2.3", "192.0.2.4"], reads=(0, 1), ended=2))


async def crowded(addresses: Any, reads: tuple[int, ...], ended: int) -> None:
    """All come one after another for four places; who does not read takes one piece and then nothing."""
    places, tasks = sending.Readers(per_address=10, most=4), []
    for n, address in enumerate(addresses):
        reader = Reader(pause=0.005) if n in reads else Reader(stops=1)
        length = sending.CHUNK * 1000
        body = io.BytesIO(b"x" * length) if n in reads else None
        answer = sending.Answer(200, [], body, length) if body else long_answer()
        tasks.append(asyncio.ensure_future(sending.send_all(answer, reader, address, places)))
        await asyncio.sleep(0.05)
    await asyncio.wait(tasks, timeout=0.2)
    assert [n for n, task in enumerate(tasks) if task.done()] == [ended]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(places) == 0


def test_an_answer_is_exactly_as_long_as_it_was_said():
    async def pieces(answer: sending.Answer) -> list[int]:
        said: list[Any] = []

        async def send(message: Any) -> None:
            said.append(message)

        await sending.send_all(answer, send, "")
        return [len(message["body"]) for message in said[1:]]

    body = b"x" * (3 * sending.CHUNK)
    assert asyncio.run(pieces(sending.Answer(200, [], io.BytesIO(body), sending.CHUNK + 1))) == [sending.CHUNK, 1]
    assert asyncio.run(pieces(sending.Answer(200, [], io.BytesIO(body)))) == [sending.CHUNK] * 3
    assert asyncio.run(pieces(sending.text_of(204, [], b""))) == [0]

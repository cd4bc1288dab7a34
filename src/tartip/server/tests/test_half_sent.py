"""Requests that are never finished and answers that are never read: nobody else waits for them."""

from __future__ import annotations

import asyncio
import http.client
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tartip.server import bodies
from tartip.server.prepare import empty_tables
from tartip.server.tests.running import get, pages

APPEAL = "/api/v1/appeals/by-receipt/ABCD"
HELD = 40


def begin(port: int, head: str) -> socket.socket:
    """A request as far as its sender cares to send it."""
    sender = socket.create_connection(("127.0.0.1", port), 5)
    sender.sendall(f"{head}\r\nHost: 127.0.0.1:{port}\r\n".encode())
    return sender


def half_sent(port: int, path: str = APPEAL) -> socket.socket:
    sender = begin(port, f"POST {path} HTTP/1.1")
    sender.sendall(b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{")
    return sender


def answer(sender: socket.socket, seconds: float = 50) -> bytes:
    """All that comes until the other end closes."""
    sender.settimeout(seconds)
    data = b""
    while part := sender.recv(65536):
        data += part
    return data


def serves(port: int) -> None:
    """A few ordinary requests are answered: pages, API, a form."""
    for path in ("/login/", "/api/v1/journal/key"):
        assert get(port, path)[0] == 200
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", APPEAL, b'{"x": 1}', {"Content-Type": "application/json"})
    assert connection.getresponse().status in (404, 422)
    connection.close()


@contextmanager
def held(*senders: socket.socket) -> Iterator[None]:
    """None of them is answered or ended meanwhile: whoever is served did not wait for them."""
    try:
        yield
        assert select.select(senders, [], [], 0)[0] == []
    finally:
        for sender in senders:
            sender.close()


@pytest.fixture(scope="module")
def patient(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """A server that waits a minute for what does not come: no test of it sees the end of that."""
    yield from server(django_db_blocker, 60)
    with django_db_blocker.unblock():
        empty_tables()  # attempts were counted
        connection.close()


@pytest.fixture
def impatient(committed: None, django_db_blocker: Any) -> Iterator[int]:
    yield from server(django_db_blocker, 1)


def server(blocker: Any, seconds: int) -> Iterator[int]:
    with blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RECEIVE_SECONDS", seconds)
        with pages(TARTIP_LOG_LEVEL="ERROR", TARTIP_RECEIVE_SECONDS=str(seconds)) as port:
            yield port


def test_half_sent_bodies_hold_up_nobody(patient):
    with held(*(half_sent(patient, APPEAL if number % 2 else "/login/") for number in range(HELD))):
        serves(patient)


def test_half_sent_heads_hold_up_nobody(patient):
    with held(*(begin(patient, "GET /login/ HTTP/1.1") for _ in range(HELD))):
        serves(patient)


def test_slow_readers_of_long_answers_hold_up_nobody(patient):
    readers = []
    for _ in range(16):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        reader.connect(("127.0.0.1", patient))
        reader.sendall(f"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1:{patient}\r\n\r\n".encode() * 40)
        readers.append(reader)
    try:
        serves(patient)
    finally:
        for reader in readers:
            reader.close()


def test_half_sent_bodies_and_heads_are_ended(impatient):
    senders = [half_sent(impatient, path) for path in (APPEAL, "/login/")]
    head = begin(impatient, "GET /login/ HTTP/1.1")
    answers = [answer(sender) for sender in senders]
    assert {said.split(b"\r\n")[0] for said in answers} == {b"HTTP/1.1 408 Request Timeout"}
    assert b'"code":"body.late"' in answers[0]
    answer(head)
    serves(impatient)
    for sender in (*senders, head):
        sender.close()


def test_a_body_that_is_too_long_is_refused_before_it_is_read(patient):
    declared = begin(patient, f"POST {APPEAL} HTTP/1.1")
    declared.sendall(b"Accept-Language: ru\r\nContent-Length: 262145\r\n\r\n")
    said = answer(declared)
    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"262144" in said
    streamed = begin(patient, f"POST {APPEAL} HTTP/1.1")
    streamed.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(5):
        streamed.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
    assert answer(streamed).startswith(b"HTTP/1.1 413 ")


def test_a_streamed_body_reaches_the_act_whole(patient):
    sender = begin(patient, f"POST {APPEAL} HTTP/1.1")
    sender.sendall(b"Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
    for part in (b'{"nobody', b'_knows":', b" 1}"):
        sender.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    sender.sendall(b"0\r\n\r\n")
    assert b"nobody_knows" in answer(sender)


class Sender:
    """One who sends a byte and then waits until told to go on."""

    def __init__(self) -> None:
        self.more = asyncio.Event()
        self.said = 0

    async def __call__(self) -> dict[str, Any]:
        self.said += 1
        if self.said > 1:
            await self.more.wait()
        return {"type": "http.request", "body": b"x", "more_body": self.said < 2}


def scope(address: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "http_version": "1.1",
        "headers": [(b"content-length", b"2")],
        "client": (address, 1),
    }


def test_one_unfinished_body_too_many_ends_the_oldest_of_its_address():
    async def all_of_it() -> None:
        unfinished = bodies.Unfinished(per_address=3, most=100)
        senders = [(Sender(), address) for address in ("192.0.2.1", "192.0.2.2", *["192.0.2.1"] * 3)]
        tasks = [asyncio.ensure_future(bodies.read(scope(address), one, unfinished)) for one, address in senders]
        await asyncio.wait(tasks, timeout=0.2)
        assert [task.done() for task in tasks] == [True, False, False, False, False]
        with pytest.raises(bodies.BodyLate):
            await tasks[0]
        for sender, _ in senders:
            sender.more.set()
        assert await asyncio.gather(*tasks[1:]) == [b"xx"] * 4
        assert len(unfinished) == 0

    asyncio.run(all_of_it())


def test_at_the_bound_of_all_the_address_with_the_most_loses_its_oldest():
    async def all_of_it() -> None:
        unfinished = bodies.Unfinished(per_address=10, most=4)
        tasks = []
        for address in ("192.0.2.9", *["192.0.2.1"] * 3, "192.0.2.2"):
            tasks.append(asyncio.ensure_future(bodies.read(scope(address), Sender(), unfinished)))
        await asyncio.wait(tasks, timeout=0.2)
        assert [task.done() for task in tasks] == [False, True, False, False, False]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert len(unfinished) == 0

    asyncio.run(all_of_it())


@pytest.mark.parametrize("path", [APPEAL, "/login/"])
@pytest.mark.parametrize("chunk", ["zz\r\nabc", "-1\r\n", "ffffffffffffffffff\r\nabc", "3\r\nabcXX"])
def test_chunks_that_cannot_be_told_apart_are_the_senders_fault(patient, path, chunk):
    sender = begin(patient, f"POST {path} HTTP/1.1")
    sender.sendall(f"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}".encode())
    said = answer(sender)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert (b'"code":"body.broken"' in said) == path.startswith("/api/")


@pytest.mark.parametrize("path", [APPEAL, "/login/?next=/", "/stream?since=1", "/static/tartip/ui.js", "/nowhere/?a=1"])
@pytest.mark.parametrize("kind", ["text/plain; charset=rot13", "text/plain; x*=nobody_knows''a"])
def test_a_body_in_another_character_set_is_refused_whatever_it_is_sent_to(patient, path, kind):
    """Django would decode the query string by it, before anything could catch what that raises."""
    for method in ("GET", "POST"):
        connection = http.client.HTTPConnection("127.0.0.1", patient, timeout=60)
        connection.request(method, path, headers={"Content-Type": kind, "Accept-Language": "ru"})
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        assert answer.status == 415
        assert "UTF-8" in said
        assert path != APPEAL or '"code":"content_type.bad"' in said


@pytest.mark.parametrize(
    "kind", ["text/plain; charset=UTF-8", 'text/plain; charset="utf-8"', "text/plain; charset=us-ascii"]
)
def test_a_body_in_utf_8_is_taken_however_it_is_spelt(patient, kind):
    assert get(patient, "/login/?next=/", **{"Content-Type": kind})[0] == 200

"""The live stream over HTTP: a thousand screens are no load for the database, and nobody else is refused."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse

from bench.parts.screens import close_screens, open_screens
from tartip.core.people.actors import make_token
from tartip.core.people.models import Appointment
from tartip.server import stream
from tartip.server.tests.running import get, pages

# The last chunk of an answer in HTTP/1.1.
END = b"\r\n0\r\n\r\n"
# What page servers hold: they log in as the application, the test itself as the sealing process.
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'tartip_app'"
)


@pytest.fixture
def token(dispatcher: Any, committed: None) -> str:
    return make_token(Appointment.objects.get(account=dispatcher.account), "screen")


def test_a_storm_of_reconnects_is_served_within_the_bound_of_connections(committed, token):
    """150 screens at once on a pool of 4: all are served, pages and API answer, and nobody takes the database."""
    most, failures, stop = 0, [], threading.Event()
    with pages(TARTIP_DB_POOL="4", TARTIP_LOG_LEVEL="ERROR") as port:

        def ordinary() -> None:
            while not stop.is_set():
                begun = time.monotonic()
                for path in ("/api/v1/incidents", "/login/"):
                    status, body = get(port, path, Authorization=f"Bearer {token}")
                    if status != 200 or time.monotonic() - begun > 30:  # ./run bench stream measures
                        failures.append((path, status, body[:200]))

        person = threading.Thread(target=ordinary)
        person.start()
        try:
            screens, _ = open_screens(port, token, 150)
            with connection.cursor() as cursor:
                cursor.execute(OTHERS)
                most = cursor.fetchone()[0]
            assert [one.failed for one in screens if one.failed] == []
            close_screens(screens)
            again, _ = open_screens(port, token, 150, last=lambda n: screens[n].last_index)
            assert [one.failed for one in again if one.failed] == []
            close_screens(again)
        finally:
            stop.set()
            person.join()
    assert failures == []
    assert most <= 4 + 1, "the pool and the stream's one listening connection"


def test_connections_that_the_server_ended_are_replaced_unseen(committed, token):
    """A restart of the database, or an idle connection that was cut: the next request does not pay for it."""
    # Until they are gone: a session that is only told to end may still be lent, and breaks in the middle of a request.
    end = OTHERS.replace("count(*)", "pg_terminate_backend(pid, 10000)") + " AND query NOT LIKE 'LISTEN%%'"
    with pages(TARTIP_DB_POOL="4", TARTIP_LOG_LEVEL="ERROR") as port:
        for _ in range(3):
            assert get(port, "/api/v1/incidents", Authorization=f"Bearer {token}")[0] == 200
            with connection.cursor() as cursor:
                cursor.execute(end)
                assert cursor.fetchall(), "nothing was ended: the test did not test"


def test_a_stream_that_lost_the_database_ends_and_the_next_is_live(committed, token):
    """Not open and silent: the screen's own mark would say "live" while nothing can reach it."""
    with pages(TARTIP_DB_POOL="4", TARTIP_LOG_LEVEL="CRITICAL") as port:
        (screen,), _ = open_screens(port, token, 1)
        with connection.cursor() as cursor:
            cursor.execute(OTHERS.replace("count(*)", "pg_terminate_backend(pid)"))
        assert END in frames_until(screen, END), "the stream is closed, not only silent"
        assert b'"live":true' in comes_back(port, token)


def comes_back(port: int, token: str, tries: int = 20) -> bytes:
    """What a screen gets that asks again, as browsers do, while it is told to come back: ended connections of the
    pool are found by whoever asks first."""
    for _ in range(tries):
        (screen,), _waited = open_screens(port, token, 1)
        assert not screen.failed
        if b'"live":true' in screen.data:
            break
        time.sleep(0.3)
    return bytes(screen.data)


def frames_until(screen: Any, words: bytes, seconds: float = 60) -> bytes:
    """What one screen gets until these words come, or until its stream ends."""
    connection, data = screen.connection, bytes(screen.data)
    connection.setblocking(True)
    connection.settimeout(seconds)
    while words not in data:
        part = connection.recv(65536)
        if not part:
            break
        data += part
    return data


def test_a_screen_of_a_closed_account_ends_at_once(committed, dispatcher, token):
    """Not at the next heartbeat: the entry about the account itself has the right asked again."""
    from tartip.core.people import accounts
    from tartip.core.people.models import Account

    with pages("keeper", TARTIP_LOG_LEVEL="ERROR") as port:
        (screen,), _ = open_screens(port, token, 1)
        assert not screen.failed
        begun = time.monotonic()
        accounts.disable(Account.objects.get(pk=dispatcher.account))
        assert b"event: end" in frames_until(screen, b"event: end")
        assert time.monotonic() - begun < 14, "the heartbeat is every 15 s"
        assert get(port, "/stream", Authorization=f"Bearer {token}")[0] == 401


@pytest.mark.parametrize("fault", ["answer", "error"])
def test_a_screen_that_cannot_be_admitted_now_is_told_to_come_back(monkeypatch, fault):
    """A browser never asks again after a 500: a screen would stay dark until somebody reloads the page."""

    def ask(scope: Any) -> HttpResponse:
        if fault == "error":
            raise OperationalError("the pool is exhausted")
        return HttpResponse(status=500)

    monkeypatch.setattr(stream, "_ask", ask)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    asyncio.run(stream.serve({"path": "/stream"}, receive, send))
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b'retry: 2000\n\nevent: state\ndata: {"live":false,"size":-1}\n\n'

"""`GET /stream`: the journal as server-sent events, filtered by the listener's rights at the server.

A request to listen is answered by Django as any page is, in one of a few threads, so that a thousand screens that come
back at once queue for a few database connections. Django's answer is only the permission: the stream itself is then
sent from the event loop and holds neither a thread nor a connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, TypeVar

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from tartip.core.acts import Actor
from tartip.core.journal.stream import Database, Event, hub
from tartip.core.people.actors import actor_of, names_key
from tartip.core.people.session_store import SessionStore
from tartip.core.people.sessions import is_over
from tartip.core.problems import problem_of
from tartip.core.registers.register import REGISTERS
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.server import health
from tartip.server.reasons import reason_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
T = TypeVar("T")
Heard = frozenset[str] | Literal["everywhere"]
# Log-ins and reads of personal data happen to people, they are no news of the work: no screen hears of them.
NEVER_HEARD = frozenset({"account", "person"})

log = logging.getLogger("tartip.stream")

COME_BACK = b'retry: 2000\n\nevent: state\ndata: {"live":false,"size":-1}\n\n'
# How many log-ins of screens are looked at at a time; each may need a database connection.
THREADS = 4
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stream")


class Admission(HttpResponse):
    """Django's answer to somebody who may listen; the stream follows it."""

    def __init__(self, listener: Listener, since: int | None) -> None:
        super().__init__(content_type="text/event-stream")
        self.listener, self.since = listener, since
        self["Cache-Control"] = "no-cache"
        self["X-Accel-Buffering"] = "no"


def stream(request: HttpRequest) -> HttpResponseBase:
    """Events after `Last-Event-ID` (or ?since=), then live ones. 401 without a log-in, 404 from the page server."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=404)  # a thread of the page server must not be held by a stream
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    try:
        listener = Listener(request, sight(request))
    except TartipError as error:
        return problem_of(error)
    last = request.headers.get("Last-Event-ID") or request.GET.get("since") or ""
    return Admission(listener, int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None)


class Sight:
    """What one actor may hear of, as `may_see` of each register says.

    Territories are worked out here, once, not per event. Where a role reads by its relation to the record (a crew its
    own assignments) it hears nothing of that register: asking the database for each event and screen would cost a
    query each, and any shortcut would leak. Such a page asks for its list instead.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._heard: Mapping[str, Heard] = {
            name: register.may_see.hears(actor)
            for name, register in REGISTERS.items()
            if register.may_see is not None and name not in NEVER_HEARD
        }

    def sees(self, event: Event) -> bool:
        heard = self._heard.get(event.register, frozenset())
        return heard == "everywhere" or event.territory in heard


def sight(request: HttpRequest) -> Sight:
    """What the one who asks may hear of. Raises NotLoggedIn or NoAppointment."""
    return Sight(actor_of(request))


@dataclass(slots=True)
class Listener:
    """Who listens at a screen. Its rights are read anew from the database at each `still_valid`."""

    request: HttpRequest
    sight: Sight

    @property
    def account(self) -> object:
        return self.sight.actor.account

    def sees(self, event: Event) -> bool:
        return self.sight.sees(event)

    async def still_valid(self) -> bool:
        return await _in_thread(self._read_rights)

    def _read_rights(self) -> bool:
        for name in ("_tartip_actor", "_tartip_appointment", "_cached_user", "_acached_user"):
            self.request.__dict__.pop(name, None)
        if key := getattr(getattr(self.request, "session", None), "session_key", None):
            from django.contrib.auth import get_user

            self.request.session = SessionStore(key)
            self.request.user = SimpleLazyObject(lambda: get_user(self.request))  # type: ignore[assignment]
        try:
            fresh = actor_of(self.request)
        except TartipError:
            return False
        if not names_key(self.request) and is_over(self.request.session, fresh.role):
            return False
        # Another role, another territory, a shift that ended: the screen shows what it may show no longer.
        return fresh == self.sight.actor


async def report(database: Database) -> None:
    """The board learns that the stream of this page server is well, under a number no other server has meanwhile."""
    _number[0] = await _numbered(database, _number[0] if _reporter and _reporter[0] is database else 0)
    _reporter[:] = [database]
    moment = now()
    await database.execute(health.PUT, (health.stream_of(_number[0]), moment, moment, 0, ""))


# The connection whose lock holds the number of this page server, and the number.
_reporter: list[Database] = []
_number = [0]
MOST_SERVERS = 999


async def _numbered(database: Database, held: int) -> int:
    """The number this page server reports under: the lowest that is free, kept as long as its connection lives.

    A server that started before its predecessor had ended moves down once that has happened. Otherwise the board would
    miss the predecessor for ever.
    """
    if 0 < held <= settings.PAGE_SERVERS:
        return held
    for number in range(1, held or MOST_SERVERS):
        cursor = await database.execute("SELECT pg_try_advisory_lock(%s, %s)", (health.STREAM_LOCK, number))
        found = await cursor.fetchone()
        if found and found[0]:
            if held:
                await database.execute("SELECT pg_advisory_unlock(%s, %s)", (health.STREAM_LOCK, held))
            return number
    return held or MOST_SERVERS


hub.report = report


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application of `/stream`."""
    try:
        answer = await _in_thread(lambda: _ask(scope))
    except Exception as error:
        log.error("a screen could not be admitted: %s", reason_of(error))
        answer = HttpResponse(status=503)
    if answer.status_code >= 500:
        await _send_back(send)
        return
    if isinstance(answer, Admission):
        del answer["Content-Length"]  # set by Django for its empty answer
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in answer.items()]
    headers += [
        (b"set-cookie", morsel.output(header="").strip().encode("latin1")) for morsel in answer.cookies.values()
    ]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    if not isinstance(answer, Admission):
        body = answer.content if isinstance(answer, HttpResponse) else b""
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return
    sending = asyncio.ensure_future(_send_all(hub.listen(answer.listener, answer.since), send))
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, leaving):
            task.cancel()
        for result in await asyncio.gather(sending, leaving, return_exceptions=True):
            if isinstance(result, Exception):
                log.debug("a screen went away: %s", result)


async def _send_back(send: Send) -> None:
    """A browser never asks again after a 5xx: it is told to come back, and that it is not live."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": COME_BACK, "more_body": False})


async def _send_all(frames: AsyncIterator[bytes], send: Send) -> None:
    async with contextlib.aclosing(frames):  # type: ignore[type-var]
        async for frame in frames:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _ask(scope: Scope) -> HttpResponseBase:
    request_started.send(sender=BaseHandler, scope=scope)
    try:
        return _handler().get_response(ASGIRequest(scope, BytesIO()))
    finally:
        # Gives the database connection back, although the answer goes on.
        request_finished.send(sender=BaseHandler)


async def _in_thread(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, _returning, work)


def _returning(work: Callable[[], T]) -> T:
    from django.db import close_old_connections

    try:
        return work()
    finally:
        close_old_connections()


_made: list[BaseHandler] = []


def _handler() -> BaseHandler:
    if not _made:
        handler = BaseHandler()
        handler.load_middleware()
        _made.append(handler)
    return _made[0]

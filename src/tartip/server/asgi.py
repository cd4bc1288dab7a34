"""The entry point of the web server: `/stream` is served by the event loop, everything else by Django in threads.

A thread never waits for a visitor. What he sends is read before one is taken (bodies.py), and what he gets is sent
after it has been given back, so that neither half-sent requests nor slow readers can hold the few there are.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, cast
from urllib.parse import quote_from_bytes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.server.settings")

from a2wsgi.wsgi import build_environ

# Sets Django up and bounds the connections of this process.
from tartip.server.wsgi import application as _wsgi

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

from django.core.handlers.asgi import ASGIRequest  # noqa: E402
from django.utils import translation  # noqa: E402

from tartip.core.journal.stream import hub  # noqa: E402
from tartip.core.people.clients import address_of, group_of  # noqa: E402
from tartip.core.problems import problem_of, said  # noqa: E402
from tartip.errors import TartipError  # noqa: E402
from tartip.server import bodies, budget, heads, stream  # noqa: E402
from tartip.server.reasons import reason_of  # noqa: E402
from tartip.server.sending import IN_MEMORY, Answer, Handed, readers, send_all, text_of  # noqa: E402
from tartip.web.language import Language  # noqa: E402

log = logging.getLogger("tartip.pages")

# A screen is an open file; the usual limit of 1,024 would refuse the thousandth.
_most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _most))

_threads = ThreadPoolExecutor(budget.PAGE_THREADS, thread_name_prefix="page")

# A figure is counted from the files of months, for anybody who asks. So many may be counted or wait at a time, of one
# address and of all together.
COUNTED = ("/statistics/", "/api/v1/statistics/")
# But for files as they lie: to open one costs as little as a page.
NOT_COUNTED = "/statistics/files/"
MOST_OF_ONE = 8
MOST_COUNTED = 32
_counting = ThreadPoolExecutor(budget.COUNTING_THREADS, thread_name_prefix="figures")
_counted: Counter[str] = Counter()
# What somebody is told to wait who is refused for the crowd.
WAIT_SECONDS = 60


class Crowded(TartipError):
    code = "figures.crowded"
    text = "Too many figures are asked for at this moment. Try again in a minute."
    http_status = 503
    again = True


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    scope = heads.without_bad_addresses(scope)
    try:
        heads.check_content_type(scope)
    except TartipError as error:
        await send_all(_refused(scope, error), send, "")
        return
    if scope["path"] == "/stream":
        await stream.serve(scope, receive, send)
    else:
        await _page(scope, receive, send)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    address = group_of(address_of(ASGIRequest(dict(scope), BytesIO())))
    try:
        body = await bodies.read(scope, receive)
        answer = await _in_its_threads(scope, body, address)
        # What was sent to be done is done: only who reads is asked to come again.
        if answer.is_long and scope["method"] in ("GET", "HEAD"):
            _check_share(answer, address)
    except TartipError as error:
        answer = _refused(scope, error)
    await send_all(answer, send, address)


def _check_share(answer: Answer, address: str) -> None:
    try:
        readers.check(address)
    except TartipError:
        answer.body.close()
        raise


async def _in_its_threads(scope: Scope, body: bytes, address: str) -> Answer:
    """Desks, patrols and receipts have their threads, figures have others. Raises Crowded."""
    loop = asyncio.get_running_loop()
    if not scope["path"].startswith(COUNTED) or scope["path"].startswith(NOT_COUNTED):
        return await loop.run_in_executor(_threads, _answered, scope, body)
    if _counted[address] >= MOST_OF_ONE or _counted.total() >= MOST_COUNTED:
        raise Crowded
    _counted[address] += 1
    try:
        return await loop.run_in_executor(_counting, _answered, scope, body)
    finally:
        _counted[address] -= 1
        if not _counted[address]:
            del _counted[address]


def _answered(scope: Scope, body: bytes) -> Answer:
    """Django's answer to a request that is here whole; runs in a thread."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    whole = SpooledTemporaryFile[bytes](IN_MEMORY)

    def start(status: str, headers: list[tuple[str, str]], error: object = None) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return whole.write

    try:
        parts = _wsgi(_environ(scope, body), cast("Any", start))
        status, headers = started[0]
        code = int(status.split(" ", 1)[0])
        with closing(cast("Any", parts)):
            if isinstance(parts, Handed) and scope["method"] != "HEAD":
                length = dict(headers).get("Content-Length")
                return Answer(code, headers, parts.detached(), None if length is None else int(length))
            for part in () if isinstance(parts, Handed) else parts:
                whole.write(part)
        size = whole.tell()
        whole.seek(0)
        return Answer(code, headers, whole, size)
    except Exception as error:
        log.error("a request could not be answered: %s", reason_of(error))
        return text_of(500, [], b"")


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    # A header with _ would be taken for the one with - that a proxy of ours writes.
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and name != b"transfer-encoding"]
    query = quote_from_bytes(scope["query_string"], safe="".join(map(chr, range(33, 127))))
    scope = {**scope, "headers": headers, "query_string": query.encode()}
    environ = cast("dict[str, Any]", build_environ(cast("Any", scope), cast("Any", BytesIO(body))))
    environ["wsgi.file_wrapper"] = Handed
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _refused(scope: Scope, error: TartipError) -> Answer:
    """Said without Django's middleware: it would want the session, and so a thread."""
    request = ASGIRequest(dict(heads.without_content_type(scope)), BytesIO())
    with translation.override(None):
        Language(lambda _: cast("Any", None)).process_request(request)
        if request.path.startswith("/api/"):
            problem = problem_of(error)
            kind, text = problem["Content-Type"], problem.content
        else:
            kind, text = "text/plain; charset=utf-8", said(error).encode()
        # The rest of what was sent is not read: the connection cannot be used again.
        headers = [("Content-Type", kind), ("Connection", "close")]
        if error.http_status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", str(WAIT_SECONDS)))
    return text_of(error.http_status, headers, text)


async def _live(receive: Receive, send: Send) -> None:
    """The server starts and stops: the stream begins to read with it."""
    await receive()
    hub.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})

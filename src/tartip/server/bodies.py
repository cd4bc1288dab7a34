"""What a visitor sends is read whole before a thread is taken for it: within a time, up to a size, so many at once.

A thread that waits for the rest of a body answers nobody else, and whoever wants to stop the system needs no log-in to
begin a request and fall silent. So the waiting is done here, in the event loop, where one more costs only its bytes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest

from tartip.core.people.clients import address_of, group_of
from tartip.errors import TartipError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

# Unfinished bodies of one address and of all together. One more ends the oldest: an honest body is whole at once.
PER_ADDRESS = 64
ALL = 512


class BodyTooLarge(TartipError):
    code = "body.too_large"
    text = "What was sent is longer than %(most)s bytes, the most that is taken."
    http_status = 413


class BodyLate(TartipError):
    code = "body.late"
    text = "What was sent did not arrive whole within %(seconds)s seconds. Send it again."
    http_status = 408
    again = True


class BodyBroken(TartipError):
    """Its sender went away, or the server could not tell its chunks apart: both look the same from here."""

    code = "body.broken"
    text = "What was sent broke off or is no HTTP. Send it again."
    http_status = 400


class Unfinished:
    """The bodies that have begun to arrive, by address, the oldest first."""

    def __init__(self, per_address: int = PER_ADDRESS, most: int = ALL) -> None:
        self._per_address, self._most = per_address, most
        self._held: dict[str, dict[asyncio.Timeout, None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    @contextmanager
    def one(self, address: str, limit: asyncio.Timeout) -> Iterator[None]:
        held = self._held.setdefault(address, {})
        held[limit] = None
        if len(held) > self._per_address:
            self._end_oldest(address)
        elif len(self) > self._most:
            self._end_oldest(max(self._held, key=lambda one: len(self._held[one])))
        try:
            yield
        finally:
            self._drop(address, limit)

    def _end_oldest(self, address: str) -> None:
        oldest = next(iter(self._held[address]))
        self._drop(address, oldest)
        if not oldest.expired():
            oldest.reschedule(asyncio.get_running_loop().time())

    def _drop(self, address: str, limit: asyncio.Timeout) -> None:
        held = self._held.get(address, {})
        held.pop(limit, None)
        if not held:
            self._held.pop(address, None)


_unfinished = Unfinished()


# Files that are imported: they are long, so few may be under way at a time, and only of browsers that are logged in.
# Whether the session is real is asked later; without a cookie nobody gets that far.
IMPORT = re.compile(r"/registers/\w{1,32}/import/")
IMPORT_SECONDS = 60
_files = Unfinished(per_address=2, most=4)


def _bounds(scope: Scope, unfinished: Unfinished) -> tuple[int, int, Unfinished]:
    """How long a body of this address may be, in bytes and seconds, and beside which others it is counted."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    if IMPORT.fullmatch(scope["path"]) and f"{settings.SESSION_COOKIE_NAME}=".encode() in cookies:
        # The parts of a form around the file count too.
        return settings.IMPORT_MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE, IMPORT_SECONDS, _files
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.RECEIVE_SECONDS, unfinished


async def read(scope: Scope, receive: Receive, unfinished: Unfinished = _unfinished) -> bytes:
    """The whole body. Raises BodyTooLarge, BodyLate, or BodyBroken."""
    most, seconds, unfinished = _bounds(scope, unfinished)
    names = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
    if not names and scope["http_version"].startswith("1"):
        return b""
    declared = names.get(b"content-length", b"0")
    if not declared.isdigit() or len(declared) > 18 or int(declared) > most:
        raise BodyTooLarge(most=most)
    address = group_of(address_of(ASGIRequest(dict(scope), BytesIO())))
    body = bytearray()
    try:
        async with asyncio.timeout(seconds) as limit:
            with unfinished.one(address, limit):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise BodyBroken
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise BodyTooLarge(most=most)
                    if not message.get("more_body", False):
                        return bytes(body)
    except TimeoutError:
        raise BodyLate(seconds=seconds) from None

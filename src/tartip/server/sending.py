"""An answer goes to its reader at the reader's pace: from the event loop, piece by piece, without a thread or a copy.

A file is sent from its own place. It is opened once, by the thread that answers, and read 64 KiB at a time. Whoever
reads slowly is served to the end, as long as he goes on reading. What waits for readers is bounded: for one address, so
that it cannot take all places, and for all together.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from tartip.errors import TartipError

log = logging.getLogger("tartip.pages")

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHUNK = 64 * 1024
# A made answer is kept in memory up to here, and in an unnamed file beyond, while its reader takes it.
IN_MEMORY = 256 * 1024
# A reader is cut off who takes less than so many bytes in so many seconds. The time is long because the kernel says
# nothing before a third of its buffer is free: of 4 MiB, a reader of 20 KB/s takes over a minute for that.
LEAST_BYTES = 256 * 1024
LEAST_SECONDS = 300.0
# Answers of more than one piece that wait for readers: of one address, and of all together.
PER_ADDRESS = 128
ALL = 512


class AnswersCrowded(TartipError):
    code = "answers.crowded"
    text = "Too many long answers are on their way to your address. Try again when some of them have arrived."
    http_status = 503
    again = True


class Body(Protocol):
    """What is sent: `read` gives the next piece, or nothing at the end."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> object: ...


@dataclass(slots=True)
class Answer:
    """What Django answered. `length` is None where it shows only at the end."""

    status: int
    headers: list[tuple[str, str]]
    body: Body
    length: int | None = None

    @property
    def is_long(self) -> bool:
        return self.length is None or self.length > CHUNK


class Handed:
    """A file that Django hands over instead of its pieces (`wsgi.file_wrapper` of PEP 3333)."""

    def __init__(self, file: Any, block_size: int = CHUNK) -> None:
        self.file, self._block_size = file, block_size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self._block_size), b"")

    def close(self) -> None:
        self.file.close()

    def detached(self) -> Body:
        """The same file from the same place on, which stays open when Django's answer is closed."""
        if hasattr(self.file, "detached"):
            made: Body = self.file.detached()
            return made
        file = getattr(self.file, "fileobj", self.file)  # a part of a file, for a range
        at = file.tell()
        own = open(os.dup(file.fileno()), "rb", buffering=0)  # noqa: SIM115 (closed when it is sent)
        own.seek(at)
        return own


def text_of(status: int, headers: list[tuple[str, str]], text: bytes) -> Answer:
    body = SpooledTemporaryFile[bytes](IN_MEMORY)
    body.write(text)
    body.seek(0)
    return Answer(status, [*headers, ("Content-Length", str(len(text)))], body, len(text))


class Readers:
    """Who is being sent a long answer, by address; first the one that took nothing for the longest."""

    def __init__(self, per_address: int = PER_ADDRESS, most: int = ALL) -> None:
        self._per_address, self._most = per_address, most
        self._held: dict[str, dict[asyncio.Timeout, float]] = {}  # since when it took nothing

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def check(self, address: str) -> None:
        """Raises AnswersCrowded where the address has its share."""
        if len(self._held.get(address, ())) >= self._per_address:
            raise AnswersCrowded

    @contextmanager
    def one(self, address: str, limit: asyncio.Timeout) -> Iterator[None]:
        """A place while it is sent. One too many ends who holds up most: places of the address times idle seconds.

        So a reader who reads on stays, though others share the address; and one on a slow line, silent for a minute,
        stays beside an address that holds many places and takes a little now and then.
        """
        now = asyncio.get_running_loop().time()
        held = self._held.setdefault(address, {})
        held[limit] = now
        if len(self) > self._most:
            at = max(self._held, key=lambda one: len(self._held[one]) * (now - next(iter(self._held[one].values()))))
            idle = next(iter(self._held[at]))
            self._drop(at, idle)
            if not idle.expired():
                idle.reschedule(now)
        try:
            yield
        finally:
            self._drop(address, limit)

    def took(self, address: str, limit: asyncio.Timeout) -> None:
        """It has taken a piece, and is the last of its address to be ended now."""
        held = self._held.get(address, {})
        if held.pop(limit, None) is not None:
            held[limit] = asyncio.get_running_loop().time()

    def _drop(self, address: str, limit: asyncio.Timeout) -> None:
        held = self._held.get(address, {})
        held.pop(limit, None)
        if not held:
            self._held.pop(address, None)


readers = Readers()


async def send_all(answer: Answer, send: Send, address: str, readers: Readers = readers) -> None:
    """Send it whole, or until its reader is cut off, and close it."""
    headers = [
        (name.strip().lower().encode("latin1"), value.strip().encode("latin1")) for name, value in answer.headers
    ]
    with closing(answer.body):
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            async with asyncio.timeout(LEAST_SECONDS) as limit:
                if not answer.is_long:
                    await _pieces(answer, send, limit, lambda: None)
                    return
                with readers.one(address, limit):
                    await _pieces(answer, send, limit, lambda: readers.took(address, limit))
        except TimeoutError:
            log.warning("a reader of a long answer was cut off: too slow, or one of too many from %s", address)


async def _pieces(answer: Answer, send: Send, limit: asyncio.Timeout, took: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    left, taken = answer.length, 0
    piece = _next(answer.body, left)
    while True:
        left = None if left is None else left - len(piece)
        following = _next(answer.body, left)
        await send({"type": "http.response.body", "body": piece, "more_body": bool(following)})
        if not following:
            return
        took()
        taken += len(piece)
        # One whose place went to another ends now: his time is not begun anew.
        if taken >= LEAST_BYTES and (limit.when() or 0.0) > loop.time():
            limit.reschedule(loop.time() + LEAST_SECONDS)
            taken = 0
        piece = following


def _next(body: Body, left: int | None) -> bytes:
    return body.read(CHUNK if left is None else min(CHUNK, left)) if left is None or left > 0 else b""

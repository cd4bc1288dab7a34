"""The durable log: admitted transfers in the order of admission, in frames that a crash can only cut at the end.

A file begins with a magic line. A frame is (length, CRC-32 of what follows, durable) and then: counts, new
descriptions, records. `durable` is how far the file was safely on disk when the frame was written: damage before that
point is damage (`BrokenLog`), damage after it is the torn tail of a crash, which is cut off and kept beside the log.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import EngineError
from tartip.engines.rules.layout import TRANSFER

MAGIC: Final = b"tartip-transfers-1\n"
_FRAME: Final = struct.Struct("<IIQ")  # length of the payload, CRC of durable and payload, durable
_COUNTS: Final = struct.Struct("<II")  # records, descriptions
MAX_PAYLOAD: Final = 1 << 30


class BrokenLog(EngineError):
    """The log is damaged where it was already safe: a disk or a hand has changed it."""

    code = "rules.broken_log"
    text = "%(name)s is damaged at byte %(at)s, before its durable end %(durable)s"
    http_status = 500


class LogInUse(EngineError):
    """Another process writes this log."""

    code = "rules.log_in_use"
    text = "%(name)s is in use by another process"
    http_status = 503


class LogFailed(EngineError):
    """Writing failed; what was acknowledged is safe, the engine must be opened again."""

    code = "rules.log_failed"
    text = "writing %(name)s failed: %(why)s"
    http_status = 503


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """How long acknowledged transfers may be in the system's memory alone. (1, 0.0): each append is synced."""

    records: int = 1_000
    seconds: float = 0.05


@dataclass(frozen=True, slots=True)
class Frame:
    records: NDArray[np.void]
    texts: list[str]


class Log:
    """One open log: read it once to its end (`frames`), then append."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        sync: SyncPolicy = SyncPolicy(),
        clock: Callable[[], float] = time.monotonic,
        fsync: Callable[[int], None] = os.fsync,
    ) -> None:
        self.path, self.policy, self._clock, self._fsync = Path(path), sync, clock, fsync
        self._file = open(path, "a+b", buffering=0)  # noqa: SIM115 - held open until close()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise LogInUse(name=self.path.name) from error
        self.torn = 0  # bytes cut off when the log was opened
        self._size = self._file.seek(0, os.SEEK_END)
        if self._size < len(MAGIC) and MAGIC.startswith(self._read(0, self._size)):
            self._file.truncate(0)
            self._file.write(MAGIC)
            self._size = len(MAGIC)
            self._sync_folder()
        if self._read(0, len(MAGIC)) != MAGIC:
            self._file.close()
            raise BrokenLog(name=self.path.name, at=0, durable=self._size)
        self.durable = len(MAGIC)
        self._waiting, self._since = 0, clock()

    def frames(self) -> Iterator[Frame]:
        """All frames; at the end the torn tail, if any, is moved to NAME.torn-OFFSET and the log is ready to append."""
        at, durable = len(MAGIC), len(MAGIC)
        while at < self._size:
            found = self._frame(at)
            if found is None:
                break
            frame, after, known = found
            durable, at = max(durable, known), after
            yield frame
        if at < self._size:
            later = (self._frame(start) for start in self._after(at))
            durable = max([durable, *(found[2] for found in later if found)])
            if at < durable:
                raise BrokenLog(name=self.path.name, at=at, durable=durable)
            self._cut(at)
        self._fsync(self._file.fileno())
        self.durable = self._size

    def append(self, records: NDArray[np.void], texts: list[str]) -> None:
        """Write one frame; it is durable after `flush`, or when the policy says so."""
        words = [text.encode() for text in texts]
        body = _COUNTS.pack(len(records), len(words))
        body += b"".join(len(word).to_bytes(2, "little") + word for word in words) + records.tobytes()
        durable = struct.pack("<Q", self.durable)
        data = _FRAME.pack(len(body), zlib.crc32(body, zlib.crc32(durable)), self.durable) + body
        try:
            written = self._file.write(data)
            if written != len(data):
                raise OSError(f"only {written} of {len(data)} bytes were written")
        except OSError as error:
            raise LogFailed(name=self.path.name, why=str(error)) from error
        self._size += len(data)
        self._waiting += len(records)
        if self._waiting >= self.policy.records or self._clock() - self._since >= self.policy.seconds:
            self.flush()

    def flush(self) -> None:
        """Make everything appended so far durable."""
        try:
            self._fsync(self._file.fileno())
        except OSError as error:
            raise LogFailed(name=self.path.name, why=str(error)) from error
        self.durable, self._waiting, self._since = self._size, 0, self._clock()

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()

    def _read(self, at: int, size: int) -> bytes:
        return os.pread(self._file.fileno(), size, at)

    def _frame(self, at: int) -> tuple[Frame, int, int] | None:
        """The frame at this place, where it ends, and its durable mark; None if it is not whole."""
        head = self._read(at, _FRAME.size)
        if len(head) < _FRAME.size:
            return None
        size, crc, durable = _FRAME.unpack(head)
        end = at + _FRAME.size + size
        if not _COUNTS.size <= size <= MAX_PAYLOAD or end > self._size or durable > at:
            return None
        body = self._read(at + _FRAME.size, size)
        if zlib.crc32(body, zlib.crc32(head[8:])) != crc:
            return None
        count, words = _COUNTS.unpack_from(body)
        place, texts = _COUNTS.size, []
        for _ in range(words):
            length = int.from_bytes(body[place : place + 2], "little")
            texts.append(body[place + 2 : place + 2 + length].decode())
            place += 2 + length
        if len(body) - place != count * TRANSFER.itemsize:
            return None
        return Frame(np.frombuffer(body, TRANSFER, count, place), texts), end, durable

    def _after(self, at: int) -> Iterator[int]:
        """Where a frame behind a damaged one may begin: where its length says, and then frame by frame."""
        head = self._read(at, _FRAME.size)
        while len(head) == _FRAME.size:
            at += _FRAME.size + int(_FRAME.unpack(head)[0])
            if at >= self._size:
                return
            yield at
            head = self._read(at, _FRAME.size)

    def _cut(self, at: int) -> None:
        tail = self._read(at, self._size - at)
        self.path.with_name(f"{self.path.name}.torn-{at}").write_bytes(tail)
        self._file.truncate(at)
        self.torn, self._size = len(tail), at

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

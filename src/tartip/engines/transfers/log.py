"""The durable log: admitted transfers in the order of admission, in frames that a crash can only cut at the end.

A file begins with a magic line and its generation: the snapshot of the same generation is what it goes on from (0: from
nothing). It tells how long the finished log before it is, so that one cut short is never taken for the whole.

A frame is (length, CRC-32 of what follows, durable) and then: counts, its descriptions, records. `durable` is how far
the file was safely on disk when the frame was written. Damage before that point is damage (`BrokenLog`); damage after
it is the torn tail of a crash, which is cut off and kept beside the log.
"""

from __future__ import annotations

import fcntl
import glob
import math
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

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.transfers.layout import MAX_AMOUNT, MAX_AT, MAX_TEXT, MIN_AT, TRANSFER, Kind

MAGIC: Final = b"tartip-transfers-2\n"
_START: Final = struct.Struct(f"<{len(MAGIC)}sQQI")  # magic, generation, bytes of the finished log before, CRC
START_SIZE: Final = _START.size
_FRAME: Final = struct.Struct("<IIQ")  # length of the payload, CRC of durable and payload, durable
_COUNTS: Final = struct.Struct("<II")  # records, descriptions
MAX_PAYLOAD: Final = 1 << 30
LARGEST_FRAME: Final = 8 << 20  # 10,000 records, each with a description of 140 characters of four bytes


class BrokenLog(EngineError):
    """The log is damaged where it was already safe: a disk or a hand has changed it."""

    code = "transfers.broken_log"
    text = "%(name)s is damaged at byte %(at)s, before its durable end %(durable)s"
    http_status = 500


class LogInUse(EngineError):
    """Another process writes this log."""

    code = "transfers.log_in_use"
    text = "%(name)s is in use by another process"
    http_status = 503


class LogFailed(EngineError):
    """Writing failed; what was acknowledged is safe, the engine must be opened again."""

    code = "transfers.log_failed"
    text = "writing %(name)s failed: %(why)s"
    http_status = 503


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """How long acknowledged transfers may be in the system's memory alone. (1, 0.0): each append is synced."""

    records: int = 1_000
    seconds: float = 0.05

    def __post_init__(self) -> None:
        if type(self.records) is not int or self.records < 1:
            raise BadInput("sync.records", repr(self.records), "must be a whole number from 1")
        if not isinstance(self.seconds, int | float) or not 0 <= self.seconds < math.inf:
            raise BadInput("sync.seconds", repr(self.seconds), "must be seconds from 0")


@dataclass(frozen=True, slots=True)
class Frame:
    """Records whose `text` is the place of a description in `texts`, from 1; 0 is none."""

    records: NDArray[np.void]
    texts: list[str]


def start_of(generation: int, before: int = 0) -> bytes:
    """The first bytes of a log; `before`: bytes of the finished log of the generation before."""
    head = MAGIC + struct.pack("<QQ", generation, before)
    return head + struct.pack("<I", zlib.crc32(head))


def _is_text(word: bytes) -> bool:
    try:
        return len(word.decode()) <= MAX_TEXT
    except UnicodeDecodeError:
        return False


def _can_be(records: NDArray[np.void], texts: int) -> bool:
    """Were these records admitted once? Asked before compiled code, which checks no bounds, sees them."""
    bounds = (("at", MIN_AT, MAX_AT), ("amount", 1, MAX_AMOUNT), ("text", 0, texts), ("kind", 0, len(Kind) - 1))
    return all(bool(np.all((records[name] >= low) & (records[name] <= high))) for name, low, high in bounds)


class Log:
    """One open log: read it once to its end (`frames`), then append.

    `finished`: generation and bytes of a finished log, which is only read. It must be so and whole, or is a BrokenLog.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        sync: SyncPolicy = SyncPolicy(),
        clock: Callable[[], float] = time.monotonic,
        fsync: Callable[[int], None] = os.fsync,
        finished: tuple[int, int] | None = None,
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
        begun = self._read(0, START_SIZE)
        self._whole = finished is not None
        if finished is None and len(begun) < START_SIZE and start_of(0).startswith(begun):
            self._file.truncate(0)
            self._file.write(start_of(0))
            self._size, begun = START_SIZE, start_of(0)
            sync_folder(self.path.parent)
        magic, self.generation, self.before, crc = _START.unpack(begun) if len(begun) == START_SIZE else (b"", 0, 0, 0)
        right = magic == MAGIC and zlib.crc32(begun[:-4]) == crc
        if not right or (finished is not None and finished != (self.generation, self._size)):
            self._file.close()
            raise BrokenLog(name=self.path.name, at=0, durable=self._size)
        self.durable = START_SIZE
        self._waiting, self._since = 0, clock()

    def frames(self) -> Iterator[Frame]:
        """All frames; at the end the torn tail, if any, is moved to NAME.torn-OFFSET and the log is ready to append."""
        at, durable = START_SIZE, self._size if self._whole else START_SIZE
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

    def begin_next(self) -> Log:
        """The log of the next generation in this one's place; this one stays beside it and is closed.

        Whatever happens, the name holds one of the two whole. Raises LogFailed; then this log goes on, or is closed if
        the name was given to the next one and the disk would not say that it has it.
        """
        following = self.generation + 1
        fresh = self.path.with_name(f"{self.path.name}.new")
        try:
            with fresh.open("wb") as file:
                file.write(start_of(following, self._size))
                file.flush()
                self._fsync(file.fileno())
            old = beside(self.path, "log", self.generation)
            old.unlink(missing_ok=True)
            os.link(self.path, old)
            after = Log(fresh, self.policy, self._clock, self._fsync)  # locked before it has the name
            try:
                fresh.replace(self.path)
            except OSError:
                after.close()
                raise
            try:
                sync_folder(self.path.parent)
            except OSError:
                after.close()  # what is written to either log now might be in the one that a restart does not read
                self.close()
                raise
        except OSError as error:
            raise LogFailed(name=self.path.name, why=str(error)) from error
        after.path = self.path
        self.close()
        return after

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()

    @property
    def closed(self) -> bool:
        return self._file.closed

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
            word = body[place + 2 : place + 2 + length]
            place += 2 + length
            if place > len(body) or not _is_text(word):
                return None
            texts.append(word.decode())
        if len(body) - place != count * TRANSFER.itemsize:
            return None
        records = np.frombuffer(body, TRANSFER, count, place)
        return (Frame(records, texts), end, durable) if _can_be(records, words) else None

    def _after(self, at: int) -> Iterator[int]:
        """Where a frame behind a damaged one may begin: where its length says and then frame by frame, or anywhere.

        The length itself may be what is damaged. The next frame then begins within the bytes of a largest one.
        """
        yield from self._like_frames(at + 1)
        head = self._read(at, _FRAME.size)
        while len(head) == _FRAME.size:
            at += _FRAME.size + int(_FRAME.unpack(head)[0])
            if at >= self._size:
                return
            yield at
            head = self._read(at, _FRAME.size)

    def _like_frames(self, start: int) -> Iterator[int]:
        """Places from `start` on whose head could be one: its frame ends in the file, it was written after its mark."""
        data = self._read(start, LARGEST_FRAME)
        places = np.arange(max(0, len(data) - _FRAME.size + 1))
        sizes, marks = np.zeros(len(places), np.int64), np.zeros(len(places), np.uint64)
        for shift in range(min(4, len(places))):
            part = data[shift : shift + (len(data) - shift) // 4 * 4]
            sizes[shift::4] = np.frombuffer(part, "<u4")[: len(sizes[shift::4])]
        for shift in range(min(8, len(places))):
            part = data[shift + 8 : shift + 8 + (len(data) - shift - 8) // 8 * 8]
            marks[shift::8] = np.frombuffer(part, "<u8")[: len(marks[shift::8])]
        likely = (marks >= START_SIZE) & (marks <= places + start) & (sizes >= _COUNTS.size)
        likely &= places + start + _FRAME.size + sizes <= self._size
        yield from (places[likely] + start).tolist()

    def _cut(self, at: int) -> None:
        tail = self._read(at, self._size - at)
        self.path.with_name(f"{self.path.name}.torn-{at}").write_bytes(tail)
        self._file.truncate(at)
        self.torn, self._size = len(tail), at


def beside(path: Path, kind: str, generation: int) -> Path:
    """Where the snapshot (`memory`) or the finished log (`log`) of a generation lies."""
    return path.with_name(f"{path.name}.{kind}-{generation}")


def check_generation(path: Path, generation: int) -> None:
    """Raises BrokenLog if the log lies beside snapshots made after it: then the log that went on from them is lost.

    One snapshot of the next generation is what a crash leaves between the snapshot and its log.
    """
    ends = (one.name.rpartition("-")[2] for one in path.parent.glob(f"{glob.escape(path.name)}.memory-*"))
    newest = max((int(end) for end in ends if end.isdecimal()), default=generation)
    finished = beside(path, "log", generation)
    lost = newest == generation + 1 and finished.exists() and not finished.samefile(path)
    if lost or newest > generation + 1:
        raise BrokenLog(name=path.name, at=0, durable=path.stat().st_size)


def sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

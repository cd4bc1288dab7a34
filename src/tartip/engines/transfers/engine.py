"""The engine: transfers in, judgements out; what was acknowledged survives a crash, and memory follows the windows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.transfers.admission import admit, admit_logged
from tartip.engines.transfers.evaluate import process
from tartip.engines.transfers.intake import records_of
from tartip.engines.transfers.judgements import Judgements
from tartip.engines.transfers.layout import (
    C_ACCOUNTS,
    C_AHEAD,
    C_DUPLICATES,
    C_EVENTS,
    C_LATE,
    C_NEWEST,
    LONG_AGO,
    MAX_AT,
    MIN_AT,
    TRANSFER,
    Status,
)
from tartip.engines.transfers.log import Log, LogFailed, SyncPolicy, beside, check_generation
from tartip.engines.transfers.memory import State
from tartip.engines.transfers.outcomes import NUMBERS
from tartip.engines.transfers.params import RuleParams
from tartip.engines.transfers.snapshot import BrokenSnapshot, read_snapshot, write_snapshot
from tartip.engines.transfers.state import empty_state, make_room
from tartip.engines.transfers.texts import Texts
from tartip.engines.transfers.transfer import BadTransfer, Transfer, check_text, record_of
from tartip.engines.transfers.typology import COMPLETE, Typology

if TYPE_CHECKING:
    import pyarrow as pa

BATCH: Final = 10_000  # rows per frame of the log


class EngineClosed(EngineError):
    """The engine was closed, or a write failed: open it again."""

    code = "transfers.engine_closed"
    text = "the transfer engine is closed"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opening found.

    `transfers` were read from logs; `torn_bytes` of a torn tail were cut off and kept beside the log. `snapshot`: the
    generation of the one that was used, None without one; `fell_back`: it was the last but one, the last being broken.
    """

    transfers: int
    torn_bytes: int
    snapshot: int | None = None
    fell_back: bool = False


def wall_ms() -> int:
    """The machine's clock, in ms since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


class TransferRules:
    """Judges transfers by the 33 rules, remembering those it is told to.

    `judge` asks without remembering anything: for a payment before it leaves. `process` judges and remembers in one go,
    each transfer before the next: for a stream whose outcomes are known. With a `path` every remembered transfer is in
    the log before its judgement is returned, and durable after `flush` or when the sync policy says so.

    `clock` tells the present (ms since 1970, UTC). A transfer dated more than `params.ahead_ms` after it is answered
    AHEAD and changes nothing. `snapshot_after`: transfers after which the memory is written beside the log, so that a
    restart need not read more than that (None: only when `snapshot` is called). Not for several threads at once.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        params: RuleParams = RuleParams(),
        typology: Typology = COMPLETE,
        sync: SyncPolicy = SyncPolicy(),
        clock: Callable[[], int] = wall_ms,
        snapshot_after: int | None = 1_000_000,
    ) -> None:
        if snapshot_after is not None and (type(snapshot_after) is not int or snapshot_after < 1):
            raise BadInput("snapshot_after", repr(snapshot_after), "must be None or a whole number from 1")
        self.params, self.typology, self.snapshot_after = params, typology, snapshot_after
        self.snapshot_failure: str | None = None  # why the last snapshot could not be written; the log goes on
        self._clock = clock
        self._state, self._texts, self._open = empty_state(params), Texts(), True
        self._since_snapshot = 0
        self._log = Log(path, sync) if path is not None else None
        try:
            self.recovery = self._recover()
        except BaseException:
            self.close()
            raise

    def judge(self, transfers: pa.Table | Transfer | Sequence[Transfer]) -> Judgements:
        """Judgements against the history as it is; nothing is remembered. Raises BadTransfer, AmountOutOfRange."""
        self._check_open()
        records, words, rows = self._records(transfers)
        self._admit(records, self._latest(), keeping=False)
        with self._texts.asked(words) as (numbers, ends, points):
            records["text"] = np.array([*numbers, 0], np.int32)[rows]
            return self._run(records, self._state._replace(texts=ends, points=points), keeping=False)

    def process(self, transfers: pa.Table | Transfer | Sequence[Transfer]) -> Judgements:
        """Judge in the order given and remember.

        A transfer that is late, ahead of the clock or sent again is answered so and not remembered.
        Raises BadTransfer or AmountOutOfRange, and then nothing of the batch is taken; LogFailed closes the engine.
        """
        self._check_open()
        records, words, rows = self._records(transfers)
        latest = self._latest()
        try:
            self._state = make_room(self._state, self._texts, self.params, len(records))
            self._admit(records, latest, keeping=True)
            self._number_texts(records, words, rows)
            self._append(records)
            judged = self._run(records, self._state, keeping=True)
        except BaseException:
            self.close()  # memory and log may differ now: the log is right, open it again
            raise
        self._since_snapshot += int(np.count_nonzero(records["status"] == Status.JUDGED))
        if self._log is not None and self.snapshot_after is not None and self._since_snapshot >= self.snapshot_after:
            self._try_snapshot()
        return judged

    def snapshot(self) -> None:
        """Write the memory beside the log and begin a new log; a restart then begins here. About 1 s per GB.

        Raises OSError or LogFailed; then the log goes on as it was, or the engine is closed if nobody can know which of
        two logs has the name on disk.
        """
        self._check_open()
        if self._log is None:
            return
        self._log.flush()
        path, generation = self._log.path, self._log.generation + 1
        write_snapshot(beside(path, "memory", generation), self._state, self._texts, self.params, generation)
        try:
            self._log = self._log.begin_next()
        except LogFailed:
            if self._log.closed:
                self.close()
            raise
        self._since_snapshot, self.snapshot_failure = 0, None
        for kind in ("memory", "log"):  # the last snapshot but one and the log from it on are the way back
            beside(path, kind, generation - 2).unlink(missing_ok=True)

    def flush(self) -> None:
        """Make every transfer processed so far durable."""
        self._check_open()
        if self._log is not None:
            self._log.flush()

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
        self._open = False

    def __enter__(self) -> TransferRules:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open and self._log is not None:
            self._log.flush()
        self.close()

    @property
    def counts(self) -> dict[str, int]:
        """Payments in memory and accounts; transfers refused as late, repeated or ahead of the clock since opening."""
        places = {"transfers": C_EVENTS, "accounts": C_ACCOUNTS, "late": C_LATE}
        places |= {"duplicates": C_DUPLICATES, "ahead": C_AHEAD}
        return {name: int(self._state.counters[place]) for name, place in places.items()}

    @property
    def watermark(self) -> int | None:
        """Event time (ms) before which a transfer is too late; None before the first."""
        newest = int(self._state.counters[C_NEWEST])
        return None if newest == LONG_AGO else newest - self.params.lateness_ms

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self._state[:-1])

    def _check_open(self) -> None:
        if not self._open:
            raise EngineClosed()

    def _latest(self) -> int:
        """The latest time that is no future: the clock and what clocks differ by.

        Each reading stands for itself: one wrong reading, kept, would let in the future for as long as we run.
        """
        now = self._clock()
        if type(now) is not int or not MIN_AT <= now <= MAX_AT:
            raise BadTransfer("now", repr(now), "must be whole milliseconds of our age (UTC)")
        return now + self.params.ahead_ms

    def _admit(self, records: NDArray[np.void], latest: int, *, keeping: bool) -> None:
        state, p = self._state, self.params
        admit(records, state.id_map, state.counters, p.lateness_ms, p.repeated_ms, latest, keeping)

    def _records(
        self, transfers: pa.Table | Transfer | Sequence[Transfer]
    ) -> tuple[NDArray[np.void], list[str], NDArray[np.int64]]:
        """Checked records without their descriptions; these apart, and for each row which it has (-1 none)."""
        if isinstance(transfers, Transfer):
            transfers = (transfers,)
        if not isinstance(transfers, Sequence):
            return records_of(transfers, self.params.adult_age)
        for number, one in enumerate(transfers):
            if not isinstance(one, Transfer):
                raise BadTransfer("transfer", number, f"must be a Transfer, not {type(one).__name__}")
        parts = [record_of(one, 0, self.params.adult_age) for one in transfers]
        place: dict[str, int] = {}
        rows = [place.setdefault(check_text(one.text, one.id), len(place)) for one in transfers]
        return np.concatenate(parts) if parts else np.zeros(0, TRANSFER), list(place), np.array(rows, np.int64)

    def _number_texts(self, records: NDArray[np.void], words: list[str], rows: NDArray[np.int64]) -> None:
        """Number the descriptions of the transfers that are remembered, and only theirs."""
        kept = records["status"] == Status.JUDGED
        numbers = np.zeros(len(words) + 1, np.int32)
        for place in np.unique(rows[kept]).tolist():
            if place >= 0:
                numbers[place] = self._texts.add(words[place])
        records["text"] = numbers[rows]
        self._fit_texts()

    def _fit_texts(self) -> None:
        self._state = self._state._replace(texts=self._texts.ends, points=self._texts.points)

    def _append(self, records: NDArray[np.void]) -> None:
        kept = records[records["status"] == Status.JUDGED]
        if self._log is None:
            return
        for start in range(0, len(kept), BATCH):
            part = kept[start : start + BATCH].copy()
            numbers, places = np.unique(part["text"], return_inverse=True)
            has_none = int(len(numbers) > 0 and numbers[0] == 0)  # then place 0 is none, else it is the first text
            part["text"] = places + 1 - has_none
            self._log.append(part, [self._texts.words[number] for number in numbers[has_none:].tolist()])

    def _run(self, records: NDArray[np.void], state: State, *, keeping: bool) -> Judgements:
        outcomes = np.zeros((len(records), len(NUMBERS)), np.uint8)
        process(records, state, outcomes, True, keeping)
        return Judgements(records["id"].copy(), records["status"].copy(), outcomes, self.typology, self.params)

    def _try_snapshot(self) -> None:
        """A snapshot that fails shortens nothing but the next restart: the judgement is given all the same."""
        try:
            self.snapshot()
        except (OSError, LogFailed) as error:
            self.snapshot_failure, self._since_snapshot = str(error), 0

    def _recover(self) -> Recovery:
        if self._log is None:
            return Recovery(0, 0)
        path, generation = self._log.path, self._log.generation
        check_generation(path, generation)
        if generation == 0:
            return Recovery(self._replay(self._log), self._log.torn)
        try:
            self._take(path, generation)
            return Recovery(self._replay(self._log), self._log.torn, generation)
        except BrokenSnapshot as broken:
            older = beside(path, "log", generation - 1)
            if not older.exists():
                raise
            if generation > 1:
                try:
                    self._take(path, generation - 1)
                except BrokenSnapshot:
                    raise broken from None
            before = Log(older, finished=(generation - 1, self._log.before))
            try:
                found = self._replay(before) + self._replay(self._log)
            finally:
                before.close()
            return Recovery(found, self._log.torn, generation - 1 if generation > 1 else None, fell_back=True)

    def _take(self, path: Path, generation: int) -> None:
        """Read a snapshot. Its watermark is believed as far as the clock goes: it may be of a wrong clock of ours."""
        self._state, self._texts, _ = self._read(path, generation)
        counters = self._state.counters
        counters[C_NEWEST] = min(int(counters[C_NEWEST]), self._latest())

    def _read(self, path: Path, generation: int) -> tuple[State, Texts, int]:
        name = beside(path, "memory", generation)
        state, texts, told = read_snapshot(name, self.params)
        if told != generation:
            raise BrokenSnapshot(name=name.name, why=f"it is of generation {told}")
        return state, texts, told

    def _replay(self, log: Log) -> int:
        found, nothing, latest = 0, np.zeros((0, len(NUMBERS)), np.uint8), self._latest()
        for frame in log.frames():
            records = frame.records.copy()
            self._state = make_room(self._state, self._texts, self.params, len(records))
            numbers = np.array([0, *(self._texts.add(text) for text in frame.texts)], np.int32)
            records["text"] = numbers[records["text"]]
            admit_logged(records, self._state.id_map, self._state.counters, latest)
            process(records, self._state, nothing, False, True)
            found += len(records)
        self._fit_texts()
        self._since_snapshot += found
        return found

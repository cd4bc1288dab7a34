"""The engine: transfers in, judgements out; what was acknowledged survives a crash."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import EngineError
from tartip.engines.rules.catalogue import catalogue
from tartip.engines.rules.evaluate import admit, process
from tartip.engines.rules.intake import records_of
from tartip.engines.rules.layout import (
    C_ACCOUNTS,
    C_DUPLICATES,
    C_EVENTS,
    C_LATE,
    C_NEWEST,
    TRANSFER,
    Status,
)
from tartip.engines.rules.log import Log, SyncPolicy
from tartip.engines.rules.outcomes import NUMBERS, REFS
from tartip.engines.rules.params import RuleParams
from tartip.engines.rules.state import LONG_AGO, Texts, empty_state, with_room
from tartip.engines.rules.transfer import Transfer, check_text, record_of
from tartip.engines.rules.typology import COMPLETE, Advice, Typology

if TYPE_CHECKING:
    import pyarrow as pa

BATCH: Final = 10_000  # rows per frame of the log


class EngineClosed(EngineError):
    """The engine was closed, or a write failed: open it again."""

    code = "rules.engine_closed"
    text = "the transfer engine is closed"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's answer with its words and what it added to the score."""

    rule: str
    name: str
    ref: str
    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """`outcomes` maps rule numbers to references; empty if the transfer was late or a duplicate."""

    id: int
    status: Status
    outcomes: dict[str, str]
    score: int
    advice: Advice
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Judgements:
    """A batch, row by row as handed in: `status` uint8[n], `outcomes` uint8[n, 33], `scores` int64[n]."""

    ids: NDArray[np.int64]
    status: NDArray[np.uint8]
    outcomes: NDArray[np.uint8]
    typology: Typology
    params: RuleParams

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def scores(self) -> NDArray[np.int64]:
        return self.typology.scores(self.outcomes)

    @cached_property
    def advice(self) -> NDArray[np.uint8]:
        return self.typology.advice(self.scores)

    def __getitem__(self, row: int) -> Judgement:
        """One row in words: every answer, and the reasons that weigh, heaviest first."""
        answers = {number: REFS[code] for number, code in zip(NUMBERS, self.outcomes[row], strict=True) if code}
        cards = {card.number: card for card in catalogue(self.params)}
        reasons = []
        for number, ref in answers.items():
            weight = self.typology.weights.get(number, {}).get(ref, 0)
            if weight:
                reasons.append(Reason(number, cards[number].name, ref, cards[number].texts[ref], weight))
        reasons.sort(key=lambda reason: (-reason.weight, reason.rule))
        return Judgement(
            int(self.ids[row]), Status(self.status[row]), answers, int(self.scores[row]), Advice(self.advice[row]),
            tuple(reasons),
        )  # fmt: skip

    def to_arrow(self) -> pa.Table:
        """Columns id, status, score, advice, then one column of references per rule (r001 … r091)."""
        import pyarrow as pa

        def words(codes: NDArray[np.uint8], names: Sequence[str]) -> pa.DictionaryArray:
            return pa.DictionaryArray.from_arrays(pa.array(np.ascontiguousarray(codes)), pa.array(names))

        columns = {
            "id": pa.array(self.ids),
            "status": words(self.status, [one.name for one in Status]),
            "score": pa.array(self.scores),
            "advice": words(self.advice, [one.name for one in Advice]),
        }
        answers = {f"r{number}": words(self.outcomes[:, place], REFS) for place, number in enumerate(NUMBERS)}
        return pa.table({**columns, **answers})


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opening found: transfers read back, bytes of a torn tail that were cut off and kept beside the log."""

    transfers: int
    torn_bytes: int


class TransferRules:
    """Judges transfers by the 33 rules, remembering those it is told to.

    `judge` asks without remembering: for a payment before it leaves. `process` judges and remembers in one go, each
    transfer before the next: for a stream whose outcomes are known. With a `path` every remembered transfer is in the
    log before its judgement is returned, and durable after `flush` or when the sync policy says so. Not for several
    threads at once.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        params: RuleParams = RuleParams(),
        typology: Typology = COMPLETE,
        sync: SyncPolicy = SyncPolicy(),
    ) -> None:
        self.params, self.typology = params, typology
        self._state, self._texts, self._open = empty_state(params), Texts(), True
        self._logged = 1  # descriptions that are in the log, the empty one included
        self._log = Log(path, sync) if path is not None else None
        self.recovery = self._recover()

    def judge(self, transfers: pa.Table | Transfer | Sequence[Transfer]) -> Judgements:
        """Judgements against the history as it is; nothing is remembered. Raises BadTransfer, AmountOutOfRange."""
        self._check_open()
        records = self._records(transfers)
        admit(records, self._state.id_map, self._state.counters, self.params.lateness_ms, False)
        return self._run(records, keeping=False)

    def process(self, transfers: pa.Table | Transfer | Sequence[Transfer]) -> Judgements:
        """Judge in the order given and remember. A late transfer or a repeated id is answered so and not remembered."""
        self._check_open()
        records = self._records(transfers)
        try:
            self._state = with_room(self._state, len(records))
            admit(records, self._state.id_map, self._state.counters, self.params.lateness_ms, True)
            self._append(records)
            return self._run(records, keeping=True)
        except BaseException:
            self.close()  # memory and log may differ now: the log is right, open it again
            raise

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
        """Remembered transfers and accounts, refused late ones and duplicates since opening."""
        places = {"transfers": C_EVENTS, "accounts": C_ACCOUNTS, "late": C_LATE, "duplicates": C_DUPLICATES}
        return {name: int(self._state.counters[place]) for name, place in places.items()}

    @property
    def watermark(self) -> int | None:
        """Event time (ms) before which a transfer is too late; None before the first."""
        newest = int(self._state.counters[C_NEWEST])
        return None if newest == LONG_AGO else newest - self.params.lateness_ms

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self._state)

    def _check_open(self) -> None:
        if not self._open:
            raise EngineClosed()

    def _records(self, transfers: pa.Table | Transfer | Sequence[Transfer]) -> NDArray[np.void]:
        """Checked records with their descriptions numbered."""
        if isinstance(transfers, Transfer):
            transfers = (transfers,)
        if isinstance(transfers, Sequence):
            parts = [record_of(one, 0, self.params.adult_age) for one in transfers]
            words = [check_text(one.text, one.id) for one in transfers]
            records = np.concatenate(parts) if parts else np.zeros(0, TRANSFER)
            records["text"] = [self._texts.add(word) for word in words]
        else:
            records, words, rows = records_of(transfers, self.params.adult_age)
            numbers = np.array([*(self._texts.add(word) for word in words), 0], np.int32)
            records["text"] = numbers[rows]
        self._state = self._texts.fit(self._state)
        return records

    def _append(self, records: NDArray[np.void]) -> None:
        kept = records[records["status"] == Status.JUDGED]
        if self._log is None or not len(kept):
            return
        for start in range(0, len(kept), BATCH):
            self._log.append(kept[start : start + BATCH], self._texts.words[self._logged :])
            self._logged = len(self._texts.words)

    def _run(self, records: NDArray[np.void], *, keeping: bool) -> Judgements:
        outcomes = np.zeros((len(records), len(NUMBERS)), np.uint8)
        process(records, self._state, outcomes, True, keeping)
        return Judgements(records["id"].copy(), records["status"].copy(), outcomes, self.typology, self.params)

    def _recover(self) -> Recovery:
        if self._log is None:
            return Recovery(0, 0)
        found, nothing = 0, np.zeros((0, len(NUMBERS)), np.uint8)
        for frame in self._log.frames():
            for text in frame.texts:
                self._texts.add(text)
            records = frame.records.copy()
            self._state = with_room(self._state, len(records))
            admit(records, self._state.id_map, self._state.counters, 2**62, True)
            process(records, self._state, nothing, False, True)
            found += len(records)
        self._state, self._logged = self._texts.fit(self._state), len(self._texts.words)
        return Recovery(found, self._log.torn)

"""What comes of judging: statuses, answers, scores and advice of a batch, and one transfer in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tartip.engines.transfers.catalogue import catalogue
from tartip.engines.transfers.layout import Status
from tartip.engines.transfers.outcomes import NUMBERS, REFS
from tartip.engines.transfers.params import RuleParams
from tartip.engines.transfers.typology import Advice, Typology

if TYPE_CHECKING:
    import pyarrow as pa


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
    """`outcomes` maps rule numbers to references.

    A transfer that was not judged (late, ahead of the clock, a duplicate) has no outcomes, no score and the advice
    NOT_JUDGED, which is never PASS: nobody has looked at it.
    """

    id: int
    status: Status
    outcomes: dict[str, str]
    score: int | None
    advice: Advice
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Judgements:
    """A batch, row by row as handed in: `status` uint8[n], `outcomes` uint8[n, 33].

    `scores` int64[n] and `advice` uint8[n] are 0 and NOT_JUDGED where a transfer was not judged.
    """

    ids: NDArray[np.int64]
    status: NDArray[np.uint8]
    outcomes: NDArray[np.uint8]
    typology: Typology
    params: RuleParams

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def scores(self) -> NDArray[np.int64]:
        return np.where(self._judged, self.typology.scores(self.outcomes), 0)

    @cached_property
    def advice(self) -> NDArray[np.uint8]:
        given = self.typology.advice(self.scores)
        return np.where(self._judged, given, np.uint8(Advice.NOT_JUDGED))

    @property
    def _judged(self) -> NDArray[np.bool_]:
        return np.asarray(self.status == Status.JUDGED)

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
        status = Status(self.status[row])
        score = int(self.scores[row]) if status is Status.JUDGED else None
        return Judgement(int(self.ids[row]), status, answers, score, Advice(self.advice[row]), tuple(reasons))

    def to_arrow(self) -> pa.Table:
        """Columns id, status, score (null where not judged), advice, and the reference of each rule (r001 … r091)."""
        import pyarrow as pa

        def words(codes: NDArray[np.uint8], names: Sequence[str]) -> pa.DictionaryArray:
            return pa.DictionaryArray.from_arrays(pa.array(np.ascontiguousarray(codes)), pa.array(names))

        columns = {
            "id": pa.array(self.ids),
            "status": words(self.status, [one.name for one in Status]),
            "score": pa.array(self.scores, mask=~self._judged),
            "advice": words(self.advice, [one.name for one in Advice]),
        }
        answers = {f"r{number}": words(self.outcomes[:, place], REFS) for place, number in enumerate(NUMBERS)}
        return pa.table({**columns, **answers})

"""Weighted typologies: the answers of the rules added up to a score of the transfer, with two thresholds.

The score is of one transfer, for the moment before it leaves; it is never kept for, or added up over, a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.transfers.outcomes import BY_REF, NUMBERS, PLACE, Outcome


class Advice(IntEnum):
    """What the score asks for. A human decides; HOLD asks for the decision before the money leaves."""

    PASS = 0
    ALERT = 1
    HOLD = 2
    NOT_JUDGED = 3  # late, ahead of the clock or a duplicate: no rule was asked


class BadTypology(BadInput):
    """Weights or thresholds that cannot be used."""

    code = "transfers.bad_typology"


@dataclass(frozen=True, slots=True)
class Typology:
    """`weights`: rule number -> reference -> whole weight, 0 where nothing is said. alert <= hold."""

    name: str
    weights: Mapping[str, Mapping[str, int]]
    alert: int
    hold: int

    def __post_init__(self) -> None:
        if not 0 < self.alert <= self.hold:
            raise BadTypology("thresholds", self.name, "must be positive, and alert not above hold")
        for number, answers in self.weights.items():
            if number not in PLACE:
                raise BadTypology("rule", f"{self.name} {number}", "is unknown")
            for ref, weight in answers.items():
                if ref not in BY_REF or type(weight) is not int or abs(weight) > 10**6:
                    raise BadTypology(
                        "weight", f"{self.name} {number} {ref}", "needs a known reference, a whole weight"
                    )

    def table(self) -> NDArray[np.int64]:
        """int64[33, 10]: weight of each answer of each rule."""
        table = np.zeros((len(NUMBERS), len(Outcome)), np.int64)
        for number, answers in self.weights.items():
            for ref, weight in answers.items():
                table[PLACE[number], BY_REF[ref]] = weight
        return table

    def scores(self, outcomes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Score of each transfer, int64[n], of outcomes uint8[n, 33]."""
        table, total = self.table(), np.zeros(len(outcomes), np.int64)
        for place in range(len(NUMBERS)):
            total += table[place][outcomes[:, place]]
        return total

    def advice(self, scores: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Advice of each score; a threshold is reached by equality."""
        return ((scores >= self.alert).astype(np.uint8) + (scores >= self.hold)).astype(np.uint8)


def _simple(weight: int, *numbers: str) -> dict[str, dict[str, int]]:
    return {number: {".02": weight} for number in numbers}


# The one public typology, "complete rule coverage", with its published weights and thresholds.
COMPLETE: Final = Typology(
    "complete rule coverage",
    {
        **_simple(100, "001", "003", "004", "021", "028", "074", "083", "084", "091"),
        **_simple(200, "002", "006", "008", "016", "017", "018", "054", "063"),
        **_simple(400, "090"),
        **{number: {".x03": 100, ".02": 200} for number in ("010", "011", "020", "048")},
        **{number: {".01": 200, ".02": 400} for number in ("024", "025", "026", "027")},
        "007": {".01": 400, ".02": 200},
        "030": {".01": 200, ".02": 100},
        **{number: {".02": 200, ".03": 100} for number in ("044", "045")},
        **{number: {".01": 200, ".02": 100} for number in ("075", "076", "078")},
    },
    alert=2200,
    hold=2600,
)

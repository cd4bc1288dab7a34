"""What was read in one picture: signs from left to right, each with the cost of every sign it might be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.plates.confusion import PLACE, SIGNS, twin_costs
from tartip.engines.plates.grammar import without_filling

FLOOR = 40  # a sign the reader did not think of at all: ten thousand times less likely


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """costs: (signs, 36) in tenths of a power of ten, columns as `confusion.SIGNS`; text: the cheapest sign of each.

    at: where each sign stands, in thousandths of the crop's width from the left; empty for a text without a picture.
    rows: lines that the plate was read in; from one line to the next the places say nothing of the distance.
    """

    text: str
    costs: npt.NDArray[np.int64]
    at: tuple[int, ...] = ()
    rows: int = 1

    @classmethod
    def of_text(cls, text: str) -> Frame:
        """A frame of a reader without doubts, for texts typed or received from elsewhere. Raises BadPlate."""
        clean = without_filling(text)
        costs = np.full((len(clean), len(SIGNS)), FLOOR, np.int64)
        costs[np.arange(len(clean)), [PLACE[sign] for sign in clean]] = 0
        return cls(clean, _with_twins(costs))

    @classmethod
    def of_likelihoods(cls, permille: npt.NDArray[np.int64], at: tuple[int, ...] = (), rows: int = 1) -> Frame:
        """permille: (signs, 36), how likely the reader holds each sign, in whole thousandths."""
        with np.errstate(divide="ignore"):
            costs = np.rint(-10 * np.log10(permille / 1000)).clip(0, FLOOR).astype(np.int64)
        text = "".join(SIGNS[place] for place in permille.argmax(axis=1)) if len(permille) else ""
        return cls(text, _with_twins(costs), at, rows)


def _with_twins(costs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A sign may also stand where its twin was read: cost of the twin plus cost of taking one for the other."""
    if not len(costs):
        return costs
    cheapest: npt.NDArray[np.int64] = (costs[:, :, None] + twin_costs()[None]).min(axis=1)
    return np.minimum(cheapest, FLOOR)

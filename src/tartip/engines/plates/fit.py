"""Lays a frame over a pattern: which signs belong to the plate, and what each place costs as each sign."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tartip.engines.plates.cheapest import cheapest_two
from tartip.engines.plates.confusion import NEVER
from tartip.engines.plates.frame import Frame
from tartip.engines.plates.grammar import NUMBERED, Kind, Pattern, is_marked

STRAY = 18  # a sign more than the pattern has, at the left or the right edge
FLAG = 6  # one that the flag with KZ leaves at the left edge of a plate of 2012
FLAG_SIGNS = "KZR27IE1"
FLAG_EDGE = 130  # thousandths of the width that the flag takes
ON_FLAG = 40  # the plate's first sign lies there: the flag was read as a digit, and 12AB02 as 212AB02, another car's
MOST_LEFT, MOST_RIGHT = 3, 3
BARE_LEFT, BARE_FLAG, BARE_RIGHT = 150, 260, 150  # thousandths of the width that may stand empty beside the signs
BARE_PER_COST = 5
# A firm's plate is a person's less one letter, and of JJJ or II one is easily missed. Then the three digits take up
# less of the width up to the region (2012) or the last letter (1993): places, and the thousandths they should have.
# Of drawn plates of firms 4 in 100 are refused for it when read once, of persons' with a letter missed 9 in 10.
DIGITS = {Kind.KZ_2012_ENTITY: (0, 5, 330), Kind.KZ_1993_ENTITY: (1, 5, 408)}
LOST_PER_THOUSANDTH = 2
RU_GAP = 125  # thousandths between two digits of a Russian region; more, and the middle one of 777 was missed
LOST = 40


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """extra: cost of the signs left out and of bare edges; costs: (places, 36); cost, text: of the best plate in it.

    lead: how much dearer the best other plate is that stands on other signs of the frame; NEVER if there is none.
    """

    extra: int
    costs: npt.NDArray[np.int64]
    cost: int
    text: str
    lead: int = NEVER


def fit(frame: Frame, pattern: Pattern) -> Fit | None:
    """The cheapest way to see the pattern in the frame, or None if the frame has too few or far too many signs."""
    places = len(pattern.classes)
    surplus = len(frame.text) - places
    found = []
    for left in range(max(0, surplus - MOST_RIGHT), min(surplus, MOST_LEFT) + 1):
        end = left + places
        costs = frame.costs[left:end]
        extra = _left(frame, left, pattern.kind) + _right(frame.text[end:], pattern)
        extra += _bare(frame.at, pattern.kind)
        extra += _misplaced(frame.at[left:end], pattern.kind) if frame.rows == 1 else 0
        found += [Fit(extra, costs, extra + cost, text) for cost, text in cheapest_two(costs, pattern)[:1]]
    if not found:
        return None
    best = min(found, key=lambda one: one.cost)
    lead = min((one.cost - best.cost for one in found if one.text != best.text), default=NEVER)
    return replace(best, lead=lead)


def _bare(at: tuple[int, ...], kind: Kind) -> int:
    """A plate fills its crop: wide empty edges mean that signs were missed, and half a plate often is another one."""
    if not at:
        return 0
    left = at[0] - (BARE_FLAG if kind in NUMBERED else BARE_LEFT)
    right = 1000 - at[-1] - BARE_RIGHT
    return max(0, left) // BARE_PER_COST + max(0, right) // BARE_PER_COST


def _misplaced(at: tuple[int, ...], kind: Kind) -> int:
    """Does the first sign lie on the flag, or is there room between the signs for one that was not read?"""
    extra = ON_FLAG if at and kind in NUMBERED and at[0] <= FLAG_EDGE else 0
    if kind is Kind.RU and len(at) == 8 and at[7] - at[6] > RU_GAP:
        return LOST
    if not at or kind not in DIGITS:
        return extra
    first, last, least = DIGITS[kind]
    share = (at[first + 2] - at[first]) * 1000 // max(1, at[last] - at[first])
    return extra + LOST_PER_THOUSANDTH * max(0, least - share)


def _left(frame: Frame, left: int, kind: Kind) -> int:
    """The flag and KZ at the left edge of a plate of 2012 may be read as one sign or another."""
    signs = frame.text[:left]
    if is_marked(kind, signs):
        return 0
    if kind not in NUMBERED:
        return STRAY * left
    near = [not frame.at or at <= FLAG_EDGE for at in (frame.at or range(left))[:left]]
    return sum(FLAG if close and sign in FLAG_SIGNS else STRAY for sign, close in zip(signs, near, strict=True))


def _right(signs: str, pattern: Pattern) -> int:
    return 0 if is_marked(pattern.kind, signs) else STRAY * len(signs)

"""The two cheapest plates of a pattern in a table of costs; regions that were never issued do not count."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tartip.engines.plates.confusion import NEVER, PLACE, SIGNS
from tartip.engines.plates.grammar import NUMBERED, Kind, Pattern
from tartip.engines.plates.regions import LETTERS, NUMBERS

LETTERED = (Kind.KZ_1993_PERSON, Kind.KZ_1993_ENTITY)  # a letter of region at the start
Choice = tuple[int, str]


def cheapest_two(costs: npt.NDArray[np.int64], pattern: Pattern) -> list[Choice]:
    """Up to two (cost, text), cheapest first. Places are independent, except the two digits of a region.

    The best text takes the best sign of every place; the next best differs from it in one place alone.
    """
    allowed = costs + allowed_signs(pattern)
    single = len(allowed) - 2 if pattern.kind in NUMBERED else len(allowed)
    units = [_two_signs(allowed[place]) for place in range(single)]
    if pattern.kind in NUMBERED:
        units.append(_two_regions(allowed[-2:]))
    best = sum(unit[0][0] for unit in units)
    if best >= NEVER:
        return []
    found = [(best, "".join(unit[0][1] for unit in units))]
    steps = [(unit[1][0] - unit[0][0], place) for place, unit in enumerate(units) if unit[1][0] < NEVER]
    if steps:
        more, changed = min(steps)
        found.append((best + more, "".join(unit[place == changed][1] for place, unit in enumerate(units))))
    return found


@lru_cache(32)
def allowed_signs(pattern: Pattern) -> npt.NDArray[np.int64]:
    """(places, 36): 0 for signs the pattern allows at a place, NEVER for others."""
    table = np.full((len(pattern.classes), len(SIGNS)), NEVER, np.int64)
    for place, want in enumerate(pattern.classes):
        among = "0123456789" if want == "D" else pattern.letters if want == "L" else want
        if place == 0 and pattern.kind in LETTERED:
            among = "".join(LETTERS)
        if place == 0 and pattern.kind is Kind.KZ_2012_FOREIGN_OWNER:
            among = "FH"
        table[place, [PLACE[sign] for sign in among]] = 0
    return table


def _two_signs(costs: npt.NDArray[np.int64]) -> list[Choice]:
    order = costs.argsort(kind="stable")[:2]
    return [(int(costs[place]), SIGNS[place]) for place in order]


def _two_regions(costs: npt.NDArray[np.int64]) -> list[Choice]:
    choices = [(int(costs[0, number // 10] + costs[1, number % 10]), f"{number:02d}") for number in NUMBERS]
    return sorted(choices)[:2]

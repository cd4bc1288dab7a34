"""What an area loses if a unit is taken: demand nobody else reaches in time, and who would come next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import Ints, column, first, integers, whole
from tartip.engines.assignment.unreachable import UNREACHABLE
from tartip.engines.errors import BadInput


@dataclass(frozen=True, slots=True)
class Coverage:
    """One value for each free unit, in their order."""

    lost: Ints  # demand within the norm of this unit and of no other free one
    lost_permille: Ints  # of the demand all free units cover now, rounded half up; 0 if they cover none
    next_best: Ints  # travel of the next nearest free unit to the unit's own area; UNREACHABLE: nobody


def coverage_loss(travel: npt.ArrayLike, demand: npt.ArrayLike, norm: int, area: npt.ArrayLike) -> Coverage:
    """The loss of taking each free unit alone.

    travel: (free units, areas) whole seconds or ms, UNREACHABLE: no way. demand: (areas,) whole weights. norm: the
    longest travel that counts as covered, same unit as travel. area: (free units,) the area a unit watches over.
    Method: an area within the norm of exactly one unit is lost with it (Church and ReVelle 1974, counted by the
    margin); the second smallest travel of each area answers for the next. O(units * areas). Raises BadInput.
    """
    times = integers("travel", travel, 2).astype(np.int64)
    units, areas = times.shape
    weight = column("demand", demand, areas)
    own = column("area", area, units)
    whole("norm", norm, 0, UNREACHABLE - 1)
    if (own >= areas).any():
        raise BadInput("area", first(own >= areas), f"there are {areas} areas")
    if sum(weight.tolist()) > 2**50:
        raise BadInput("demand", "sum", "must not pass 2**50")
    if units == 0:
        return Coverage(*(np.empty(0, np.int64) for _ in range(3)))
    within = times <= norm
    near = within.sum(axis=0)
    lost = within.astype(np.int64) @ np.where(near == 1, weight, 0)
    covered = int(weight[near > 0].sum())
    permille = (2000 * lost + covered) // (2 * covered) if covered else np.zeros(units, np.int64)
    next_best = np.full(units, UNREACHABLE)
    if units > 1:
        nearest = times.argmin(axis=0)
        best, second = np.partition(times, 1, axis=0)[:2]
        next_best = np.minimum(np.where(nearest[own] == np.arange(units), second[own], best[own]), UNREACHABLE)
    return Coverage(lost, permille, next_best)

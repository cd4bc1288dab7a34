"""The two sides of an assignment: incidents that need units, units that may be sent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import Ints, column, first, integers, whole
from tartip.engines.assignment.unreachable import UNREACHABLE
from tartip.engines.errors import BadInput

LARGEST_CREW = 1_000
LARGEST_SIDE = 10_000_000
LARGEST_SEATS = 1_000_000


@dataclass(frozen=True, slots=True)
class Incidents:
    """What each incident asks for. Arrays of one length, or one number for all.

    priority: 1 is the most urgent. skills: bit mask, every bit must be there in each unit sent.
    crew: how many units must come; each is a seat, and seats may stay empty if units run out.
    """

    size: int
    priority: npt.ArrayLike | int = 1
    skills: npt.ArrayLike | int = 0
    crew: npt.ArrayLike | int = 1

    def __post_init__(self) -> None:
        whole("incidents.size", self.size, 0, LARGEST_SIDE)

    def priorities(self) -> Ints:
        return column("incidents.priority", self.priority, self.size, 1)

    def wanted(self) -> Ints:
        return column("incidents.skills", self.skills, self.size)

    def seats(self) -> Ints:
        """(seats,) the incident of each seat: an incident is repeated as often as its crew says."""
        crew = column("incidents.crew", self.crew, self.size, 1)
        if (crew > LARGEST_CREW).any():
            raise BadInput("incidents.crew", first(crew > LARGEST_CREW), f"must be at most {LARGEST_CREW}")
        if int(crew.sum()) > LARGEST_SEATS:
            raise BadInput("incidents.crew", "sum", f"must not pass {LARGEST_SEATS}")
        return np.repeat(np.arange(self.size), crew)


@dataclass(frozen=True, slots=True)
class Units:
    """Units that may be sent now. skills: bit mask. fatigue: added to each of its costs, in their unit."""

    size: int
    skills: npt.ArrayLike | int = 0
    fatigue: npt.ArrayLike | int = 0

    def __post_init__(self) -> None:
        whole("units.size", self.size, 0, LARGEST_SIDE)

    def skilled(self) -> Ints:
        return column("units.skills", self.skills, self.size)

    def tired(self) -> Ints:
        fatigue = column("units.fatigue", self.fatigue, self.size)
        if (fatigue >= UNREACHABLE).any():
            raise BadInput("units.fatigue", first(fatigue >= UNREACHABLE), f"must be below {UNREACHABLE}")
        return fatigue


def forbidden_keys(pairs: npt.ArrayLike | None, incidents: int, units: int) -> Ints:
    """Sorted keys incident * units + unit of the pairs that must not meet. pairs: (p, 2)."""
    nobody = (isinstance(pairs, list | tuple) and not pairs) or (isinstance(pairs, np.ndarray) and not pairs.size)
    if pairs is None or nobody:
        return np.empty(0, np.int64)
    array = integers("forbidden", pairs, 2, None)
    if array.shape[1] != 2:
        raise BadInput("forbidden", f"shape {array.shape}", "must be rows of (incident, unit)")
    outside = (array < 0) | (array >= np.array([incidents, units]))
    if outside.any():
        raise BadInput("forbidden", first(outside), "there is no such incident or unit")
    return np.unique(array[:, 0].astype(np.int64) * units + array[:, 1])

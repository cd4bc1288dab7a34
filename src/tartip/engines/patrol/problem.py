"""A patrol problem: places with weights by hour, shifts with a beginning and an end, travel times between them."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput

HOUR = 3600
DAY = 86_400
LATEST = 14 * DAY
UNREACHABLE = 1_073_741_823  # as in engines.routing: from here on there is no way
LARGEST_WEIGHT = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """One place worth a patrol's presence.

    location: row and column of the travel matrix.
    weights: whole numbers >= 0, one per hour of the day (24) or one for all hours; a visit earns the weight of the
    hour in which it begins. dwell: seconds on the spot. visits: at most so many visits count; between the end of one
    and the beginning of the next lie at least `gap` seconds. mandatory: all `visits` must be made. A visit begins
    within [opens, closes], seconds after midnight of the plan's first day.
    """

    location: int
    weights: tuple[int, ...]
    dwell: int = 600
    visits: int = 1
    gap: int = 0
    mandatory: bool = False
    opens: int = 0
    closes: int = 2 * DAY

    def weight_at(self, second: int) -> int:
        return self.weights[second // HOUR % len(self.weights)]


@dataclass(frozen=True, slots=True)
class Shift:
    """One crew's time, seconds after midnight: leaves `begins_at` at `start` or later, is at `ends_at` by `end`."""

    start: int
    end: int
    begins_at: int
    ends_at: int

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Places, shifts and travel seconds, int (locations, locations); UNREACHABLE or more means there is no way.

    Raises BadInput for anything empty, negative, not whole or out of range, with the name and the row. That a
    mandatory place can be served at all is tested by `candidates.candidates_of` (UnreachablePlace).
    """

    places: tuple[Place, ...]
    shifts: tuple[Shift, ...]
    travel: NDArray[np.integer[Any]]

    def __post_init__(self) -> None:
        if not self.places:
            raise BadInput("places", 0, "at least one place is needed")
        if not self.shifts:
            raise BadInput("shifts", 0, "at least one shift is needed")
        _check_travel(self.travel)
        for row, place in enumerate(self.places):
            _check_place(row, place, len(self.travel))
        for row, shift in enumerate(self.shifts):
            _check_shift(row, shift, len(self.travel))


def whole(what: str, where: object, value: object, low: int, high: int) -> None:
    """Raise BadInput unless `value` is a whole number in low..high; NaN and floats are refused by name."""
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput(what, where, "is not a finite number")
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise BadInput(what, where, "must be a whole number") from None
    if not low <= number <= high:
        raise BadInput(what, where, f"must lie in {low}..{high}")


def _check_travel(travel: NDArray[Any]) -> None:
    if not isinstance(travel, np.ndarray) or travel.ndim != 2 or travel.shape[0] != travel.shape[1]:
        raise BadInput("travel", "shape", "must be a square matrix")
    if travel.dtype.kind == "f" and not np.isfinite(travel).all():
        row, column = np.argwhere(~np.isfinite(travel))[0]
        raise BadInput("travel", (int(row), int(column)), "is not a finite number")
    if travel.dtype.kind not in "iu":
        raise BadInput("travel", "dtype", "must hold whole seconds")
    if travel.size and travel.min() < 0:
        row, column = np.argwhere(travel < 0)[0]
        raise BadInput("travel", (int(row), int(column)), "must not be negative")
    if travel.diagonal().any():
        raise BadInput("travel", int(np.flatnonzero(travel.diagonal())[0]), "a place is no time away from itself")


def _check_place(row: int, place: Place, locations: int) -> None:
    whole("place.location", row, place.location, 0, locations - 1)
    if len(place.weights) not in (1, 24):
        raise BadInput("place.weights", row, "one for all hours or 24, one for each")
    for hour, weight in enumerate(place.weights):
        whole("place.weights", (row, hour), weight, 0, LARGEST_WEIGHT)
    whole("place.dwell", row, place.dwell, 0, DAY)
    whole("place.visits", row, place.visits, 1, 48)
    whole("place.gap", row, place.gap, 0, LATEST)
    whole("place.opens", row, place.opens, 0, LATEST)
    whole("place.closes", row, place.closes, place.opens, LATEST)
    if (place.visits - 1) * (place.gap + place.dwell) > place.closes - place.opens:
        raise BadInput("place.visits", row, "so many visits so far apart do not fit between opens and closes")


def _check_shift(row: int, shift: Shift, locations: int) -> None:
    whole("shift.begins_at", row, shift.begins_at, 0, locations - 1)
    whole("shift.ends_at", row, shift.ends_at, 0, locations - 1)
    whole("shift.start", row, shift.start, 0, LATEST)
    whole("shift.end", row, shift.end, shift.start + 1, LATEST)

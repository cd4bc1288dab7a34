"""A patrol problem: places with weights by hour, shifts with a beginning and an end, travel times between them."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput, expect

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
        for what, rows, kind in (("places", self.places, Place), ("shifts", self.shifts, Shift)):
            expect(what, rows, tuple, list)
            for row in rows:
                expect(what, row, kind)
        if not self.places:
            raise BadInput("places", 0, "at least one place is needed")
        if not self.shifts:
            raise BadInput("shifts", 0, "at least one shift is needed")
        _check_travel(self.travel)
        size = len(self.travel)
        # A copy in half the memory. "No way" is one number, so that added to any time it stays far beyond every shift.
        travel = np.minimum(self.travel.astype(np.uint64), UNREACHABLE).astype(np.int32)
        object.__setattr__(self, "travel", travel)
        object.__setattr__(self, "places", tuple(_read_place(row, p, size) for row, p in enumerate(self.places)))
        object.__setattr__(self, "shifts", tuple(_read_shift(row, s, size) for row, s in enumerate(self.shifts)))


def whole(what: str, where: object, value: object, low: int, high: int) -> int:
    """The value as an int, or BadInput unless it is a whole number in low..high; NaN and floats are refused by name."""
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput(what, where, "is not a finite number")
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise BadInput(what, where, "must be a whole number") from None
    if not low <= number <= high:
        raise BadInput(what, where, f"must lie in {low}..{high}")
    return number


def _check_travel(travel: NDArray[Any]) -> None:
    if isinstance(travel, np.ma.MaskedArray):
        raise BadInput("travel", "mask", "must not be masked: what the mask hides is not a number")
    expect("travel", travel, np.ndarray)
    if travel.ndim != 2 or travel.shape[0] != travel.shape[1]:
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


def _read_place(row: int, place: Place, locations: int) -> Place:
    try:
        hours = tuple(place.weights)
    except TypeError:
        raise BadInput("place.weights", row, "one for all hours or 24, one for each") from None
    if len(hours) not in (1, 24):
        raise BadInput("place.weights", row, "one for all hours or 24, one for each")
    opens = whole("place.opens", row, place.opens, 0, LATEST)
    read = Place(
        location=whole("place.location", row, place.location, 0, locations - 1),
        weights=tuple(
            whole("place.weights", (row, hour), weight, 0, LARGEST_WEIGHT) for hour, weight in enumerate(hours)
        ),
        dwell=whole("place.dwell", row, place.dwell, 0, DAY),
        visits=whole("place.visits", row, place.visits, 1, 48),
        gap=whole("place.gap", row, place.gap, 0, LATEST),
        mandatory=bool(whole("place.mandatory", row, bool_as_int(place.mandatory), 0, 1)),
        opens=opens,
        closes=whole("place.closes", row, place.closes, opens, LATEST),
    )
    if (read.visits - 1) * (read.gap + read.dwell) > read.closes - read.opens:
        raise BadInput("place.visits", row, "so many visits so far apart do not fit between opens and closes")
    return read


def bool_as_int(value: object) -> object:
    return int(value) if isinstance(value, bool | np.bool_) else value


def _read_shift(row: int, shift: Shift, locations: int) -> Shift:
    start = whole("shift.start", row, shift.start, 0, LATEST)
    return Shift(
        start=start,
        end=whole("shift.end", row, shift.end, start + 1, LATEST),
        begins_at=whole("shift.begins_at", row, shift.begins_at, 0, locations - 1),
        ends_at=whole("shift.ends_at", row, shift.ends_at, 0, locations - 1),
    )

"""Where costs come from: a whole matrix, or the k nearest units of each incident with a way to ask for more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import MOST, Ints, Whole, first, integers, whole
from tartip.engines.assignment.problem import LARGEST_SIDE
from tartip.engines.assignment.unreachable import UNREACHABLE
from tartip.engines.errors import BadInput, expect

COST_BITS = UNREACHABLE.bit_length()
NOTHING_BEYOND = np.iinfo(np.int64).max
ROWS_AT_ONCE = 64  # a stripe of the matrix that stays in the processor's cache
Wider = Callable[[Ints, int], tuple[npt.ArrayLike, npt.ArrayLike]]


class Near(NamedTuple):
    """Edges of the incidents asked for. `beyond`: no unit outside an incident's edges costs less than this."""

    row: Ints  # (e,) position in the incidents asked for, ascending
    unit: Ints  # (e,)
    cost: Ints  # (e,)
    beyond: Ints  # (asked,) NOTHING_BEYOND: the edges are all there is


class Costs(Protocol):
    @property
    def shape(self) -> tuple[int, int]: ...

    def near(self, incidents: Ints, k: int) -> Near: ...

    def longest(self) -> int | None:
        """The largest cost below UNREACHABLE if it is known without asking for everything."""


@dataclass(frozen=True, slots=True)
class Dense:
    """matrix: (incidents, units) whole numbers >= 0; UNREACHABLE and above: no way. int32 is read fastest.

    Raises BadInput with the place of the first NaN, negative or broken value.
    """

    matrix: npt.ArrayLike

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", integers("costs", self.matrix, 2))

    @property
    def shape(self) -> tuple[int, int]:
        incidents, units = np.shape(self.matrix)
        return incidents, units

    def longest(self) -> int | None:
        matrix: Whole = np.asarray(self.matrix)
        top = int(matrix.max(initial=0))
        return top if top < UNREACHABLE else int(matrix.max(initial=0, where=matrix < UNREACHABLE))

    def near(self, incidents: Ints, k: int) -> Near:
        """Every unit no farther than the k-th nearest, ties included: what is left out costs at least one more."""
        units = self.shape[1]
        if k >= units:
            return self.within(incidents, np.full(len(incidents), UNREACHABLE - 1))
        # The k-th of a sample is not below the k-th of all, so the k nearest are among the units up to it. About
        # k * step of these remain; a sample of units / step costs the same at this step.
        step = max(1, int((units / k) ** 0.5))
        sampled = np.ascontiguousarray(np.asarray(self.matrix)[:, ::step][incidents])
        ceiling = np.partition(sampled, k - 1, axis=1)[:, k - 1].astype(np.int64)
        row, unit, cost = self._read(incidents, ceiling)
        first = np.searchsorted(row, np.arange(len(incidents) + 1))
        # One sort of whole numbers, row above cost, is several times faster than a sort by two columns.
        ranked = np.sort((row << COST_BITS) + np.minimum(cost, UNREACHABLE)) & ((1 << COST_BITS) - 1)
        kth = np.minimum(ranked[first[:-1] + k - 1], UNREACHABLE - 1)
        keep = cost <= kth[row]
        return Near(row[keep], unit[keep], cost[keep], np.where(kth < UNREACHABLE - 1, kth + 1, NOTHING_BEYOND))

    def within(self, incidents: Ints, bound: Ints) -> Near:
        """Every unit that costs at most `bound`, one for each incident asked for."""
        bound = np.minimum(bound, UNREACHABLE - 1)
        beyond = np.where(bound < UNREACHABLE - 1, bound + 1, NOTHING_BEYOND)
        return Near(*self._read(incidents, bound), beyond)

    def _read(self, incidents: Ints, bound: Ints) -> tuple[Ints, Ints, Ints]:
        """(row, unit, cost) of all entries up to `bound` of their row."""
        matrix: Whole = np.asarray(self.matrix)
        units = matrix.shape[1]
        # In the matrix's own type, so that nothing is widened; a bound beyond the type holds for all of it.
        limit = np.minimum(bound, int(min(np.iinfo(matrix.dtype).max, MOST))).astype(matrix.dtype)[:, None]
        found: list[Ints] = []
        costs: list[Ints] = []
        for start in range(0, len(incidents), ROWS_AT_ONCE):
            lines = matrix[incidents[start : start + ROWS_AT_ONCE]]
            flat = np.flatnonzero(lines <= limit[start : start + ROWS_AT_ONCE])
            found.append(flat + start * units)
            costs.append(lines.ravel()[flat].astype(np.int64))
        row, unit = np.divmod(joined(found), max(1, units))
        return row, unit, joined(costs)


@dataclass(frozen=True, slots=True)
class Lists:
    """units, costs: (incidents, k) the k nearest of each incident, nearest first; unit -1 fills short lists.

    A list with a -1 in it is complete: nobody else can come. `wider(incidents, k)` returns longer lists in the same
    form; without it an answer that the lists cannot prove is refused with ListsTooShort.
    `units_in_all`: how many units there are.
    """

    units_in_all: int
    units: npt.ArrayLike
    costs: npt.ArrayLike
    wider: Wider | None = None

    def __post_init__(self) -> None:
        whole("units_in_all", self.units_in_all, 0, LARGEST_SIDE)
        units, costs = read_lists(self.units, self.costs, self.units_in_all)
        if self.wider is not None and not callable(self.wider):
            raise BadInput("wider", type(self.wider).__name__, "must be a function (incidents, k), or None")
        object.__setattr__(self, "units", units)
        object.__setattr__(self, "costs", costs)

    @property
    def shape(self) -> tuple[int, int]:
        return len(np.asarray(self.units)), self.units_in_all

    def longest(self) -> int | None:
        return None

    def near(self, incidents: Ints, k: int) -> Near:
        units, costs = np.asarray(self.units)[incidents], np.asarray(self.costs)[incidents]
        if k > units.shape[1] and self.wider is not None and len(incidents):
            answer = self.wider(incidents, min(k, self.units_in_all))
            if not isinstance(answer, tuple | list) or len(answer) != 2:
                raise BadInput("wider", type(answer).__name__, "must return a pair: units and costs")
            units, costs = read_lists(*answer, self.units_in_all)
            if len(units) != len(incidents):
                raise BadInput("wider", f"{len(units)} lists", f"must return {len(incidents)} lists")
        units, costs = units[:, :k], costs[:, :k]
        known = (units >= 0) & (costs < UNREACHABLE)
        full = known.all(axis=1) & (units.shape[1] < self.units_in_all)
        last = costs[:, -1] if units.shape[1] else np.zeros(len(units), np.int64)
        row, at = np.nonzero(known)
        return Near(row, units[row, at], costs[row, at], np.where(full, last, NOTHING_BEYOND))


def read_lists(units: npt.ArrayLike, costs: npt.ArrayLike, in_all: int) -> tuple[Ints, Ints]:
    who = integers("units", units, 2, -1).astype(np.int64)
    how_far = integers("costs", costs, 2, None).astype(np.int64)
    if who.shape != how_far.shape:
        raise BadInput("costs", f"shape {how_far.shape}", f"must have the shape of units, {who.shape}")
    if (who >= in_all).any():
        raise BadInput("units", first(who >= in_all), f"there are {in_all} units")
    filled = who >= 0
    if (filled & (how_far < 0)).any():
        raise BadInput("costs", first(filled & (how_far < 0)), "must be at least 0")
    how_far = np.where(filled, how_far, UNREACHABLE)
    falling = how_far[:, 1:] < how_far[:, :-1]
    if falling.any():
        raise BadInput("costs", first(falling), "must not fall along a list")
    ordered = np.sort(np.where(filled, who, -1 - np.arange(who.shape[1])), axis=1)
    twice = ordered[:, 1:] == ordered[:, :-1]
    if twice.any():
        raise BadInput("units", first(twice.any(axis=1)), "a unit stands twice in one list")
    return who, how_far


def padded(rows: Sequence[Sequence[tuple[int, int]]], k: int) -> tuple[Ints, Ints]:
    """(units, costs), both (incidents, k), from what each incident found: its (unit, cost) pairs, nearest first.

    Fewer than k pairs say that nobody else can come, as routing's `nearest` means it. Raises BadInput for more than k.
    """
    whole("k", k, 0, LARGEST_SIDE)
    expect("rows", rows, list, tuple)
    units, costs = np.full((len(rows), k), -1), np.full((len(rows), k), UNREACHABLE)
    for at, row in enumerate(rows):
        if not isinstance(row, list | tuple | np.ndarray) or np.ndim(row) == 0:
            raise BadInput("rows", at, "must hold pairs (unit, cost)")
        if len(row) > k:
            raise BadInput("rows", at, f"must have at most {k} pairs")
        if len(row):
            pairs = integers(f"row {at}", row, 2)
            if pairs.shape[1] != 2:
                raise BadInput("rows", at, "must hold pairs (unit, cost)")
            units[at, : len(row)], costs[at, : len(row)] = pairs.T
    return units, costs


def joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)

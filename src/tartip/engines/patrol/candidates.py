"""From places to candidates: one possible visit with a window of beginnings in which its weight does not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput, expect
from tartip.engines.patrol.errors import UnreachablePlace
from tartip.engines.patrol.problem import HOUR, LATEST, Place, Problem

Ints = NDArray[np.int64]
LARGEST_TABLE = 2**25  # possible visits x shifts: two tables of a quarter of a gigabyte


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Columns of equal length; of the candidates of one `group` (one visit of one place) at most one is used."""

    place: Ints
    location: Ints
    dwell: Ints
    prize: Ints
    early: Ints
    late: Ints
    group: Ints
    required: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.place)


def candidates_of(problem: Problem) -> Candidates:
    """All candidates that some shift can serve alone.

    Repeat visits get disjoint windows that keep `gap` whatever the order of routes; this costs freedom (a visit may
    not slide over the whole day), never correctness. Weights that change by the hour split a window into runs of
    equal weight. Raises UnreachablePlace where a mandatory visit has no candidate left.
    """
    expect("problem", problem, Problem)
    first, last = _reach(problem)
    rows: list[tuple[int, int, int, int, int, int, int, bool]] = []
    visit_of: list[tuple[int, int]] = []
    for number, place in enumerate(problem.places):
        for visit, (opens, closes) in enumerate(_slots(place, int(first[number]), int(last[number]))):
            group = len(visit_of)
            visit_of.append((number, visit))
            for early, late, weight in _runs(place, opens, closes):
                if weight or place.mandatory:
                    rows.append((number, place.location, place.dwell, weight, early, late, group, place.mandatory))
        if len(rows) * len(problem.shifts) > LARGEST_TABLE:
            raise BadInput("places", number, "too many possible visits for so many shifts; split by district")
    table = np.array([row[:7] for row in rows], dtype=np.int64).reshape(-1, 7)
    required = np.array([row[7] for row in rows], dtype=bool)
    keep = _servable(problem, table)
    kept = set(table[keep, 6].tolist())
    for group, (number, visit) in enumerate(visit_of):
        if problem.places[number].mandatory and group not in kept:
            raise UnreachablePlace(number, visit)
    place, location, dwell, prize, early, late, group = table[keep].T.copy()
    return Candidates(place, location, dwell, prize, early, late, group, required[keep])


def _slots(place: Place, first: int, last: int) -> list[tuple[int, int]]:
    """Windows of the visits, equally long, `gap` and dwell between them, within the seconds that a shift can reach."""
    opens, closes = max(place.opens, first), min(place.closes, last)
    pause = place.gap + place.dwell
    fit = min(place.visits, 1 + max(0, closes - opens) // max(1, pause))
    if fit < place.visits and place.mandatory:
        fit = place.visits
    width = (closes - opens - (fit - 1) * pause) // fit
    return [(opens + k * (width + pause), opens + k * (width + pause) + width) for k in range(fit)]


def _reach(problem: Problem) -> tuple[Ints, Ints]:
    """Per place the first and the last second at which some shift can begin a visit, doing nothing else.

    Where none can, the last is before the first: such a place has no window.
    """
    location = np.array([place.location for place in problem.places])
    dwell = np.array([place.dwell for place in problem.places])
    opens = np.array([place.opens for place in problem.places])
    closes = np.array([place.closes for place in problem.places])
    first, last = np.full(len(location), LATEST), np.full(len(location), -1)
    for shift in set(problem.shifts):
        soon = np.maximum(opens, shift.start + problem.travel[shift.begins_at, location])
        late = np.minimum(closes, shift.end - problem.travel[location, shift.ends_at] - dwell)
        able = soon <= late
        first[able] = np.minimum(first, soon)[able]
        last[able] = np.maximum(last, late)[able]
    return first, last


def _runs(place: Place, opens: int, closes: int) -> Iterator[tuple[int, int, int]]:
    """Runs (early, late, weight) of equal weight in [opens, closes], both ends inclusive."""
    early = opens
    while early <= closes:
        weight = place.weight_at(early)
        late = early
        while late <= closes and place.weight_at(late) == weight:
            late = (late // HOUR + 1) * HOUR
        yield early, min(late - 1, closes), weight
        early = late


def _servable(problem: Problem, table: Ints) -> NDArray[np.bool_]:
    """Whether some shift can serve the candidate when it does nothing else."""
    keep = np.zeros(len(table), dtype=bool)
    location, dwell, early, late = table[:, 1], table[:, 2], table[:, 4], table[:, 5]
    travel = problem.travel
    for shift in set(problem.shifts):
        begin = np.maximum(early, shift.start + travel[shift.begins_at, location])
        keep |= (begin <= late) & (begin + dwell + travel[location, shift.ends_at] <= shift.end)
    return keep

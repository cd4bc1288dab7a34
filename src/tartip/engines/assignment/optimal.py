"""The optimal assignment of units to incidents: proven, and equal to the answer on the whole matrix.

What is optimal, in this order: as many seats of priority 1 filled as can be, then their costs least, then as many of
priority 2, then their costs, and so on: nothing of a higher priority is ever traded for anything below it.

Method: one pass for each priority. Pass p solves the seats of priorities up to p with
scipy.optimize.linear_sum_assignment (Crouse 2016) on the units near them. An empty seat weighs s_p * longest + 1
(s_p seats of priority p), so no sum of costs outweighs it. Seats of higher priority keep only the pairs that reach
their prices of the pass before, and taking a unit whose price was below 0 earns s_p * (s_p * longest + 1) + 1: with
these two every optimum of the passes before stays possible and nothing else does (complementary slackness).
Bound: (seats of higher priority + 1) * (s_p * (s_p * longest + 1) + 1) < 2**52 for each p, else TooLarge: all sums
are then whole in float64. 500 seats at costs up to a day: 2**44. Every pass is checked in int64 by its prices, and
the same prices say which incidents need more units than their k nearest: those are asked again with four times k.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import Ints, whole
from tartip.engines.assignment.costs import NOTHING_BEYOND, Costs, Dense
from tartip.engines.assignment.duals import NO_EDGE, NotOptimal, prices
from tartip.engines.assignment.edges import Edges
from tartip.engines.assignment.errors import TooLarge, TooMany
from tartip.engines.assignment.problem import LARGEST_SIDE, Incidents, Units
from tartip.engines.assignment.result import Assignment, Reason
from tartip.engines.assignment.unreachable import UNREACHABLE
from tartip.engines.errors import BadInput, expect

EXACT = 2**52
LARGEST_MATRIX = 2**26  # half a gigabyte


@dataclass(frozen=True, slots=True)
class AssignParams:
    """How far to look at first, and the largest cost that may come; both are checked by `assign` (BadInput)."""

    k: int = 6  # units first looked at for each incident, beyond its crew
    longest: int = 86_400  # no cost, fatigue included, may be larger (a whole matrix knows its own largest)


def assign(
    costs: Costs | npt.ArrayLike,
    incidents: Incidents | None = None,
    units: Units | None = None,
    forbidden: npt.ArrayLike | None = None,
    params: AssignParams = AssignParams(),
) -> Assignment:
    """Match incidents and units optimally (see above).

    costs: Dense, Lists or an (incidents, units) array, whole seconds (any one unit of time does). forbidden: (p, 2)
    pairs (incident, unit). Seats nobody can fill are in the result with a Reason.
    Raises BadInput (what and where), TooLarge (bound above), TooMany (seats), ListsTooShort.
    """
    source: Costs = costs if hasattr(costs, "near") else Dense(costs)  # type: ignore[assignment]
    size, fleet = source.shape
    incidents = Incidents(size) if incidents is None else incidents
    units = Units(fleet) if units is None else units
    expect("incidents", incidents, Incidents)
    expect("units", units, Units)
    expect("params", params, AssignParams)
    if incidents.size != size or units.size != fleet:
        raise BadInput("costs", f"shape {source.shape}", f"must be ({incidents.size}, {units.size})")
    whole("params.k", params.k, 1, LARGEST_SIDE)
    whole("params.longest", params.longest, 1, UNREACHABLE - 1)
    seats, priority = incidents.seats(), incidents.priorities()
    seat_priority = priority[seats]
    edges = Edges(source, incidents, units, forbidden, params.k)
    longest = max(edges.longest or params.longest, 1)
    held = np.full(len(seats), -1)
    old: Kept | None = None
    levels = np.unique(seat_priority).tolist()
    for level in levels:
        rows = np.flatnonzero(seat_priority <= level)
        fresh = seat_priority[rows] == level
        check_bound(level, int(fresh.sum()), len(rows), longest)
        old = solve(edges, seats[rows], rows, fresh, longest, old, last=level == levels[-1])
        held[rows] = old.unit
    return answer(edges, seats, seat_priority, held)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a pass leaves to the next: who holds whom, and the prices that define every optimum so far."""

    row: Ints  # (r,) seats of the pass
    unit: Ints  # (r,) -1: nobody
    pairs: Ints  # keys row * units + unit of the pairs that reach their price
    empty: Ints  # rows that may stay empty
    wanted: Ints  # units that every optimum uses


def check_bound(level: int, fresh: int, rows: int, longest: int) -> None:
    if (rows - fresh + 1) * (fresh * (fresh * longest + 1) + 1) >= EXACT:
        raise TooLarge(priority=level, seats=fresh, all=rows, longest=longest)


def solve(
    edges: Edges, incident: Ints, rows: Ints, fresh: npt.NDArray[np.bool_], longest: int, old: Kept | None, last: bool
) -> Kept:
    """One pass: match, prove, and ask for more units where the prices do not prove it."""
    from scipy.optimize import linear_sum_assignment

    count = int(fresh.sum())
    unfilled = count * longest + 1
    while True:
        row, unit, cost = edges.of(incident)
        check_longest(cost, incident, row, unit, longest)
        if old is not None:
            row, unit, cost = only_optimal(edges.fleet, rows, fresh, old, row, unit, cost, count * unfilled + 1)
        chosen = np.zeros(edges.fleet, bool)
        chosen[unit] = True
        columns = np.flatnonzero(chosen)
        place = np.cumsum(chosen) - 1
        may_stay = fresh if old is None else fresh | np.isin(rows, old.empty)
        own = np.flatnonzero(may_stay)
        stay = np.where(fresh[own], unfilled, 0)
        if len(rows) * (len(columns) + len(rows)) > LARGEST_MATRIX:
            raise TooMany(seats=len(rows), units=len(columns))
        matrix = np.full((len(rows), len(columns) + len(rows)), np.inf)
        matrix[row, place[unit]] = cost
        matrix[own, len(columns) + own] = stay
        _, column = linear_sum_assignment(matrix)
        price, full_price = prices(matrix, column)
        slack = cost - price[row] - full_price[place[unit]]
        slack_empty = stay - price[own]
        if min(int(slack.min(initial=0)), int(slack_empty.min(initial=0))) < 0:
            raise NotOptimal(seats=len(rows))
        beyond = edges.beyond[incident]
        # A tie outside the list cannot lower this pass, but it might serve a later one.
        open_end = fresh & ((beyond < price) if last else (beyond <= price)) & (beyond < NOTHING_BEYOND)
        if open_end.any():
            which, seat = np.unique(incident[open_end], return_inverse=True)
            most = np.zeros(len(which), np.int64)
            np.maximum.at(most, seat, price[open_end])
            edges.widen(which, most, len(rows))
            continue
        tight = slack == 0
        taken = column < len(columns)
        return Kept(
            row=rows,
            unit=np.where(taken, columns[np.minimum(column, len(columns) - 1)] if len(columns) else -1, -1),
            pairs=np.sort(rows[row[tight]] * edges.fleet + unit[tight]),
            empty=rows[own[slack_empty == 0]],
            wanted=columns[full_price[: len(columns)] < 0],
        )


def only_optimal(
    fleet: int, rows: Ints, fresh: npt.NDArray[np.bool_], old: Kept, row: Ints, unit: Ints, cost: Ints, reward: int
) -> tuple[Ints, Ints, Ints]:
    """Edges of the new seats as they are; of the old seats only those that keep the earlier optimum, at no cost."""
    new = fresh[row]
    keep = new | np.isin(rows[row] * fleet + unit, old.pairs)
    row, unit, new = row[keep], unit[keep], new[keep]
    earned = np.where(np.isin(unit, old.wanted), -reward, 0)
    return row, unit, np.where(new, cost[keep], earned)


def check_longest(cost: Ints, incident: Ints, row: Ints, unit: Ints, longest: int) -> None:
    if len(cost) and int(cost.max()) > longest:
        at = int(cost.argmax())
        raise BadInput("costs", (int(incident[row[at]]), int(unit[at])), f"{cost[at]} is above the longest, {longest}")


def answer(edges: Edges, seats: Ints, priority: Ints, held: Ints) -> Assignment:
    cost = edges.cost_of(seats, held)
    order = np.lexsort((np.where(held < 0, NO_EDGE, cost), seats))
    seats, priority, held, cost = seats[order], priority[order], held[order], cost[order]
    reason = np.full(len(seats), int(Reason.ASSIGNED))
    empty = np.flatnonzero(held < 0)
    reason[empty] = edges.reasons(seats[empty])
    there = held >= 0
    levels = np.unique(priority).tolist()
    tired = np.where(there, edges.fatigue[held] if edges.fleet else 0, 0)
    return Assignment(
        incident=seats,
        unit=held,
        cost=np.where(there, cost - tired, -1),
        reason=reason,
        served={level: int(there[priority == level].sum()) for level in levels},
        total={level: int(cost[there & (priority == level)].sum()) for level in levels},
        longest_list=edges.longest_list(),
    )

"""The problem in PyVRP's words and back: prize-collecting routing with time windows (Wouda et al., PyVRP 2024)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from tartip.engines.patrol.candidates import Candidates
from tartip.engines.patrol.params import Balance
from tartip.engines.patrol.problem import LATEST, Problem, Shift

Kinds = list[tuple[Shift, list[int]]]


def kinds_of(problem: Problem) -> Kinds:
    """Shifts that are alike, with their rows: one vehicle type each."""
    alike: dict[Shift, list[int]] = defaultdict(list)
    for row, shift in enumerate(problem.shifts):
        alike[shift].append(row)
    return list(alike.items())


def problem_data(problem: Problem, candidates: Candidates, scale: int, balance: Balance | None) -> Any:
    """PyVRP's ProblemData: cost = travel seconds + overtime − scale × prizes."""
    import pyvrp

    # "No way" need only be longer than any shift; PyVRP's penalties stay small this way.
    travel = np.minimum(problem.travel, 4 * LATEST).astype(np.int64)
    depots = sorted({end for shift in problem.shifts for end in (shift.begins_at, shift.ends_at)})
    kinds = kinds_of(problem)
    groups, group_of = _groups(candidates)
    clients = [
        pyvrp.Client(
            location=int(candidates.location[row]),
            service_duration=int(candidates.dwell[row]),
            tw_early=int(candidates.early[row]),
            tw_late=int(candidates.late[row]),
            prize=int(candidates.prize[row]) * scale,
            required=bool(candidates.required[row]) and group_of[row] is None,
            group=group_of[row],
        )
        for row in range(len(candidates))
    ]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(travel))],
        clients=clients,
        depots=[pyvrp.Depot(location) for location in depots],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(rows),
                start_depot=depots.index(shift.begins_at),
                end_depot=depots.index(shift.ends_at),
                tw_early=shift.start,
                tw_late=shift.end,
                **_overtime(shift, scale, balance),
            )
            for shift, rows in kinds
        ],
        distance_matrices=[travel],
        duration_matrices=[travel],
        groups=groups,
    )


def _overtime(shift: Shift, scale: int, balance: Balance | None) -> dict[str, Any]:
    if balance is None or balance.target >= shift.length:
        return {"shift_duration": shift.length}
    return {
        "shift_duration": balance.target,
        "max_overtime": shift.length - balance.target,
        "unit_overtime_cost": max(1, balance.prize_per_hour * scale // 3600),
    }


def _groups(candidates: Candidates) -> tuple[list[Any], list[int | None]]:
    """Exclusive groups where one visit has several candidates; a single candidate needs none."""
    import pyvrp

    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(candidates.group.tolist()):
        members[group].append(row)
    group_of: list[int | None] = [None] * len(candidates)
    groups: list[Any] = []
    for rows in members.values():
        if len(rows) > 1:
            for row in rows:
                group_of[row] = len(groups)
            groups.append(pyvrp.ClientGroup(rows, required=bool(candidates.required[rows[0]])))
    return groups, group_of


def to_solution(data: Any, kinds: Kinds, orders: list[list[int]]) -> Any:
    """Our orders as PyVRP's warm start."""
    import pyvrp

    routes = [
        pyvrp.Route(data, orders[row], kind) for kind, (_, rows) in enumerate(kinds) for row in rows if orders[row]
    ]
    return pyvrp.Solution(data, routes)


def to_orders(solution: Any, kinds: Kinds, shifts: int) -> list[list[int]]:
    """PyVRP's routes as candidate rows per shift."""
    orders: list[list[int]] = [[] for _ in range(shifts)]
    left = [list(reversed(rows)) for _, rows in kinds]
    for route in solution.routes():
        orders[left[route.vehicle_type()].pop()] = [stop.idx for stop in route if stop.is_client()]
    return orders

"""From chosen candidates in order to a route with times: everything as early as it can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from tartip.engines.patrol.candidates import Candidates
from tartip.engines.patrol.plan import Plan, Route, Visit
from tartip.engines.patrol.problem import Problem


def timed(problem: Problem, candidates: Candidates, shift: int, order: Sequence[int]) -> Route:
    """The route of one shift; it leaves so late that it does not wait before the first visit."""
    crew, travel = problem.shifts[shift], problem.travel
    here, now = crew.begins_at, crew.start
    visits: list[Visit] = []
    for row in order:
        there = int(candidates.location[row])
        start = max(now + int(travel[here, there]), int(candidates.early[row]))
        now = start + int(candidates.dwell[row])
        visits.append(Visit(int(candidates.place[row]), start, now, int(candidates.prize[row])))
        here = there
    leaves = visits[0].start - int(travel[crew.begins_at, candidates.location[order[0]]]) if visits else crew.start
    return Route(shift, leaves, now + int(travel[here, crew.ends_at]), tuple(visits))


def plan_of(
    problem: Problem, candidates: Candidates, orders: Sequence[Sequence[int]], source: Literal["greedy", "pyvrp"]
) -> Plan:
    """The plan in which shift k serves the candidates orders[k]; shifts without visits stay in."""
    routes = tuple(timed(problem, candidates, shift, order) for shift, order in enumerate(orders) if order)
    return Plan(routes, sum(visit.weight for route in routes for visit in route.visits), source)


def orders_of(candidates: Candidates, plan: Plan, shifts: int) -> list[list[int]]:
    """The candidate rows of a plan's visits per shift; a visit that fits no candidate is left out."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row, place in enumerate(candidates.place.tolist()):
        rows[place].append(row)
    orders: list[list[int]] = [[] for _ in range(shifts)]
    used: set[int] = set()
    for route in plan.routes:
        for visit in route.visits:
            for row in rows[visit.place]:
                group = int(candidates.group[row])
                if group not in used and candidates.early[row] <= visit.start <= candidates.late[row]:
                    orders[route.shift].append(row)
                    used.add(group)
                    break
    return orders

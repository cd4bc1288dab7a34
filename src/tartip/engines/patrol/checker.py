"""The independent checker: every rule recomputed from the problem alone, nothing taken over from a planner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tartip.engines.errors import expect
from tartip.engines.patrol.errors import BadPlan
from tartip.engines.patrol.plan import Plan, Route, Visit
from tartip.engines.patrol.problem import UNREACHABLE, Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule: which, at which shift or place, and the numbers."""

    rule: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.where}: {self.detail}"


def faults(problem: Problem, plan: Plan) -> tuple[Fault, ...]:
    """All broken rules of a plan; empty means valid."""
    return tuple(_faults(problem, plan))


def check(problem: Problem, plan: Plan) -> Plan:
    """The plan itself; raises BadPlan if it breaks the problem in any way."""
    expect("problem", problem, Problem)
    expect("plan", plan, Plan)
    found = faults(problem, plan)
    if found:
        raise BadPlan(found)
    return plan


def _faults(problem: Problem, plan: Plan) -> Iterator[Fault]:
    seen: set[int] = set()
    visits: dict[int, list[Visit]] = defaultdict(list)
    for route in plan.routes:
        if not _is_row(route.shift, problem.shifts):
            yield Fault("unknown shift", f"shift {route.shift}", f"there are {len(problem.shifts)}")
            continue
        if route.shift in seen:
            yield Fault("shift twice", f"shift {route.shift}", "one shift drives one route")
        seen.add(route.shift)
        unknown = [visit.place for visit in route.visits if not _is_row(visit.place, problem.places)]
        if unknown:
            yield Fault("unknown place", f"shift {route.shift}", str(unknown))
            continue
        times = [route.leaves, route.returns, *(t for v in route.visits for t in (v.start, v.end, v.weight))]
        if not all(isinstance(time, int | np.integer) for time in times):
            yield Fault("not whole", f"shift {route.shift}", "times and weights are whole numbers")
            continue
        yield from _route_faults(problem, route)
        for visit in route.visits:
            visits[visit.place].append(visit)
    yield from _place_faults(problem, visits)
    earned = sum(problem.places[place].weight_at(v.start) for place, made in visits.items() for v in made)
    if earned != plan.prize:
        yield Fault("prize", "plan", f"says {plan.prize}, earns {earned}")


def _is_row(row: object, table: Sequence[object]) -> bool:
    return isinstance(row, int | np.integer) and bool(0 <= row < len(table))


def _route_faults(problem: Problem, route: Route) -> Iterator[Fault]:
    shift, where = problem.shifts[route.shift], f"shift {route.shift}"
    if route.leaves < shift.start or route.returns > shift.end:
        yield Fault("outside shift", where, f"{route.leaves}..{route.returns} in {shift.start}..{shift.end}")
    here, now = shift.begins_at, route.leaves
    for visit in route.visits:
        place = problem.places[visit.place]
        leg = int(problem.travel[here, place.location])
        if leg >= UNREACHABLE:
            yield Fault("no way", where, f"{here} to {place.location}")
        if visit.start < now + leg:
            yield Fault("too early", f"{where}, place {visit.place}", f"{visit.start} before {now + leg}")
        if not place.opens <= visit.start <= place.closes:
            yield Fault("closed", f"place {visit.place}", f"{visit.start} in {place.opens}..{place.closes}")
        if visit.end - visit.start != place.dwell:
            yield Fault("dwell", f"place {visit.place}", f"{visit.end - visit.start} instead of {place.dwell}")
        if visit.weight != place.weight_at(visit.start):
            yield Fault("weight", f"place {visit.place}", f"{visit.weight} at {visit.start}")
        here, now = place.location, visit.end
    home = int(problem.travel[here, shift.ends_at])
    if home >= UNREACHABLE:
        yield Fault("no way", where, f"{here} to {shift.ends_at}")
    if route.returns < now + home:
        yield Fault("too early", f"{where}, end", f"{route.returns} before {now + home}")


def _place_faults(problem: Problem, visits: dict[int, list[Visit]]) -> Iterator[Fault]:
    for number, place in enumerate(problem.places):
        made = sorted(visits.get(number, []), key=lambda visit: visit.start)
        if len(made) > place.visits:
            yield Fault("too many visits", f"place {number}", f"{len(made)} of {place.visits}")
        if place.mandatory and len(made) < place.visits:
            yield Fault("mandatory", f"place {number}", f"{len(made)} of {place.visits}")
        for before, after in pairwise(made):
            if after.start < before.end + place.gap:
                yield Fault("gap", f"place {number}", f"{after.start} after {before.end}, gap {place.gap}")

"""The part of a district's problem that it owns at the moment, and plans carried between the two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tartip.engines.patrol.plan import Plan
from tartip.engines.patrol.problem import Problem


@dataclass(frozen=True, slots=True)
class Owned:
    """Rows of the whole problem's places, ascending."""

    rows: tuple[int, ...]

    def narrow(self, plan: Plan) -> Plan:
        """A plan of the whole in rows of the part; all its places must be owned."""
        return _renumbered(plan, {row: k for k, row in enumerate(self.rows)})


def own_problem(whole: Problem, owned: Owned) -> Problem:
    """The problem with owned places only, and the travel matrix without what nobody needs."""
    places = [whole.places[row] for row in owned.rows]
    ends = {end for shift in whole.shifts for end in (shift.begins_at, shift.ends_at)}
    kept = sorted(ends | {place.location for place in places})
    new = {location: k for k, location in enumerate(kept)}
    return Problem(
        tuple(replace(place, location=new[place.location]) for place in places),
        tuple(replace(s, begins_at=new[s.begins_at], ends_at=new[s.ends_at]) for s in whole.shifts),
        whole.travel[np.ix_(kept, kept)],
    )


def own_to_whole(plan: Plan, owned: Owned) -> Plan:
    """The plan with rows of the whole problem."""
    return _renumbered(plan, dict(enumerate(owned.rows)))


def _renumbered(plan: Plan, new: dict[int, int]) -> Plan:
    routes = tuple(
        replace(route, visits=tuple(replace(visit, place=new[visit.place]) for visit in route.visits))
        for route in plan.routes
    )
    return replace(plan, routes=routes)

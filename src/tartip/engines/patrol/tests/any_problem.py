"""Small problems of the awkward kinds, and a second judge of plans, written for these tests."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
from hypothesis import strategies as st

from tartip.engines.patrol import UNREACHABLE, Place, Plan, Problem, Shift

HOUR = 3600


@st.composite
def problems(draw: st.DrawFn, places: int = 4, mandatory: bool = True, repeats: bool = True) -> Problem:
    """Travel is asymmetric, breaks the triangle inequality and has holes; places share spots; nights pass midnight."""
    size = draw(st.integers(1, 4))
    legs = st.sampled_from([0, 1, 300, 900, 2500, UNREACHABLE, 2**62])
    travel = np.array([[0 if a == b else draw(legs) for b in range(size)] for a in range(size)], dtype=np.int64)
    spots = st.integers(0, size - 1)

    def place() -> Place:
        visits, gap = draw(st.sampled_from([(1, 0), (2, 0), (2, 1800), (3, 600)] if repeats else [(1, 0)]))
        dwell = draw(st.sampled_from([0, 1, 600]))
        opens = draw(st.sampled_from([0, HOUR, 23 * HOUR, 25 * HOUR]))
        closes = opens + (visits - 1) * (gap + dwell) + draw(st.sampled_from([0, 500, 2 * HOUR, 24 * HOUR]))
        weights = draw(st.sampled_from([(0,), (1,), (7,), (1_000_000,), tuple(range(24)), (5,) * 12 + (0,) * 12]))
        return Place(draw(spots), weights, dwell, visits, gap, mandatory and draw(st.booleans()), opens, closes)

    def shift() -> Shift:
        start = draw(st.sampled_from([0, HOUR + 1, 22 * HOUR, 26 * HOUR]))
        return Shift(start, start + draw(st.sampled_from([1, 1000, 2 * HOUR, 8 * HOUR])), draw(spots), draw(spots))

    count = draw(st.integers(1, places))
    return Problem(tuple(place() for _ in range(count)), tuple(shift() for _ in range(draw(st.integers(1, 2)))), travel)


def is_valid(problem: Problem, plan: Plan) -> bool:
    """Each rule of the problem asked anew of every visit; shares no code with `check`."""
    earned = 0
    made: list[list[tuple[int, int]]] = [[] for _ in problem.places]
    if len({route.shift for route in plan.routes}) < len(plan.routes):
        return False
    for route in plan.routes:
        crew = problem.shifts[route.shift]
        stops = [(crew.begins_at, route.leaves, route.leaves)]
        stops += [(problem.places[visit.place].location, visit.start, visit.end) for visit in route.visits]
        stops += [(crew.ends_at, route.returns, route.returns)]
        driven = pairwise(stops)
        ways = [(int(problem.travel[a[0], b[0]]), b[1] - a[2]) for a, b in driven]
        if route.leaves < crew.start or route.returns > crew.end:
            return False
        if any(way >= UNREACHABLE or time < way for way, time in ways):
            return False
        for visit in route.visits:
            place = problem.places[visit.place]
            hour = visit.start % 86_400 // HOUR
            weight = place.weights[hour] if len(place.weights) == 24 else place.weights[0]
            right = visit.end == visit.start + place.dwell and visit.weight == weight
            if not right or visit.start < place.opens or visit.start > place.closes:
                return False
            made[visit.place].append((visit.start, visit.end))
            earned += weight
    for place, times in zip(problem.places, made, strict=True):
        # Any two visits of one place, in either order: one ends `gap` before the other begins.
        apart = all(a[1] + place.gap <= b[0] or b[1] + place.gap <= a[0] for a, b in permutations(times, 2))
        if not apart or len(times) > place.visits or (place.mandatory and len(times) != place.visits):
            return False
    return earned == plan.prize

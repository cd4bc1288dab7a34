"""Every sentence of the README's first lines, held against slow references; the docstrings say which sentence."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from tartip.engines.assignment import (
    UNREACHABLE,
    AssignParams,
    Calls,
    ClosestIdle,
    Dense,
    Fleet,
    Incidents,
    Units,
    assign,
    coverage_loss,
    simulate,
)
from tartip.engines.assignment.costs import NOTHING_BEYOND
from tartip.engines.assignment.tests.reference import best_by_priority, dense_optimum

KINDS = [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint32, np.uint64]


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    """Whole numbers of any type at both edges of the type, UNREACHABLE among them; more rows than columns too."""
    kind = np.dtype(draw(st.sampled_from(KINDS)))
    top = min(int(np.iinfo(kind).max), 2**40)
    values = st.sampled_from([0, 1, 2, 3, top, min(top, UNREACHABLE), min(top, UNREACHABLE - 1)])
    shape = draw(st.tuples(st.integers(0, 4), st.integers(0, 5)))
    return draw(hnp.arrays(kind, shape, elements=values))


@settings(max_examples=60, deadline=None)
@given(matrices(), st.integers(1, 3), st.data())
def test_the_match_is_the_best_of_all_matches(costs, k, data):
    """ "`assign` returns the optimum": most seats of priority 1, then their least cost, then priority 2, and so on."""
    size, fleet = costs.shape

    def some(values, count):
        return data.draw(st.lists(values, min_size=count, max_size=count))

    priority, crew = some(st.integers(1, 3), size), some(st.integers(1, 2), size)
    wanted, skills = some(st.integers(0, 3), size), some(st.sampled_from([1, 3]), fleet)
    fatigue = some(st.sampled_from([0, 1, 7]), fleet)
    plain = costs.astype(np.int64)
    served, total = best_by_priority(plain, priority, wanted, crew, skills, fatigue, set()) if size else ({}, {})
    sides = Incidents(size, priority, wanted, crew), Units(fleet, skills, fatigue)
    answer = assign(costs, *sides, params=AssignParams(k))
    assert (answer.served, answer.total) == (served, total)


@settings(max_examples=60, deadline=None)
@given(matrices(), st.integers(1, 6))
def test_the_nearest_of_a_matrix_are_those_of_a_sort(costs, k):
    """ "Pruned, and still the answer of the whole matrix": `near` has the k nearest, their ties, and what is beyond."""
    near = Dense(costs).near(np.arange(len(costs)), k)
    for row, line in enumerate(costs.astype(np.int64).tolist()):
        got = dict(zip(near.unit[near.row == row].tolist(), near.cost[near.row == row].tolist(), strict=True))
        kth = sorted(line)[k - 1] if k < len(line) else UNREACHABLE
        assert got == {unit: cost for unit, cost in enumerate(line) if cost <= kth and cost < UNREACHABLE}
        assert near.beyond[row] == (kth + 1 if kth < UNREACHABLE - 1 else NOTHING_BEYOND)


@pytest.mark.parametrize("order", ["rising", "falling", "far every tenth"])
def test_a_matrix_whose_sample_misleads_has_the_same_optimum(order):
    """Columns in an order, or those that a regular sample meets all out of reach."""
    rng = np.random.default_rng(1)
    costs = np.sort(rng.integers(0, 900, (30, 400)), axis=1)
    if order == "falling":
        costs = costs[:, ::-1]
    if order == "far every tenth":
        for step in (2, 3, 5, 7, 10, 13):
            costs[:, ::step] = UNREACHABLE
    answer = assign(costs)
    assert (sum(answer.served.values()), sum(answer.total.values())) == dense_optimum(costs)


@pytest.mark.parametrize("units", [3, 29, 40])
def test_a_crowd_of_more_seats_than_units_is_filled_as_far_as_it_goes(units):
    """ "Seats may be more than units": all units are sent, at the least total."""
    costs = np.random.default_rng(units).integers(0, 60, (35, units))
    answer = assign(costs)
    assert (answer.served[1], answer.total[1]) == dense_optimum(costs)
    assert answer.served[1] == min(35, units)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(
        np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.sampled_from([0, 5, 6, UNREACHABLE])
    ),
    st.data(),
)
def test_the_loss_is_what_a_recount_without_the_unit_finds(travel, data):
    """ "`coverage_loss` is a recount": demand in reach of all free units, less that of all but this one."""
    units, areas = travel.shape
    demand = data.draw(st.lists(st.sampled_from([0, 1, 9, 2**40]), min_size=areas, max_size=areas))
    own = data.draw(st.lists(st.integers(0, areas - 1), min_size=units, max_size=units))
    found = coverage_loss(travel, demand, 5, own)

    def covered(free):
        return sum(weight for at, weight in enumerate(demand) if any(travel[unit, at] <= 5 for unit in free))

    everyone = covered(range(units))
    for unit in range(units):
        rest = [other for other in range(units) if other != unit]
        assert found.lost[unit] == everyone - covered(rest)
        share = 1000 * (everyone - covered(rest))
        assert found.lost_permille[unit] == ((2 * share + everyone) // (2 * everyone) if everyone else 0)
        assert found.next_best[unit] == min([UNREACHABLE, *(int(travel[other, own[unit]]) for other in rest)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_no_unit_is_at_two_calls_and_nobody_answers_before_the_way_is_driven(seed, fleet, returns):
    """ "A day is possible": recomputed call by call from the result alone, without the event queue."""
    from tartip.engines.assignment import DayParams

    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 50, (3, 3))
    travel[rng.random((3, 3)) < 0.1] = UNREACHABLE
    at, area, post = np.sort(rng.integers(0, 300, 12)), rng.integers(0, 3, 12), rng.integers(0, 3, fleet)
    stays = np.random.default_rng(seed).integers(1, 60, 12)
    service = Drawn(stays)
    found = simulate(
        Calls(at, area), Fleet(post), travel, service, ClosestIdle(), rng, DayParams(returns_to_post=returns)
    )
    for unit in range(fleet):
        place, clear, busy = int(post[unit]), 0, 0
        mine = np.flatnonzero(found.unit == unit)
        for call in mine[np.argsort(found.sent_ms[mine], kind="stable")].tolist():
            way = int(travel[place, area[call]])
            assert way < UNREACHABLE
            assert found.sent_ms[call] >= max(clear, at[call])
            assert found.response_ms[call] == found.sent_ms[call] - at[call] + way
            clear = int(found.sent_ms[call]) + way + int(stays[call])
            busy += way + int(stays[call])
            place = place if returns else int(area[call])
        assert found.busy_ms[unit] == busy
        assert found.ended_ms >= clear
    for pair in combinations(np.flatnonzero(found.unit < 0).tolist(), 2):
        assert found.response_ms[list(pair)].tolist() == [-1, -1]


class Drawn:
    def __init__(self, stays):
        self.stays = stays

    def draw(self, rng, priority):
        return self.stays

"""Plans of one district: valid by the checker, best by brute force where that can be known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.patrol import Balance, Place, Problem, Shift, SolveParams, faults, greedy_plan, solve
from tartip.engines.patrol.tests.made import district
from tartip.engines.patrol.tests.reference import best_prize

FEW = SolveParams(seconds=None, iterations=300)
LINE = np.abs(np.subtract.outer(np.arange(6), np.arange(6))) * 100  # six spots in a row, 100 s apart


def tiny(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 1000, (6, 2))
    travel = np.abs(points[:, None] - points[None]).sum(axis=2)
    opens = rng.integers(0, 1500, 5)
    places = tuple(
        Place(k + 1, (int(rng.integers(1, 20)),), int(rng.integers(60, 400)), opens=int(opens[k]), closes=3600)
        for k in range(5)
    )
    shifts = (Shift(0, int(rng.integers(1000, 3000)), 0, 0), Shift(200, int(rng.integers(1000, 3600)), 0, 1))
    return Problem(places, shifts, travel)


@pytest.mark.parametrize("seed", range(8))
def test_search_reaches_the_brute_force_optimum_and_greedy_never_exceeds_it(seed: int) -> None:
    problem = tiny(seed)
    best = best_prize(problem)
    quick, found = greedy_plan(problem), solve(problem, FEW)
    assert faults(problem, quick) == faults(problem, found) == ()
    assert quick.prize <= best
    assert found.prize == best


def test_a_walk_along_a_line_has_the_times_worked_out_by_hand() -> None:
    # 100 s out, 600 s there, 100 s on, 600 s there, 200 s home: 1600 s; the third place would need 200 + 600 more.
    places = tuple(Place(k, (5,)) for k in (1, 2, 3))
    plan = solve(Problem(places, (Shift(0, 1600, 0, 0),), LINE), FEW)
    assert plan.prize == 10
    (route,) = plan.routes
    assert (route.leaves, route.returns) == (0, 1600)
    assert {visit.place for visit in route.visits} == {0, 1}
    assert sorted((visit.start, visit.end) for visit in route.visits) in (
        [(100, 700), (800, 1400)],
        [(200, 800), (900, 1500)],
    )


def test_the_weight_of_the_hour_in_which_a_visit_begins_counts() -> None:
    # Hour 0 earns 1, hour 1 earns 9: with one shift over both hours the visit waits for 3600.
    weights = (1, 9) + (0,) * 22
    plan = solve(Problem((Place(1, weights),), (Shift(0, 7200, 0, 0),), LINE), FEW)
    assert plan.prize == 9
    assert plan.routes[0].visits[0].start == 3600


def test_repeat_visits_keep_their_distance() -> None:
    # Three visits, 1800 s between the end of one and the beginning of the next, in a shift of four hours.
    problem = Problem((Place(1, (4,), 600, visits=3, gap=1800),), (Shift(0, 14400, 0, 0),) * 2, LINE)
    plan = solve(problem, FEW)
    assert plan.prize == 12
    assert faults(problem, plan) == ()


def test_a_mandatory_place_is_served_though_it_costs_prize() -> None:
    # Place 5 lies 500 s away and earns nothing: 500 + 600 + 500 = 1600 s, the whole shift, and 5 others are given up.
    places = (*(Place(k, (50,)) for k in (1, 2, 3, 4)), Place(5, (0,), mandatory=True))
    problem = Problem(places, (Shift(0, 1600, 0, 0),), LINE)
    plan = solve(problem, FEW)
    assert [visit.place for visit in plan.routes[0].visits] == [4]
    assert faults(problem, plan) == ()


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    problem = district(3, places=80, shifts=6)
    assert solve(problem, FEW) == solve(problem, FEW)


def test_the_search_earns_more_than_greedy_on_a_district() -> None:
    problem = district(4, places=150, shifts=8)
    found = solve(problem, SolveParams(seconds=None, iterations=1500))
    assert faults(problem, found) == ()
    assert found.prize > greedy_plan(problem).prize


def test_balance_shortens_the_longest_route() -> None:
    # One second beyond the first two hours costs 1,000,000 / 3,600 = 277, and no place earns more than 60.
    problem = district(5, places=60, shifts=4, hours=4)
    free = solve(problem, FEW)
    even = solve(problem, SolveParams(None, 600, balance=Balance(target=7200, prize_per_hour=1_000_000)))
    assert faults(problem, even) == ()
    assert even.longest <= 7200 < free.longest


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), visits=st.integers(1, 3), gap=st.integers(0, 1200), hour=st.integers(0, 5))
def test_any_made_problem_gets_a_valid_greedy_plan(seed: int, visits: int, gap: int, hour: int) -> None:
    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 900, (8, 8))
    np.fill_diagonal(travel, 0)
    places = tuple(
        Place(k, tuple(int(w) for w in rng.integers(0, 9, 24)), 600, visits, gap, opens=hour * 3600, closes=40_000)
        for k in range(8)
    )
    problem = Problem(places, tuple(Shift(3600 * k, 3600 * k + 14_400, k, 7) for k in range(3)), travel)
    assert faults(problem, greedy_plan(problem)) == ()

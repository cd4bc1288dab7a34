"""Every sentence of the README's first lines; the docstrings say which sentence."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from tartip.engines.patrol import (
    UNREACHABLE,
    NoPlan,
    Place,
    Plan,
    PlanImpossible,
    Problem,
    Route,
    Shift,
    SolveParams,
    UnreachablePlace,
    Visit,
    districts as patrol_districts,
    faults,
    greedy_plan,
    place_posts,
    plan_districts,
    solve,
)
from tartip.engines.patrol.posts import greedy_posts
from tartip.engines.patrol.tests.any_problem import is_valid, problems
from tartip.engines.patrol.tests.made_city import city
from tartip.engines.patrol.tests.reference import mandatory_fit

FEW = SolveParams(seconds=None, iterations=30)
LINE = np.array([[0, 100, 200], [100, 0, 100], [200, 100, 0]])


@settings(max_examples=100, deadline=None)
@given(problems())
def test_every_plan_is_valid_by_a_second_judge(problem: Problem) -> None:
    """ "Every plan passes `check`", greedy or searched, however odd the travel; and another judge agrees."""
    for plan_it in (greedy_plan, lambda p: solve(p, FEW)):
        with contextlib.suppress(NoPlan, UnreachablePlace):
            plan = plan_it(problem)
            assert faults(problem, plan) == ()
            assert is_valid(problem, plan)


@settings(max_examples=40, deadline=None)
@given(problems(places=3, repeats=False))
def test_a_refusal_is_true(problem: Problem) -> None:
    """ "`UnreachablePlace` and `PlanImpossible` are proofs": no order of the mandatory visits fits."""
    try:
        solve(problem, FEW)
    except NoPlan as refused:
        if isinstance(refused, PlanImpossible):
            assert not mandatory_fit(problem)
    except UnreachablePlace as refused:
        number = refused.fields["place"]
        alone = replace(problem, places=(problem.places[number],))
        assert not mandatory_fit(alone)


def test_mandatory_places_that_take_longer_than_all_shifts_are_proven_impossible() -> None:
    """600 s + 600 s on the spot and 100 s + 100 s to get there; the shift has 1,300 s."""
    both = (Place(1, (1,), mandatory=True), Place(2, (1,), mandatory=True))
    with pytest.raises(PlanImpossible, match=r"1400 s.*1300 s"):
        solve(Problem(both, (Shift(0, 1300, 0, 0),), LINE), FEW)


@settings(max_examples=60, deadline=None)
@given(problems(mandatory=False), st.integers(0, 3))
def test_going_on_from_a_plan_never_loses(problem: Problem, seed: int) -> None:
    """ "A plan to go on from is never made worse", also one whose repeat visits lie elsewhere than ours would."""
    start = greedy_plan(problem)
    late = tuple(_late(problem, route) for route in start.routes)
    moved = Plan(late, sum(visit.weight for route in late for visit in route.visits), "greedy")
    for plan in (start, moved):
        if not faults(problem, plan):
            assert solve(problem, replace(FEW, seed=seed), start=plan).prize >= plan.prize


def _late(problem: Problem, route: Route) -> Route:
    """The same visits as late as the shift and the places allow."""
    crew = problem.shifts[route.shift]
    there, latest, visits = crew.ends_at, crew.end, []
    for visit in reversed(route.visits):
        place = problem.places[visit.place]
        start = min(latest - int(problem.travel[place.location, there]) - place.dwell, place.closes)
        visits.append(Visit(visit.place, start, start + place.dwell, place.weight_at(start)))
        there, latest = place.location, start
    return replace(route, returns=crew.end, visits=tuple(reversed(visits)))


@settings(max_examples=40, deadline=None)
@given(problems(mandatory=False), st.data())
def test_a_changed_plan_is_refused_with_the_right_fault(problem: Problem, data: st.DataObject) -> None:
    """ "`check` names what is wrong": one number of a valid plan is changed, and exactly that rule is named."""
    plan = solve(problem, FEW)
    assume(plan.visits)
    route = data.draw(st.sampled_from([route for route in plan.routes if route.visits]))
    at = data.draw(st.integers(0, len(route.visits) - 1))
    visit, crew = route.visits[at], problem.shifts[route.shift]
    place = problem.places[visit.place]
    rule, changed = data.draw(
        st.sampled_from(
            [
                ("prize", replace(plan, prize=plan.prize + 1)),
                ("shift twice", replace(plan, routes=(*plan.routes, route))),
                ("unknown shift", _with(plan, route, replace(route, shift=-1))),
                ("unknown shift", _with(plan, route, replace(route, shift=len(problem.shifts)))),
                ("outside shift", _with(plan, route, replace(route, returns=crew.end + 1))),
                ("outside shift", _with(plan, route, replace(route, leaves=crew.start - 1))),
                ("weight", _visited(plan, route, at, replace(visit, weight=visit.weight + 1))),
                ("dwell", _visited(plan, route, at, replace(visit, end=visit.end - 1))),
                ("closed", _visited(plan, route, at, _moved(problem, visit, place.closes + 1))),
                ("too early", _visited(plan, route, 0, _moved(problem, route.visits[0], route.leaves - 1))),
                ("unknown place", _visited(plan, route, at, replace(visit, place=-1))),
                ("unknown place", _visited(plan, route, at, replace(visit, place=len(problem.places)))),
                ("not whole", _visited(plan, route, at, replace(visit, start=float("nan")))),  # type: ignore[arg-type]
                ("not whole", _with(plan, route, replace(route, leaves=0.5))),  # type: ignore[arg-type]
            ]
        )
    )
    found = {fault.rule for fault in faults(problem, changed)}
    assert rule in found, (rule, found)


def _with(plan: Plan, old: Route, new: Route) -> Plan:
    return replace(plan, routes=tuple(new if route is old else route for route in plan.routes))


def _visited(plan: Plan, route: Route, at: int, visit: Visit) -> Plan:
    return _with(plan, route, replace(route, visits=(*route.visits[:at], visit, *route.visits[at + 1 :])))


def _moved(problem: Problem, visit: Visit, start: int) -> Visit:
    place = problem.places[visit.place]
    return Visit(visit.place, start, start + place.dwell, place.weight_at(start))


def test_a_missing_way_a_missed_duty_and_a_short_gap_are_named() -> None:
    holes = LINE.copy()
    holes[0, 1] = UNREACHABLE
    problem = Problem((Place(1, (5,)), Place(2, (1,), mandatory=True)), (Shift(0, 3600, 0, 0),), holes)
    plan = Plan((Route(0, 0, 800, (Visit(0, 100, 700, 5),)),), 5, "greedy")
    assert {fault.rule for fault in faults(problem, plan)} >= {"no way", "mandatory"}
    twice = Problem((Place(1, (5,), visits=2, gap=900),), (Shift(0, 3600, 0, 0),), LINE)
    plan = Plan((Route(0, 0, 2299, (Visit(0, 100, 700, 5), Visit(0, 1599, 2199, 5))),), 10, "greedy")
    assert {fault.rule for fault in faults(twice, plan)} == {"gap"}


def test_no_place_is_given_to_two_districts_in_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "No place is served twice": a home that plans again must not keep what a neighbour is offered meanwhile."""
    districts = city(1, 1, 3, places=60, shifts=2, border=4000)
    given_out: list[list[Any]] = []
    plan_one = patrol_districts._plan

    def record(job: Any) -> Plan:
        keys = next(d.keys for d in districts if d.problem is job[0])
        given_out.append([keys[row] for row in job[1].rows])
        return plan_one(job)

    monkeypatch.setattr(patrol_districts, "_plan", record)
    plan = plan_districts(districts, SolveParams(seconds=None, iterations=0), rounds=1)
    first, second = given_out[:3], given_out[3:]
    assert len(second) > 1, "two districts must plan again, or nothing is tested"
    for keys in (first, second):
        together = [key for part in keys for key in part]
        assert len(together) == len(set(together))
    seen = [d.keys[v.place] for d, p in zip(districts, plan.plans, strict=True) for r in p.routes for v in r.visits]
    assert len(seen) == len(set(seen))


def test_a_district_without_a_place_of_its_own_has_an_empty_plan() -> None:
    first, second = city(9, 1, 2, places=5, shifts=2, border=10_000)
    keys = [key for key, own in zip(first.keys, first.own, strict=True) if own]
    both = replace(second, own=(True,) * len(second.keys))
    guest = replace(first, own=(False,) * len(first.keys))
    assert set(keys) <= set(second.keys)
    assert plan_districts([guest, both], FEW, rounds=0).plans[0].routes == ()


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 7))),
    st.sampled_from([np.int8, np.uint8, np.int64, np.uint64]),
    st.data(),
)
def test_posts_are_proven_best_and_the_bound_holds(covers: np.ndarray, kind: Any, data: st.DataObject) -> None:
    """ "Posts: `bound` is never below what any choice covers": against every choice."""
    top = min(10**8, int(np.iinfo(kind).max))
    cells = st.lists(st.sampled_from([0, 1, 2, 3, top]), min_size=covers.shape[1], max_size=covers.shape[1])
    demand, posts = np.array(data.draw(cells), kind), data.draw(st.integers(1, len(covers)))
    every = combinations(range(len(covers)), posts)
    best = max(sum(demand[covers[list(sites)].any(axis=0)].tolist()) for sites in every)
    quick, proven = greedy_posts(covers, demand, posts), place_posts(covers, demand, posts)
    assert (proven.covered, proven.bound, proven.proven) == (best, best, True)
    assert quick.covered <= best <= quick.bound
    assert len(proven.sites) <= posts

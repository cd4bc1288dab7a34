"""What cannot be right is refused by name and row; a wrong plan is refuted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.patrol import (
    UNREACHABLE,
    BadPlan,
    District,
    NoPlan,
    Place,
    Problem,
    Shift,
    SolveParams,
    UnreachablePlace,
    check,
    faults,
    plan_districts,
    solve,
)
from tartip.engines.patrol.plan import Plan, Route, Visit

FEW = SolveParams(seconds=None, iterations=50)
TRAVEL = np.array([[0, 100, 200], [100, 0, 100], [200, 100, 0]])
SHIFT = Shift(0, 3600, 0, 0)
PLACE = Place(1, (5,))


@pytest.mark.parametrize(
    ("what", "places", "shifts", "travel"),
    [
        ("places", (), (SHIFT,), TRAVEL),
        ("shifts", (PLACE,), (), TRAVEL),
        ("travel", (PLACE,), (SHIFT,), np.zeros((2, 3), int)),
        ("travel at (0, 1)", (PLACE,), (SHIFT,), np.where(TRAVEL == 100, np.nan, TRAVEL)),
        ("travel at (0, 2)", (PLACE,), (SHIFT,), np.where(TRAVEL == 200, -1, TRAVEL)),
        ("travel at dtype", (PLACE,), (SHIFT,), TRAVEL * 1.0),
        ("travel at 0", (PLACE,), (SHIFT,), TRAVEL + np.eye(3, dtype=int)),
        ("place.location at 1", (PLACE, Place(3, (1,))), (SHIFT,), TRAVEL),
        ("place.weights at (0, 0)", (Place(1, (float("nan"),)),), (SHIFT,), TRAVEL),  # type: ignore[arg-type]
        ("place.weights at (0, 0)", (Place(1, (-1,)),), (SHIFT,), TRAVEL),
        ("place.weights at 0", (Place(1, (1, 2)),), (SHIFT,), TRAVEL),
        ("place.dwell", (Place(1, (1,), -600),), (SHIFT,), TRAVEL),
        ("place.visits", (Place(1, (1,), visits=0),), (SHIFT,), TRAVEL),
        ("place.visits", (Place(1, (1,), visits=3, gap=1800, closes=3600),), (SHIFT,), TRAVEL),
        ("place.closes", (Place(1, (1,), opens=50, closes=40),), (SHIFT,), TRAVEL),
        ("shift.end", (PLACE,), (Shift(100, 100, 0, 0),), TRAVEL),
        ("shift.ends_at", (PLACE,), (Shift(0, 100, 0, 9),), TRAVEL),
    ],
)
def test_a_bad_problem_is_refused_by_name(what: str, places: Any, shifts: Any, travel: Any) -> None:
    with pytest.raises(BadInput) as error:
        Problem(places, shifts, travel)
    assert what in str(error.value)


def test_a_mandatory_place_out_of_reach_is_named() -> None:
    travel = TRAVEL.copy()
    travel[0, 2] = travel[1, 2] = UNREACHABLE
    with pytest.raises(UnreachablePlace, match="place 1"):
        solve(Problem((PLACE, Place(2, (1,), mandatory=True)), (SHIFT,), travel), FEW)
    # Not mandatory: it is left out, and the other is served.
    assert solve(Problem((PLACE, Place(2, (99,))), (SHIFT,), travel), FEW).prize == 5


def test_mandatory_places_that_do_not_fit_together_are_named() -> None:
    # 100 + 600 + 100 + 600 + 200 = 1600 s for both; the shift has 1500.
    both = (Place(1, (1,), mandatory=True), Place(2, (1,), mandatory=True))
    with pytest.raises(NoPlan, match="left out"):
        solve(Problem(both, (Shift(0, 1500, 0, 0),), TRAVEL), FEW)
    assert solve(Problem(both, (Shift(0, 1600, 0, 0),), TRAVEL), FEW).visits == 2


def test_a_problem_in_which_nothing_can_be_visited_has_an_empty_plan() -> None:
    plan = solve(Problem((PLACE,), (Shift(0, 700, 0, 0),), TRAVEL), FEW)
    assert (plan.routes, plan.prize) == ((), 0)


PROBLEM = Problem((replace(PLACE, visits=2, gap=900), Place(2, (3,), mandatory=True)), (SHIFT, SHIFT), TRAVEL)
# Out 200 s to place 1 (location 2), 600 s there, 100 s to place 0, 600 s there, 100 s home.
GOOD = Plan((Route(0, 0, 1600, (Visit(1, 200, 800, 3), Visit(0, 900, 1500, 5))),), 8, "greedy")


def changed(**fields: Any) -> Plan:
    """The good plan with fields of its route or of its second visit changed."""
    route = GOOD.routes[0]
    visit = {k: v for k, v in fields.items() if k in ("place", "start", "end", "weight")}
    rest = {k: v for k, v in fields.items() if k not in visit}
    return replace(GOOD, routes=(replace(route, visits=(route.visits[0], replace(route.visits[1], **visit)), **rest),))


def test_the_checker_accepts_the_good_plan() -> None:
    assert check(PROBLEM, GOOD) is GOOD


@pytest.mark.parametrize(
    ("rule", "plan"),
    [
        ("prize", replace(GOOD, prize=9)),
        ("too early", changed(start=899, end=1499)),
        ("too early", changed(returns=1599)),
        ("dwell", changed(end=1499)),
        ("weight", changed(weight=6)),
        ("outside shift", changed(returns=3601)),
        ("unknown shift", changed(shift=2)),
        ("unknown place", changed(place=2)),
        ("mandatory", Plan((Route(0, 0, 800, (Visit(0, 100, 700, 5),)),), 5, "greedy")),
        ("shift twice", replace(GOOD, routes=GOOD.routes * 2)),
        ("gap", replace(GOOD, routes=(*GOOD.routes, Route(1, 0, 3100, (Visit(0, 2399, 2999, 5),))), prize=13)),
        ("closed", changed(start=200_000, end=200_600)),
    ],
)
def test_the_checker_refutes_a_plan_with_one_fault(rule: str, plan: Plan) -> None:
    assert rule in {fault.rule for fault in faults(PROBLEM, plan)}
    with pytest.raises(BadPlan):
        check(PROBLEM, plan)


def test_a_second_visit_exactly_after_the_gap_is_valid() -> None:
    second = Route(1, 0, 3100, (Visit(0, 2400, 3000, 5),))  # 1500 + 900
    assert faults(PROBLEM, replace(GOOD, routes=(*GOOD.routes, second), prize=13)) == ()


@pytest.mark.parametrize("value", [None, "x", 1.5, {}, True, object(), ["x"]])
def test_parameters_and_districts_of_another_kind_are_refused_by_name(value):
    problem = Problem((Place(1, (5,)),), (Shift(0, 7200, 0, 0),), np.array([[0, 600], [600, 0]]))
    short = SolveParams(seconds=None, iterations=1)
    plain = {"name": "one", "problem": problem, "keys": ("k",), "own": (True,)}
    questions = [lambda: solve(problem, value), lambda: plan_districts(value, short), lambda: plan_districts([], value)]
    for name in ("problem", "keys", "own"):
        if (name, value) != ("keys", ["x"]):
            questions.append(lambda name=name: plan_districts([District(**plain | {name: value})], short))
    if value is not None:
        questions.append(lambda: plan_districts([District(**plain)], short, swap=value))
        questions.append(lambda: SolveParams(balance=value))
    for question in questions:
        with pytest.raises(BadInput):
            question()


def test_a_text_is_no_answer_to_whose_a_place_is():
    """Every text is true, also "no"."""
    problem = Problem((Place(1, (5,)),), (Shift(0, 7200, 0, 0),), np.array([[0, 600], [600, 0]]))
    with pytest.raises(BadInput, match="True or False"):
        plan_districts([District("one", problem, ("k",), ("no",))], SolveParams(seconds=None, iterations=1))

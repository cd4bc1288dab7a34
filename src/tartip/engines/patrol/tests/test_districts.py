"""Districts planned beside each other: nobody twice, never less, the same in one process or two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.patrol import District, Place, Problem, Shift, SolveParams, faults, plan_districts
from tartip.engines.patrol.tests.made_city import city

FEW = SolveParams(seconds=None, iterations=60)


def test_every_place_is_served_once_and_swaps_only_add() -> None:
    districts = city(7, 1, 3, places=40, shifts=4, border=2500)
    plan = plan_districts(districts, FEW, rounds=2)
    seen = [d.keys[v.place] for d, p in zip(districts, plan.plans, strict=True) for r in p.routes for v in r.visits]
    assert len(seen) == len(set(seen))
    assert all(faults(d.problem, p) == () for d, p in zip(districts, plan.plans, strict=True))
    assert plan.handed > 0
    assert plan.prize > plan.before_swaps == plan_districts(districts, FEW, rounds=0).prize


@pytest.mark.slow  # two fresh processes import PyVRP
def test_two_processes_give_the_plan_of_one() -> None:
    districts = city(8, 1, 2, places=25, shifts=2, border=2500)
    assert plan_districts(districts, FEW, workers=2) == plan_districts(districts, FEW, workers=1)


def test_an_idle_neighbour_takes_the_place_that_its_home_cannot_reach() -> None:
    # Home's shift (700 s) has time for one of its two places (600 s each, 50 s away); the neighbour's crew is idle
    # but for its own place, and 1300 s hold two: 50 + 600 + 0 + 600 + 50.
    travel = np.array([[0, 50], [50, 0]])
    home = Problem((Place(1, (5,)), Place(1, (3,))), (Shift(0, 700, 0, 0),), travel)
    near = Problem((Place(1, (4,)), Place(1, (3,))), (Shift(0, 1300, 0, 0),), travel)
    districts = [District("home", home, ("a", "b"), (True, True)), District("near", near, ("c", "b"), (True, False))]
    plan = plan_districts(districts, FEW)
    assert (plan.before_swaps, plan.prize, plan.handed) == (5 + 4, 5 + 4 + 3, 1)


def test_a_place_with_two_homes_or_none_is_refused() -> None:
    first, second = city(9, 1, 2, places=5, shifts=2)
    with pytest.raises(BadInput, match="has a home already"):
        plan_districts([first, replace(first, name="copy")], FEW)
    with pytest.raises(BadInput, match="no home"):
        plan_districts([replace(second, own=(False,) * len(second.keys))], FEW)


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"workers": 1.5}, {"rounds": -1}, {"rounds": "2"}])
def test_a_number_of_workers_or_rounds_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=next(iter(wrong))):
        plan_districts(city(9, 1, 2, places=5, shifts=2), FEW, **wrong)  # type: ignore[arg-type]

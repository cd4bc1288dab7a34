"""Anything in: an answer or BadInput, never another exception; the README says so."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.patrol import Balance, Place, Problem, Shift, SolveParams, greedy_plan, place_posts, solve
from tartip.engines.patrol.posts import greedy_posts

FEW = SolveParams(seconds=None, iterations=30)
LINE = np.array([[0, 100, 200], [100, 0, 100], [200, 100, 0]])

ODD = [None, True, 1.5, float("nan"), "7", -1, 2**63, 10**5000, [[1]], {}]


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_a_single_value_out_of_its_rule_is_refused(value: Any) -> None:
    """ "Anything else is refused with BadInput"."""
    shift, covers, demand = Shift(0, 3600, 0, 0), np.ones((2, 3), bool), np.ones(3, int)
    works = [
        lambda: Problem((Place(1, value),), (shift,), LINE),
        lambda: Problem((Place(1, (1,), gap=value, visits=2, closes=0),), (shift,), LINE),
        lambda: Problem((Place(1, (1,), mandatory=value if value is not True else 2),), (shift,), LINE),  # type: ignore[arg-type]
        lambda: Problem((Place(1, (1,)),), (shift,), value),
        lambda: Balance(value if value is not True else 0, 1),
        lambda: Balance(1, value if value is not True else 0),
        lambda: SolveParams(None, value if value is not True else -1),
        lambda: SolveParams(seed=value if value is not True else -1),
        lambda: place_posts(value, demand, 1),
        lambda: place_posts(covers, value, 1),
        lambda: place_posts(covers, demand, value if value is not True else 0),
    ]
    for work in works:
        with pytest.raises(BadInput) as error:
            work()
        str(error.value)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([np.int8, np.uint64, np.float64, bool, "U1", object, np.complex64, "M8[s]"]).flatmap(
        lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    )
)
def test_any_array_is_answered_or_refused(array: np.ndarray) -> None:
    """ "Anything else is refused with BadInput": travel, cover and demand of any type and shape."""
    for work in (
        lambda: greedy_plan(Problem((Place(0, (1,)),), (Shift(0, 3600, 0, 0),), array)),
        lambda: greedy_posts(array, np.ones(3, int), 1),
        lambda: greedy_posts(np.ones((2, 3), bool), array, 1),
    ):
        with contextlib.suppress(EngineError):
            work()


def test_numbers_of_a_narrow_type_do_not_overflow() -> None:
    """Dwell and gap of 100 as int8 make 200, which int8 does not hold."""
    narrow = np.int8(100)
    place = Place(np.int8(1), (np.int8(3),), narrow, 3, narrow)  # type: ignore[arg-type]
    problem = Problem((place,), (Shift(0, 3600, 0, 0),), LINE.astype(np.uint8))
    assert solve(problem, FEW).prize == 9


def test_more_possible_visits_than_memory_holds_are_refused() -> None:
    place = Place(0, tuple(range(24)), 0, visits=48, closes=14 * 86_400)
    with pytest.raises(BadInput, match="split by district"):
        greedy_plan(
            Problem((place,) * 400, tuple(Shift(k, 14 * 86_400, 0, 0) for k in range(400)), np.zeros((1, 1), int))
        )

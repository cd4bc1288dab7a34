"""Whatever cannot be right is refused by name and place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from tartip.engines.assignment import (
    AssignParams,
    Calls,
    ClosestIdle,
    DayParams,
    Fleet,
    Incidents,
    Lists,
    LogNormal,
    Reserve,
    Units,
    assign,
    padded,
    simulate,
)
from tartip.engines.errors import BadInput, EngineError

GOOD = [[5, 6], [7, 8]]


@pytest.mark.parametrize(
    "costs, place",
    [
        ([[1.0, float("nan")]], "(0, 1)"),
        ([[1, 2], [3, -1]], "(1, 1)"),
        ([[1.5, 2.0]], "all"),
        ([1, 2, 3], "shape (3,)"),
        ([[1, 2], [3]], "shape"),
        ([["a"]], "type"),
        (np.array([[2**63]], np.uint64), "(0, 0)"),
    ],
)
def test_broken_costs_are_named(costs, place):
    with pytest.raises(BadInput) as error:
        assign(costs)
    assert str(error.value.fields["where"]).startswith(place)


@pytest.mark.parametrize(
    "incidents, units, forbidden",
    [
        (Incidents(3), None, None),
        (None, Units(1), None),
        (Incidents(2, priority=[1, 0]), None, None),
        (Incidents(2, crew=[1, 0]), None, None),
        (Incidents(2, skills=[1, -1]), None, None),
        (Incidents(2, priority=[1]), None, None),
        (Incidents(2, crew=[1, 10**12]), None, None),
        (None, Units(2, fatigue=[0, -5]), None),
        (None, Units(2, fatigue=[0, 2**62]), None),
        (None, None, [(0, 2)]),
        (None, None, [(0, -1)]),
        (None, None, [0, 1]),
    ],
)
def test_broken_sides_are_named(incidents, units, forbidden):
    with pytest.raises(BadInput):
        assign(GOOD, incidents, units, forbidden)


@pytest.mark.parametrize(
    "units, costs",
    [([[0, 9]], [[1, 2]]), ([[0, 1]], [[2, 1]]), ([[0, 0]], [[1, 2]]), ([[0]], [[1, 2]]), ([[0]], [[-1]])],
    ids=["no such unit", "falling", "twice", "shapes", "negative"],
)
def test_broken_lists_are_named(units, costs):
    with pytest.raises(BadInput):
        Lists(5, units, costs)


def test_a_listed_cost_above_the_longest_is_named():
    with pytest.raises(BadInput, match="above the longest"):
        assign(Lists(1, [[0]], [[90_000]]))


def test_looking_at_no_units_is_refused():
    with pytest.raises(BadInput):
        assign(GOOD, params=AssignParams(k=0))


TYPES = [np.float64, np.int64, np.int8, np.uint64]


@settings(max_examples=80, deadline=None)
@given(hnp.arrays(st.sampled_from(TYPES), hnp.array_shapes(max_dims=3, max_side=4)))
def test_any_array_is_answered_or_refused(costs):
    try:
        answer = assign(costs)
    except EngineError:
        return
    assert len(answer.unit) == costs.shape[0]


@pytest.mark.parametrize("norm_ms", [5, (), (1, -2), ("a",), None])
def test_norms_that_are_none_are_named(norm_ms):
    day = Calls([0], [0]), Fleet([0]), [[0]], LogNormal(1000), ClosestIdle(), np.random.default_rng(1)
    with pytest.raises(BadInput, match="norm_ms"):
        simulate(*day, DayParams(norm_ms))


@pytest.mark.parametrize("cutoff", [3, (), (1,), (0, -1), (0, 2, 1), None])
def test_cut_offs_that_are_none_are_named(cutoff):
    with pytest.raises(BadInput, match="cutoff"):
        Reserve(cutoff)


@pytest.mark.parametrize("value", [None, "x", 1.5, [], {}, True, object()])
def test_settings_rules_and_lists_of_another_kind_are_refused_by_name(value):
    calls, fleet, rng = Calls([0, 5], [0, 1], [1, 1]), Fleet([0, 1]), np.random.default_rng(1)
    for question in (
        lambda: assign([[5, 6], [7, 8]], params=value),
        lambda: simulate(calls, fleet, [[0, 6], [7, 0]], value, ClosestIdle(), rng),
        lambda: simulate(calls, fleet, [[0, 6], [7, 0]], LogNormal(1_000), value, rng),
        lambda: simulate(calls, fleet, [[0, 6], [7, 0]], LogNormal(1_000), ClosestIdle(), rng, value),
        lambda: assign(Lists(3, [[0], [0]], [[1], [2]], lambda incidents, k: value), Incidents(2)),
        lambda: padded([value or 5], 2),
    ):
        with pytest.raises(BadInput):
            question()
    if value is not None:
        with pytest.raises(BadInput, match="wider"):
            Lists(3, [[0], [0]], [[1], [2]], value)
    if value != []:
        with pytest.raises(BadInput, match="rows"):
            padded(value, 2)

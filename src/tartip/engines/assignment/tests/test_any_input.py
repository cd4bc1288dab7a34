"""Any bytes in: an answer or BadInput, never another exception; the README says so."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from tartip.engines.assignment import (
    AssignParams,
    Calls,
    ClosestIdle,
    Exponential,
    Fleet,
    Incidents,
    Lists,
    LogNormal,
    Reserve,
    Units,
    assign,
    coverage_loss,
    padded,
    simulate,
)
from tartip.engines.assignment.tests.test_promise import KINDS, Drawn
from tartip.engines.errors import BadInput, EngineError

ODD = [*KINDS, np.float16, np.float64, np.complex64, bool, "U2", "S1", object, "M8[s]"]
ODD_VALUES = [None, True, 1.5, float("nan"), float("inf"), "7", -1, 2**63, 2**64, 10**5000, [[1], [1, 2]], {}, b"1"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ODD), st.data())
def test_any_array_is_answered_or_refused(kind, data):
    """ "Anything else is refused with BadInput": each argument in turn gets an array of any type and shape."""
    array = data.draw(hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)))
    who = np.array([[0, 1], [1, 0]])
    tries = [
        lambda: assign(array),
        lambda: assign([[1, 2], [3, 4]], Incidents(2, array)),
        lambda: assign([[1, 2], [3, 4]], Incidents(2, 1, array)),
        lambda: assign([[1, 2], [3, 4]], Incidents(2, 1, 0, array)),
        lambda: assign([[1, 2], [3, 4]], None, Units(2, array)),
        lambda: assign([[1, 2], [3, 4]], None, Units(2, 0, array)),
        lambda: assign([[1, 2], [3, 4]], forbidden=array),
        lambda: assign(Lists(2, array, [[1, 2], [3, 4]])),
        lambda: assign(Lists(2, who, array)),
        lambda: assign(Lists(9, [[0], [0]], [[5], [6]], lambda rows, k: (array, array))),
        lambda: coverage_loss(array, [1, 2], 5, [0, 1]),
        lambda: coverage_loss([[1, 2], [3, 4]], array, 5, [0, 1]),
        lambda: coverage_loss([[1, 2], [3, 4]], [1, 2], 5, array),
        lambda: day(array, [0, 0]),
        lambda: day([0, 5], array),
    ]
    for work in tries:
        with contextlib.suppress(EngineError):
            work()


def day(at, area, service=Exponential(1000)):
    return simulate(Calls(at, area), Fleet([0]), [[5, 9], [9, 5]], service, ClosestIdle(), np.random.default_rng(1))


@pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: type(value).__name__)
def test_a_single_value_out_of_its_rule_is_refused(value):
    """ "Anything else is refused with BadInput": numbers that parameters take alone."""
    works = [
        lambda: assign([[1]], params=AssignParams(k=value)),
        lambda: assign([[1]], params=AssignParams(longest=value)),
        lambda: assign([[1]], Incidents(value)),
        lambda: assign([[1]], Incidents(1, value)),
        lambda: assign([[1]], None, Units(1, fatigue=value)),
        lambda: Lists(value, [[0]], [[1]]),
        lambda: padded([[(0, 1)]], value),
        lambda: coverage_loss([[1]], [1], value, [0]),
        lambda: Reserve((0, value)),
        lambda: day([0], [0], LogNormal(value)),
        lambda: day([0], [0], LogNormal(1000, value)),
        lambda: day([0], [0], Exponential(value)),
    ]
    for work in works:
        with pytest.raises(BadInput) as error:
            work()
        str(error.value)


def test_a_mask_is_not_looked_through():
    """The value under a mask is no value; it is refused and not matched."""
    with pytest.raises(BadInput, match="mask"):
        assign(np.ma.masked_equal([[1, 2], [3, 4]], 1))


def test_a_crew_that_no_memory_holds_is_refused():
    with pytest.raises(BadInput, match="crew"):
        Incidents(2_000, crew=1_000).seats()


@pytest.mark.parametrize("stays", [[1], [1, 0], [1, -5], [1, 2.5], [1, 2**62]], ids=str)
def test_service_times_that_cannot_be_are_refused(stays):
    with pytest.raises(BadInput, match="service times"):
        day([0, 5], [0, 0], Drawn(np.array(stays)))

"""Closest-idle, reserve and optimal see the same situation and differ where they should."""

from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.assignment import UNREACHABLE, ClosestIdle, Optimal, Reserve, Situation
from tartip.engines.errors import BadInput


def situation(priority, travel):
    return Situation(np.array(priority), np.zeros(len(priority), np.int64), np.array(travel))


def test_closest_idle_serves_in_turn_and_optimal_all_at_once():
    """In turn: call 0 takes unit 0 (10 s), call 1 is left with 900 s. At once: 20 + 15."""
    now = situation([2, 2], [[10, 20], [15, 900]])
    assert ClosestIdle().decide(now) == [(0, 0), (1, 1)]
    assert sorted(Optimal().decide(now)) == [(0, 1), (1, 0)]


def test_optimal_never_takes_from_the_urgent_call():
    """The urgent call keeps its 10 s though 880 s less in all are to be had."""
    assert sorted(Optimal().decide(situation([1, 2], [[10, 20], [15, 900]]))) == [(0, 0), (1, 1)]


def test_reserve_holds_back_the_last_units():
    """Three free, cut-offs 0, 1, 2: priority 1 takes one (two free), priority 2 one (one free), priority 3 waits."""
    travel = [[1, 2, 3]] * 3
    assert Reserve((0, 1, 2)).decide(situation([1, 2, 3], travel)) == [(0, 0), (1, 1)]
    assert Reserve((0, 1, 2)).decide(situation([3, 3, 3], travel)) == [(0, 0)]
    assert Reserve((0, 1)).decide(situation([9, 9, 9], travel)) == [(0, 0), (1, 1)]


def test_a_reserve_of_nothing_is_closest_idle():
    rng = np.random.default_rng(3)
    for _ in range(50):
        now = situation(np.sort(rng.integers(1, 4, 6)), rng.integers(0, 9, (6, 4)))
        assert Reserve((0,)).decide(now) == ClosestIdle().decide(now)


def test_a_call_without_a_way_does_not_stop_the_next():
    travel = [[UNREACHABLE, UNREACHABLE], [8, 7]]
    for policy in (ClosestIdle(), Optimal(), Reserve((0, 0))):
        assert policy.decide(situation([1, 2], travel)) == [(1, 1)]


@pytest.mark.parametrize("cutoff", [(), (1, 2), (0, 2, 1)])
def test_cutoffs_that_make_no_sense_are_refused(cutoff):
    with pytest.raises(BadInput):
        Reserve(cutoff)

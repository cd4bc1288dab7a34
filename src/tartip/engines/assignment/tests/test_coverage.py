"""What taking a unit costs the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.assignment import UNREACHABLE, coverage_loss
from tartip.engines.errors import BadInput


def test_two_units_and_three_areas_by_hand():
    """Norm 300. Area 0 (weight 50) only unit 0, area 1 (30) both, area 2 (20) only unit 1: of 100 covered,
    taking unit 0 loses 50 and unit 1 loses 20. Next at area 0 after unit 0: unit 1 in 700; at area 2: unit 0 in 900."""
    found = coverage_loss([[100, 200, 900], [700, 300, 60]], [50, 30, 20], 300, [0, 2])
    assert found.lost.tolist() == [50, 20]
    assert found.lost_permille.tolist() == [500, 200]
    assert found.next_best.tolist() == [700, 900]


def test_the_last_unit_leaves_nobody():
    found = coverage_loss([[5, UNREACHABLE]], [3, 4], 10, [0])
    assert (found.lost.tolist(), found.lost_permille.tolist(), found.next_best.tolist()) == ([3], [1000], [UNREACHABLE])


def test_no_free_units_have_no_losses():
    assert len(coverage_loss(np.empty((0, 2), np.int64), [1, 1], 10, np.empty(0, np.int64)).lost) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 8))
def test_taking_each_unit_away_and_counting_again_gives_the_same(seed, units, areas):
    rng = np.random.default_rng(seed)
    travel, demand = rng.integers(0, 10, (units, areas)), rng.integers(0, 9, areas)
    own = rng.integers(0, areas, units)
    found = coverage_loss(travel, demand, 4, own)

    def covered(which):
        return sum(int(demand[a]) for a in range(areas) if any(travel[u, a] <= 4 for u in which))

    for unit in range(units):
        others = [u for u in range(units) if u != unit]
        assert found.lost[unit] == covered(range(units)) - covered(others)
        assert found.next_best[unit] == min((int(travel[u, own[unit]]) for u in others), default=UNREACHABLE)


@pytest.mark.parametrize(
    "change", [{"travel": [[float("nan"), 1]]}, {"demand": [1, -1]}, {"demand": [1]}, {"norm": -1}, {"area": [2]}]
)
def test_broken_input_is_named(change):
    good = {"travel": [[1, 2]], "demand": [1, 1], "norm": 5, "area": [0]}
    with pytest.raises(BadInput):
        coverage_loss(**(good | change))

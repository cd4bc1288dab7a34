"""Over a long run the simulator must come to the shares that queueing theory gives exactly."""

from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.assignment import Calls, ClosestIdle, Exponential, Fleet, simulate
from tartip.engines.assignment.tests.hypercube import workloads

MEAN_MS = 1_000_000


def simulated(rates, preference, calls, seed):
    """Workloads of a run in which travel (1 to 3 ms) says who is preferred and costs next to nothing."""
    rng = np.random.default_rng(seed)
    at = np.cumsum(rng.exponential(MEAN_MS / sum(rates), calls)).astype(np.int64)
    area = rng.choice(len(rates), calls, p=np.array(rates) / sum(rates))
    units = len(preference[0])
    assert len(rates) >= units
    travel = np.full((len(rates), len(rates)), 9)
    for place, order in enumerate(preference):
        for rank, unit in enumerate(order):
            travel[unit, place] = rank + 1
    day = simulate(Calls(at, area), Fleet(range(units)), travel, Exponential(MEAN_MS), ClosestIdle(), rng)
    return day.busy_ms / day.ended_ms


def test_two_units_by_hand():
    """One call per mean service, three of four from area 0; area 0 prefers unit 0, area 1 unit 1; all busy: lost.
    Erlang: P(none) = 0.4, P(one) = 0.4, P(two) = 0.2. Only unit 0 busy: 0.75 * 0.4 + 0.2 = 2 * p, so p = 0.25;
    only unit 1: 0.25 * 0.4 + 0.2 = 2 * p, so p = 0.15. Loads 0.25 + 0.2 and 0.15 + 0.2.
    With a queue, r = 1/2 adds 0.2 * (1/2) / (1/2) = 0.2 to "all busy": loads 0.65 / 1.2 and 0.55 / 1.2."""
    assert workloads([0.75, 0.25], [[0, 1], [1, 0]], 1, waits=False) == pytest.approx([0.45, 0.35])
    assert workloads([0.75, 0.25], [[0, 1], [1, 0]], 1) == pytest.approx([0.65 / 1.2, 0.55 / 1.2])


def test_the_simulator_comes_to_the_two_units_worked_by_hand():
    found = simulated([0.75, 0.25], [[0, 1], [1, 0]], 25_000, seed=11)
    assert found == pytest.approx([0.65 / 1.2, 0.55 / 1.2], rel=0.03)


def test_the_simulator_agrees_with_the_hypercube_of_three_units():
    """Uneven areas and a fixed order of preference each; total load 1.5 of 3. Within 3 %."""
    rates, preference = [0.8, 0.45, 0.25], [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    exact = workloads(rates, preference, 1)
    assert exact.sum() == pytest.approx(1.5)
    assert exact.max() - exact.min() > 0.1
    assert simulated(rates, preference, 40_000, seed=3) == pytest.approx(exact, rel=0.03)

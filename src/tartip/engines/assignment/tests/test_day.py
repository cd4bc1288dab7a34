"""Days small enough to follow with a pencil, and the rules a longer day must keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tartip.engines.assignment import (
    UNREACHABLE,
    Calls,
    ClosestIdle,
    DayParams,
    Exponential,
    Fleet,
    LogNormal,
    Optimal,
    Reserve,
    simulate,
)
from tartip.engines.errors import BadInput

TRAVEL = [[100, 400], [400, 100]]


@dataclass(frozen=True)
class Fixed:
    ms: int = 1000

    def draw(self, rng, priority):
        return np.full(len(priority), self.ms)


def rng():
    return np.random.default_rng(7)


def run(at, area, priority, policy=ClosestIdle(), travel=TRAVEL, post=(0, 1), **params):
    return simulate(Calls(at, area, priority), Fleet(list(post)), travel, Fixed(), policy, rng(), DayParams(**params))


def test_four_calls_and_two_units_by_hand():
    """0: unit 0, response 100, clear 1100. 200: unit 1, 400, clear 1600. 300 and 500 wait. 1100: unit 0 takes the
    urgent call of 500: 600 waited + 100. 1600: unit 1 takes that of 300 in its own area: 1300 + 100, clear 2700."""
    day = run([0, 200, 300, 500], [0, 0, 1, 0], [3, 2, 3, 1], norm_ms=(650, 650, 650))
    assert day.unit.tolist() == [0, 1, 1, 0]
    assert day.response_ms.tolist() == [100, 400, 1400, 700]
    assert day.busy_ms.tolist() == [2200, 2500]
    assert day.ended_ms == 2700
    # All: 2 of 4 late; mean 2600 / 4; ranks 2 and 4 of 100, 400, 700, 1400.
    assert (day.overall.late_permille, day.overall.mean_ms) == (500, 650)
    assert (day.overall.median_ms, day.overall.p90_ms) == (400, 1400)
    assert day.by_priority[1].late_permille == 1000
    assert day.by_priority[3].mean_ms == 750


def test_reserve_keeps_a_unit_for_the_urgent_call():
    """The call of 200 waits for two free units (1900), so the urgent call of 500 finds unit 1 at once."""
    calls = [0, 200, 500], [0, 0, 0], [3, 3, 1]
    assert run(*calls, policy=Reserve((0, 0, 1))).response_ms.tolist() == [100, 1800, 400]
    assert run(*calls).response_ms.tolist() == [100, 400, 700]


def test_a_unit_may_stay_where_it_was():
    """Unit 0 serves area 1 and stays: the second call there is 100 away instead of 400."""
    at, area = [0, 5000], [1, 1]
    assert run(at, area, 1, post=[0]).response_ms.tolist() == [400, 400]
    assert run(at, area, 1, post=[0], returns_to_post=False).response_ms.tolist() == [400, 100]


def test_a_unit_clear_at_the_moment_of_a_call_is_free_for_it():
    """Unit 0 clears at 0 + 100 + 1000: the call of 1100 in its area gets it, not unit 1, four times as far."""
    assert run([0, 1100], [0, 0], 1).unit.tolist() == [0, 0]


def test_a_response_of_exactly_the_norm_is_in_time():
    assert run([0], [0], 1, norm_ms=(100,)).overall.late_permille == 0
    assert run([0], [0], 1, norm_ms=(99,)).overall.late_permille == 1000


def test_calls_that_nobody_can_serve_are_counted_as_late():
    day = run([0, 10], [0, 1], 1, travel=[[100, UNREACHABLE], [UNREACHABLE, 100]], post=[0])
    assert day.response_ms.tolist() == [100, -1]
    assert (day.overall.unserved, day.overall.late_permille) == (1, 500)
    held = run([0], [0], 3, policy=Reserve((0, 0, 2)))
    assert (held.overall.unserved, held.overall.mean_ms) == (1, None)
    assert run([0], [0], 1, post=[]).overall.unserved == 1


def test_a_day_without_calls_is_a_day():
    day = run([], [], [])
    assert (day.by_priority, day.overall.calls, day.overall.late_permille) == ({}, 0, 0)


@pytest.mark.parametrize("policy", [ClosestIdle(), Reserve((0, 1, 2)), Optimal()])
def test_a_busy_day_keeps_its_books(policy):
    """No unit is in two places, nobody leaves before the call, and the same seed gives the same day."""
    made = rng()
    at = np.sort(made.integers(0, 4 * 10**6, 150))
    calls = Calls(at, made.integers(0, 9, 150), made.integers(1, 4, 150))
    travel = made.integers(10_000, 600_000, (9, 9))
    days = [simulate(calls, Fleet(range(6)), travel, LogNormal(100_000), policy, rng()) for _ in range(2)]
    assert np.array_equal(days[0].response_ms, days[1].response_ms)
    assert np.array_equal(days[0].unit, days[1].unit)
    day = days[0]
    assert (day.unit >= 0).all()
    assert (day.sent_ms >= at).all()
    service = LogNormal(100_000).draw(rng(), np.asarray(calls.priority))
    clear = at + day.response_ms + service
    for unit in range(6):
        mine = np.flatnonzero(day.unit == unit)
        mine = mine[np.argsort(day.sent_ms[mine])]
        assert (day.sent_ms[mine][1:] >= clear[mine][:-1]).all()
        assert day.busy_ms[unit] == (clear - day.sent_ms)[mine].sum()
    assert day.ended_ms == clear.max()


def test_service_times_are_whole_and_near_their_middle():
    """10,000 draws: the mean of an exponential within 4 %, the median of a lognormal within 4 % (over 4 sigma)."""
    many = np.ones(10_000, np.int64)
    drawn = Exponential(60_000).draw(rng(), many)
    assert drawn.dtype == np.int64
    assert abs(drawn.mean() - 60_000) < 2_400
    assert abs(np.median(LogNormal(60_000).draw(rng(), many)) - 60_000) < 2_400


class Twice:
    def decide(self, now):
        return [(0, 0), (0, 1)]


class Nowhere:
    def decide(self, now):
        return [(0, 7)]


@pytest.mark.parametrize(
    "change",
    [
        {"at": [5, 1]},
        {"at": [-1, 1]},
        {"area": [0, 2]},
        {"priority": [1, 0]},
        {"travel": [[1, 2]]},
        {"travel": [[1, -2], [1, 1]]},
        {"post": [3]},
        {"norm_ms": ()},
        {"policy": Twice()},
        {"policy": Nowhere()},
    ],
    ids=lambda value: str(value).split(" object at ")[0],
)
def test_broken_days_are_refused(change):
    good = {"at": [0, 1], "area": [0, 1], "priority": [1, 1]}
    with pytest.raises(BadInput):
        run(**(good | change))

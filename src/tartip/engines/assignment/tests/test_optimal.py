"""The answer on k nearest lists must be the answer on the whole matrix, and priorities must never be traded."""

from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.assignment import (
    UNREACHABLE,
    AssignParams,
    Dense,
    Incidents,
    Lists,
    ListsTooShort,
    Reason,
    TooLarge,
    TooMany,
    Units,
    assign,
    padded,
)
from tartip.engines.assignment.tests.reference import best_by_priority, dense_optimum


def nearest_lists(costs, k):
    """The k nearest of each row as routing would give them: units that cannot come are not listed."""
    order = np.argsort(costs, axis=1, kind="stable")[:, :k]
    ranked = np.take_along_axis(costs, order, axis=1)
    return np.where(ranked < UNREACHABLE, order, -1), np.where(ranked < UNREACHABLE, ranked, UNREACHABLE)


def lists_of(costs, k):
    return Lists(costs.shape[1], *nearest_lists(costs, k), wider=lambda rows, more: nearest_lists(costs[rows], more))


def totals(answer):
    return sum(answer.served.values()), sum(answer.total.values())


def assert_sound(answer, costs):
    """Nobody is sent twice, and each cost is the matrix's own."""
    sent = answer.unit >= 0
    assert len(set(answer.unit[sent].tolist())) == sent.sum()
    assert np.array_equal(answer.cost[sent], np.asarray(costs)[answer.incident[sent], answer.unit[sent]])
    assert np.array_equal(sent, answer.reason == Reason.ASSIGNED)


@pytest.mark.parametrize("seeds", range(0, 300, 10))
def test_pruned_lists_give_the_dense_optimum(seeds):
    """Small ranges of costs make ties, few units make fights, holes make seats that nobody can fill."""
    for seed in range(seeds, seeds + 10):
        rng = np.random.default_rng(seed)
        incidents, units = int(rng.integers(1, 25)), int(rng.integers(1, 40))
        costs = rng.integers(0, int(rng.choice([3, 50, 3600])), (incidents, units)).astype(np.int32)
        costs[rng.random(costs.shape) < rng.choice([0, 0.3, 0.8])] = UNREACHABLE
        expected = dense_optimum(costs)
        for source in (Dense(costs), lists_of(costs, int(rng.integers(1, 6)))):
            answer = assign(source, params=AssignParams(k=int(rng.integers(1, 5))))
            assert totals(answer) == expected
            assert_sound(answer, costs)


def test_clustered_incidents_widen_their_lists_until_it_is_proven():
    """40 incidents in one house: all have the same six nearest units, the optimum needs the forty nearest."""
    costs = np.tile(np.arange(200, dtype=np.int32) * 10, (40, 1))
    answer = assign(costs, params=AssignParams(k=5))
    assert answer.total == {1: 10 * sum(range(40))}
    assert 40 <= answer.longest_list < 200


@pytest.mark.parametrize("seeds", range(0, 150, 10))
def test_priorities_skills_crew_fatigue_and_bans_equal_the_look_at_every_match(seeds):
    for seed in range(seeds, seeds + 10):
        rng = np.random.default_rng(seed)
        incidents, units = int(rng.integers(1, 4)), int(rng.integers(1, 6))
        costs = rng.integers(0, int(rng.choice([3, 30])), (incidents, units))
        costs[rng.random(costs.shape) < 0.15] = UNREACHABLE
        priority = rng.integers(1, 4, incidents).tolist()
        wanted, skills = rng.integers(0, 4, incidents).tolist(), (rng.integers(0, 4, units) | 1).tolist()
        crew, fatigue = rng.integers(1, 3, incidents).tolist(), rng.integers(0, 9, units).tolist()
        forbidden = [(int(rng.integers(incidents)), int(rng.integers(units)))]
        served, total = best_by_priority(costs, priority, wanted, crew, skills, fatigue, set(forbidden))
        sides = Incidents(incidents, priority, wanted, crew), Units(units, skills, fatigue)
        for source in (Dense(costs), lists_of(costs, 2)):
            answer = assign(source, *sides, forbidden, AssignParams(1))
            assert (answer.served, answer.total) == (served, total)
            assert_sound(answer, costs)


def test_one_urgent_second_outweighs_any_number_of_lower_ones():
    """Unit 0 is one second nearer to the urgent call; the 30 others lose 1000 s each by it in a chain."""
    size = 31
    costs = np.full((size, size + 1), UNREACHABLE)
    costs[0, 0], costs[0, size] = 99, 100
    for row in range(1, size):
        costs[row, row - 1], costs[row, row] = 0, 1000
    answer = assign(costs, Incidents(size, [1] + [2] * 30))
    assert answer.unit[0] == 0
    assert answer.total == {1: 99, 2: 30_000}


def test_filling_an_urgent_seat_outweighs_filling_two_lower_ones():
    """Units 0 and 1 are all there is: the urgent call wants both, so the two small calls go empty."""
    answer = assign([[900, 900], [1, 5], [5, 1]], Incidents(3, [1, 3, 3], crew=[2, 1, 1]))
    assert answer.served == {1: 2, 3: 0}
    assert answer.reason.tolist() == [Reason.ASSIGNED, Reason.ASSIGNED, Reason.TAKEN, Reason.TAKEN]


def test_more_seats_filled_outweigh_less_time():
    """Unit 0 at 1 s for incident 0 leaves incident 1 empty; 5,000 s for both is better: nobody is left."""
    answer = assign([[1, 5000], [4, UNREACHABLE]])
    assert answer.unit.tolist() == [1, 0]


def test_ties_of_urgent_calls_are_broken_for_the_lower_ones():
    """All three units are 10 s from the urgent call; the lower ones want units 0 and 1, and unit 2 is off its list."""
    costs = np.array([[10, 10, 10], [3, 500, 500], [500, 4, 500]])
    answer = assign(lists_of(costs, 1), Incidents(3, [1, 2, 2]), params=AssignParams(k=1))
    assert answer.unit.tolist() == [2, 0, 1]
    assert answer.total == {1: 10, 2: 7}


def test_an_empty_seat_says_why():
    costs = np.array([[UNREACHABLE, UNREACHABLE], [5, 6], [5, 6], [7, 8]])
    answer = assign(costs, Incidents(4, [1, 2, 3, 3], skills=[0, 4, 0, 0]), Units(2, skills=[1, 1]), [(2, 0), (2, 1)])
    assert answer.reason.tolist() == [Reason.NO_WAY, Reason.NO_SKILL, Reason.FORBIDDEN, Reason.ASSIGNED]
    assert assign(np.empty((2, 0), np.int64)).reason.tolist() == [Reason.NO_UNITS] * 2


def test_no_incidents_are_an_empty_answer():
    answer = assign(np.empty((0, 5), np.int32))
    assert len(answer.unit) == 0
    assert answer.served == {}


def test_a_list_that_proves_nothing_is_refused():
    """Both incidents know unit 0 alone of two; who comes second cannot be told."""
    with pytest.raises(ListsTooShort):
        assign(Lists(2, [[0], [0]], [[5], [6]]))


def test_a_short_list_that_proves_itself_is_enough():
    """Different nearest units and no fight: one unit each is the whole proof among 1,000."""
    answer = assign(Lists(1000, [[7], [3]], [[5], [6]]))
    assert answer.unit.tolist() == [7, 3]


def test_what_routing_found_becomes_lists():
    """The second incident found one unit though two were asked for: nobody else can come, so it waits."""
    found = {0: [(4, 10), (2, 30)], 1: [(4, 20)]}
    lists = Lists(9, *padded([found[0][:1], found[1]], 1), wider=lambda rows, k: padded([found[i] for i in rows], k))
    answer = assign(lists, Incidents(2, [2, 1]), params=AssignParams(k=1))
    assert answer.unit.tolist() == [2, 4]
    assert answer.total == {1: 20, 2: 30}


def test_more_than_memory_should_hold_is_refused():
    """9,000 seats need 9,000 * 18,000 cells, past 2**26."""
    lists = Lists(9_000, np.arange(9_000)[:, None], np.ones((9_000, 1), np.int64))
    with pytest.raises(TooMany, match="9000 seats"):
        assign(lists)


def test_weights_past_exact_arithmetic_are_refused():
    """20,000 seats of one priority at up to a day: 20,000 * (20,000 * 86,400 + 1) + 1 = 3.5e13 fits below 2**52;
    at up to 1,000 days, 3.5e16 does not."""
    lists = Lists(20_000, np.arange(20_000)[:, None], np.ones((20_000, 1), np.int64))
    with pytest.raises(TooLarge, match="20000 seats"):
        assign(lists, params=AssignParams(longest=86_400_000))


def test_the_same_input_gives_the_same_answer():
    costs = np.random.default_rng(5).integers(0, 4, (30, 60))
    assert np.array_equal(assign(costs).unit, assign(costs.copy()).unit)

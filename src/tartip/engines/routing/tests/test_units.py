"""Units move, leave and come; the nearest are always those of this moment."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.routing import CLOSED, Network, Position, UnitIndex
from tartip.engines.routing.errors import OffNetwork, UnknownUnit
from tartip.engines.routing.graph.roads import FULL_SHARE
from tartip.engines.routing.search.ranking import rank_column
from tartip.engines.routing.tests.made import random_places, random_roads, roads_of

# Five places on a street 1 km apart (1 degree of longitude at 60 north is 55.6 km, so 0.018 degrees), 60 s each way.
STREET = [(24.0 + 0.018 * i, 60.0) for i in range(5)]


@pytest.fixture
def street() -> Network:
    return Network.build(roads_of(STREET, [(i, i + 1, 60_000, 60_000) for i in range(4)]))


def test_nearest_are_ordered_by_time_and_say_seconds_and_metres(street: Network) -> None:
    """The road is as many decimetres long as ms: 60,000 dm. From node 3 to node 1: two roads, 120 s, 12,000 m."""
    units = UnitIndex(street)
    for name, node in (("A", 3), ("B", 0), ("C", 2)):
        units.update(name, *STREET[node])
    assert units.nearest(*STREET[1], k=3) == [("B", 60, 6000), ("C", 60, 6000), ("A", 120, 12000)]
    assert units.nearest(*STREET[1], k=2, eligible=["A", "C", "nobody"]) == [("C", 60, 6000), ("A", 120, 12000)]
    assert units.nearest(*STREET[1], k=1, eligible=[]) == []


def test_a_unit_is_where_it_was_last_seen(street: Network) -> None:
    units = UnitIndex(street)
    units.update("A", *STREET[4])
    units.update("B", *STREET[3])
    units.update("A", *STREET[0])
    assert [near.unit_id for near in units.nearest(*STREET[1])] == ["A", "B"]
    units.remove("A")
    assert [near.unit_id for near in units.nearest(*STREET[1])] == ["B"]
    assert len(units) == 1
    assert "A" not in units


def test_on_the_same_road_only_the_stretch_between_counts(street: Network) -> None:
    """Half of road 0 to three quarters of it: 15 s. One direction is enough, the road need not be left."""
    units = UnitIndex(street)
    units.place("A", Position(0, FULL_SHARE // 2))
    assert units.nearest_to(Position(0, 3 * FULL_SHARE // 4)) == [("A", 15, 1500)]
    assert units.nearest_to(Position(0, FULL_SHARE // 4)) == [("A", 15, 1500)]


def test_facing_away_costs_the_time_to_turn_round(street: Network) -> None:
    """Heading east (90) in the middle of road 1, the place is west: 30 s to node 1 and 15 s to turn."""
    units = UnitIndex(street)
    units.update("A", 24.027, 60.0, heading=90)
    assert units.nearest(*STREET[1]) == [("A", 45, 3000)]
    units.update("A", 24.027, 60.0, heading=270)
    assert units.nearest(*STREET[1]) == [("A", 30, 3000)]
    assert units.position("A").against == 0


def test_a_place_off_the_roads_leaves_the_unit_where_it_was(street: Network) -> None:
    units = UnitIndex(street)
    units.update("A", *STREET[0])
    with pytest.raises(OffNetwork):
        units.update("A", 30.0, 60.0)
    with pytest.raises(BadInput):
        units.update("A", float("nan"), 60.0)
    assert units.position("A").edge == 0
    taken = units.update_many(["A", "B"], np.array([30.0, 24.0]), np.array([60.0, 60.0]))
    assert taken.tolist() == [False, True]
    assert "B" in units


def test_unknown_units_and_senseless_questions_are_refused(street: Network) -> None:
    units = UnitIndex(street)
    for question in (units.remove, units.position):
        with pytest.raises(UnknownUnit, match="ghost"):
            question("ghost")
    with pytest.raises(BadInput, match="k at nearest"):
        units.nearest(*STREET[0], k=0)
    with pytest.raises(BadInput, match="eligible"):
        units.nearest(*STREET[0], eligible=np.ones(10_000, np.bool_))
    with pytest.raises(BadInput, match="unit_ids"):
        units.update_many(["A"], np.zeros(2), np.zeros(2))
    assert units.nearest(*STREET[0]) == []


def test_a_unit_that_cannot_come_is_not_named() -> None:
    """Road 1 leads away from node 1 only: who stands at its end never comes back."""
    units = UnitIndex(Network.build(roads_of(STREET[:3], [(0, 1, 10, 10), (1, 2, 10, None)])))
    units.place("stuck", Position(1, FULL_SHARE))
    units.place("free", Position(0, 0))
    assert [near.unit_id for near in units.nearest(*STREET[1])] == ["free"]
    names, times = units.column(*STREET[1])
    assert dict(zip(names, times.tolist(), strict=True)) == {"stuck": CLOSED, "free": 10}


def test_the_index_grows_and_a_mask_made_before_still_names_the_same_units(street: Network) -> None:
    units = UnitIndex(street, room=1)
    units.update(0, *STREET[0])
    mask = units.mask([0])
    for unit in range(1, 20):
        units.update(unit, *STREET[unit % 5])
    assert [near.unit_id for near in units.nearest(*STREET[2], eligible=mask)] == [0]
    assert len(units.nearest(*STREET[2], k=30)) == 20


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_search_and_the_column_give_one_answer(seed: int) -> None:
    """Which of the two ways is taken depends on how many are eligible; nobody may be able to tell."""
    rng = np.random.default_rng(seed)
    network = Network.build(random_roads(rng))
    units = UnitIndex(network)
    places = random_places(rng, network.roads, 20)
    for unit, place in enumerate(places):
        units.place(unit, Position(*place))
    target, k = Position(*random_places(rng, network.roads, 1)[0]), int(rng.integers(1, 15))
    slots, labels = rank_column(network.view, units._board, units._everyone, target, k)
    searched = units.nearest_to(target, k)
    assert [near.unit_id for near in searched] == slots.tolist()
    assert [near.seconds for near in searched] == [-(-(label >> 32) // 1000) for label in labels.tolist()]
    assert [near.metres for near in searched] == [((label & 0xFFFFFFFF) + 5) // 10 for label in labels.tolist()]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_an_index_with_a_history_answers_like_a_fresh_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network.build(random_roads(rng))
    old, where = UnitIndex(network, room=2), {}
    for unit, place in zip(rng.integers(0, 8, 60).tolist(), random_places(rng, network.roads, 60), strict=True):
        if unit in where and rng.random() < 0.3:
            old.remove(unit)
            del where[unit]
        else:
            old.place(unit, Position(*place))
            where[unit] = place
    fresh = UnitIndex(network)
    for unit, place in where.items():
        fresh.place(unit, Position(*place))
    target = Position(*random_places(rng, network.roads, 1)[0])
    assert sorted(old.nearest_to(target, 9)) == sorted(fresh.nearest_to(target, 9))


def test_threads_asking_while_units_move_see_whole_answers(street: Network) -> None:
    """A stays, B jumps between two places: every answer must be one of the two possible ones."""
    units = UnitIndex(street)
    units.update("A", *STREET[2])
    units.update("B", *STREET[0])
    seen, failures, done = set(), [], threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                seen.add(tuple(units.nearest(*STREET[1])))
        except Exception as error:
            failures.append(error)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(400):
        units.update("B", *STREET[0 if turn % 2 else 4])
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert seen <= {(("A", 60, 6000), ("B", 60, 6000)), (("A", 60, 6000), ("B", 180, 18000))}

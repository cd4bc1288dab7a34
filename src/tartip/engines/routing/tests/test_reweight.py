"""Live traffic: new times are taken whole, or not at all."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from tartip.engines.routing import CLOSED, Network, Position, UnitIndex
from tartip.engines.routing.errors import BadWeight
from tartip.engines.routing.graph.roads import FULL_SHARE
from tartip.engines.routing.tests.made import roads_of

# Two ways from 0 to 3: over 1 (10 + 10 ms) and over 2 (15 + 15 ms); roads 0, 1 and 2, 3.
DIAMOND = roads_of(
    [(76.0, 43.0), (76.01, 43.01), (76.01, 42.99), (76.02, 43.0)],
    [(0, 1, 10, 10), (1, 3, 10, 10), (0, 2, 15, 15), (2, 3, 15, 15)],
)
FROM, TO = Position(0, 0), Position(1, FULL_SHARE)


def test_a_jam_sends_the_route_the_other_way() -> None:
    network = Network.build(DIAMOND)
    assert network.matrix(FROM, TO).tolist() == [[20]]
    times = network.times
    times[0] = 100
    assert network.reweight(times) == 1
    assert network.matrix(FROM, TO).tolist() == [[30]]
    assert [piece.arc for piece in network.route(FROM, TO).pieces] == [4, 6]


def test_a_closed_road_is_driven_only_by_who_is_on_it_or_goes_to_it() -> None:
    """Both roads of the upper way closed: the way is the lower one; a crash in the middle of road 0 is still reached
    in the usual half of 10 ms, and a unit standing there still gets away."""
    network = Network.build(DIAMOND)
    times = network.times
    times[0:4] = CLOSED
    network.reweight(times)
    assert network.matrix(Position(2, 0), Position(3, FULL_SHARE)).tolist() == [[30]]
    crash = Position(0, FULL_SHARE // 2)
    assert network.matrix(Position(2, 0), crash).tolist() == [[5]]
    assert network.matrix(crash, Position(2, 0)).tolist() == [[5]]
    units = UnitIndex(network)
    units.place("A", crash)
    units.place("B", Position(2, 0))
    assert [near.unit_id for near in units.nearest_to(Position(3, FULL_SHARE))] == ["B", "A"]


@pytest.mark.parametrize(
    ("arc", "value", "rule"),
    [(3, 0, "arc 3"), (5, -7, "-7 is not from 1"), (2, 1 << 27, "arc 2"), (1, 12, "cannot be opened")],
)
def test_a_wrong_time_changes_nothing(arc: int, value: int, rule: str) -> None:
    one_way = roads_of([(76.0, 43.0), (76.01, 43.0)], [(0, 1, 10, None), (0, 1, 20, 20), (1, 0, 5, 5)])
    network = Network.build(one_way)
    before, times = network.metric, network.times
    times[arc] = value
    with pytest.raises(BadWeight, match=rule):
        network.reweight(times)
    assert network.metric is before


def test_times_of_another_shape_or_kind_are_refused() -> None:
    network = Network.build(DIAMOND)
    with pytest.raises(BadWeight, match="shape"):
        network.reweight(network.times[:-1])
    with pytest.raises(BadWeight, match="whole milliseconds"):
        network.reweight(network.times.astype(float))


def test_changing_the_array_afterwards_changes_nothing() -> None:
    network = Network.build(DIAMOND)
    times = network.times
    network.reweight(times)
    times[:] = 1
    assert network.matrix(FROM, TO).tolist() == [[20]]


def test_readers_see_the_old_or_the_new_set_never_half() -> None:
    """Times jump between x1 and x3 everywhere: an answer of anything but 20 or 60 has seen two sets at once."""
    network = Network.build(DIAMOND)
    usual, seen, done = network.times, set(), threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen.add(int(network.matrix(FROM, TO)[0, 0]))
            seen.add(network.route(FROM, TO).ms)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(200):
        network.reweight(usual * (3 if turn % 2 else 1))
    done.set()
    for reader in readers:
        reader.join()
    assert seen <= {20, 60}
    assert np.array_equal(network.times, usual * 3)

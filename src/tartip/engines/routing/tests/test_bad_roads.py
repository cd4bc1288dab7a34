"""A network that would give wrong answers is not built."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.routing import CLOSED, Network, Roads, TurnCosts
from tartip.engines.routing.errors import BadWeight, EmptyNetwork, UnknownNode
from tartip.engines.routing.read.islands import without_small_islands
from tartip.engines.routing.tests.made import roads_of

TOWN = roads_of([(76.0, 43.0), (76.1, 43.0), (76.2, 43.0)], [(0, 1, 10, 10), (1, 2, 20, None)])


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"head": ints(1, 3)}, UnknownNode, "head of road 1 names node 3"),
        ({"tail": ints(-1, 1)}, UnknownNode, "tail of road 0 names node -1"),
        ({"ahead_ms": ints(10, 0)}, BadWeight, "ahead_ms at road 1: 0"),
        ({"back_ms": ints(-5, 3)}, BadWeight, "back_ms at road 0: -5"),
        ({"ahead_ms": ints(10, (1 << 26) + 1)}, BadWeight, "ahead_ms at road 1"),
        ({"length_dm": ints(-1, 0)}, BadWeight, "length_dm at road 0"),
        ({"lat_e7": ints(0, 900_000_001, 0)}, BadInput, "lat_e7 at node 1: 90.0000001"),
        ({"lon_e7": ints(0, 0, -1_900_000_000)}, BadInput, "lon_e7 at node 2"),
        ({"name": ints(0, 1)}, BadInput, "name at road 1"),
        ({"kind": np.zeros(3, np.uint8)}, BadInput, "kind at Roads"),
        ({"lat_e7": ints(0)}, BadInput, "lat_e7 at Roads"),
        ({"shape_first": ints(0, 1, 0)}, BadInput, "shape_first"),
        ({"shape_first": ints(0, 1, 2)}, BadInput, "shape_lon_e7"),
        ({"tail": np.zeros(2, np.int64)}, BadInput, "tail at Roads: must be one contiguous row of int32"),
        ({"head": np.zeros((2, 2), np.int32)[:, 0]}, BadInput, "head at Roads"),
        ({"kind": np.zeros(2, np.int64)}, BadInput, "kind at Roads: must be uint8"),
        ({"bans": ((0,),)}, BadInput, "ban 0: two or more"),
        ({"bans": ((0, 9),)}, BadInput, "ban 0: two or more"),
        ({"bans": ((0, 2), (2, 0))}, BadInput, "ban 1: each arc must start where"),
        ({"ahead_ms": ints(CLOSED, CLOSED), "back_ms": ints(CLOSED, CLOSED)}, EmptyNetwork, "no open roads"),
    ],
)
def test_a_wrong_array_is_named(change: dict[str, object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        Network.build(replace(TOWN, **change))


def test_an_empty_network_is_refused() -> None:
    nothing, none = ints(), np.zeros(0, np.uint8)
    empty = Roads(*[nothing] * 8, none, ints(0), nothing, nothing)
    with pytest.raises(EmptyNetwork, match="no nodes"):
        Network.build(empty)
    with pytest.raises(EmptyNetwork, match="no roads"):
        Network.build(replace(empty, lon_e7=ints(1), lat_e7=ints(1)))


def test_turn_costs_and_islands_out_of_range_are_refused() -> None:
    with pytest.raises(BadInput, match="left_ms"):
        TurnCosts(left_ms=-1)
    with pytest.raises(BadInput, match="smallest"):
        without_small_islands(TOWN, -1)


def test_one_node_with_a_loop_is_a_network() -> None:
    network = Network.build(roads_of([(76.0, 43.0)], [(0, 0, 10, None)]))
    position = network.snap(76.0, 43.0)
    assert network.matrix(position, position).tolist() == [[0]]


def test_random_bytes_in_every_array_are_an_error_or_an_answer_never_a_crash() -> None:
    """The process must survive whatever a careless caller hands in."""
    rng = np.random.default_rng(7)
    for _ in range(200):
        name = str(rng.choice(["tail", "head", "ahead_ms", "back_ms", "length_dm", "lon_e7", "lat_e7", "shape_first"]))
        array = getattr(TOWN, name).copy()
        array[rng.integers(len(array))] = rng.integers(-(2**31), 2**31)
        try:
            network = Network.build(replace(TOWN, **{name: array}))
            network.matrix(network.snap_many(np.array([76.0]), np.array([43.0]))[0], network.snap(76.1, 43.0))
        except EngineError:
            continue

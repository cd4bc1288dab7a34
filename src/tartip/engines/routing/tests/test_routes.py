"""What the officer reads on the tablet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.routing import Network, Position, Roads, SnapParams
from tartip.engines.routing.errors import Unreachable
from tartip.engines.routing.graph.roads import FULL_SHARE, ROUNDABOUT
from tartip.engines.routing.tests.made import roads_of

# East along Abai from 0 over 1 to 2, then left (north) into Tole bi to 3, bent slightly east to 4, and a stub back.
#
#                  4
#                3
#     0 -- 1 -- 2 -- 5
PLACES = [(76.00, 43.0), (76.01, 43.0), (76.02, 43.0), (76.02, 43.01), (76.023, 43.02), (76.03, 43.0)]


@pytest.fixture
def town() -> Roads:
    rows = [(0, 1, 50, 50), (1, 2, 60, 60), (2, 3, 70, 70), (3, 4, 80, 80), (2, 5, 90, 90)]
    roads = roads_of(PLACES, rows)
    return replace(roads, names=("", "Абай", "Төле би"), name=np.array([1, 1, 2, 2, 1], np.int32))


def test_legs_follow_the_streets_and_say_where_to_turn(town: Roads) -> None:
    """Half of road 0 (25 ms) and road 1 are Abai; at 2 left into Tole bi: 70 + half of 80."""
    network = Network.build(town)
    route = network.route(Position(0, FULL_SHARE // 2), Position(3, FULL_SHARE // 2))
    assert [(leg.street, leg.manoeuvre, leg.ms) for leg in route.legs] == [
        ("Абай", "depart", 85),
        ("Төле би", "left", 110),
    ]
    assert (route.ms, route.seconds, route.dm, route.metres) == (195, 1, 195, 20)
    assert (route.legs[1].lon, route.legs[1].lat, route.legs[1].bearing) == (76.02, 43.0, 0)
    assert np.allclose(route.line, [(76.005, 43.0), *PLACES[1:4], (76.0215, 43.015)], atol=2e-6)


def test_the_way_back_turns_the_other_way(town: Roads) -> None:
    route = Network.build(town).route(Position(3, FULL_SHARE // 2), Position(0, FULL_SHARE // 2))
    assert [leg.manoeuvre for leg in route.legs] == ["depart", "right"]
    assert np.allclose(route.line[0], (76.0215, 43.015), atol=2e-6)


def test_a_roundabout_is_one_leg(town: Roads) -> None:
    kinds = np.array([0, ROUNDABOUT, ROUNDABOUT, 0, 0], np.uint8)
    names = np.array([1, 0, 0, 2, 1], np.int32)
    route = Network.build(replace(town, kind=kinds, name=names)).route(Position(0, 0), Position(3, FULL_SHARE))
    assert [leg.manoeuvre for leg in route.legs] == ["depart", "roundabout", "straight"]


def test_who_faces_the_wrong_way_turns_round_or_drives_to_the_next_place_to_turn(town: Roads) -> None:
    """Half of road 0 is 25 ms. Turning costs 15 s; driving on to the dead end and back 25 + 50 ms."""
    origin, target = Position(0, FULL_SHARE // 2, against=0), Position(0, FULL_SHARE)
    assert Network.build(town).route(origin, target).ms == 75
    assert Network.build(town, SnapParams(turn_around_ms=40)).route(origin, target).ms == 65


def test_no_way_at_all_is_an_empty_route(town: Roads) -> None:
    route = Network.build(town).route(Position(1, 100), Position(1, 100))
    assert (route.ms, route.dm, route.legs, len(route.line)) == (0, 0, (), 1)


def test_an_unreachable_place_is_an_error_that_names_both_ends() -> None:
    network = Network.build(roads_of(PLACES[:4], [(0, 1, 10, 10), (2, 3, 10, 10)]))
    with pytest.raises(Unreachable, match=r"from \(76\.0, 43\.0\) to \(76\.02, 43\.01\)"):
        network.route(Position(0, 0), Position(1, FULL_SHARE))


@pytest.mark.parametrize("wrong", [Position(5, 0), Position(-1, 0), Position(0, -1), Position(0, FULL_SHARE + 1)])
def test_a_position_outside_the_network_is_refused(town: Roads, wrong: Position) -> None:
    network = Network.build(town)
    with pytest.raises(BadInput, match="position"):
        network.route(wrong, Position(0, 0))
    with pytest.raises(BadInput, match="position"):
        network.matrix(Position(0, 0), wrong)
    with pytest.raises(BadInput, match="position"):
        network.lonlat(wrong)

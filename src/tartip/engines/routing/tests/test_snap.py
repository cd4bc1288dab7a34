"""A place on the earth comes to the right place on the right road."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.routing import Network, SnapParams
from tartip.engines.routing.errors import OffNetwork
from tartip.engines.routing.graph.roads import FULL_SHARE, Roads
from tartip.engines.routing.places.snap import METRES_PER_E7
from tartip.engines.routing.tests.made import random_roads, roads_of


def brute_force(roads: Roads, lon: float, lat: float) -> float:
    """Metres to the nearest point of any road, each piece looked at."""
    mx, my = METRES_PER_E7 * math.cos(math.radians(lat)), METRES_PER_E7
    best = math.inf
    for edge in range(len(roads.tail)):
        points = [(roads.lon_e7[roads.tail[edge]], roads.lat_e7[roads.tail[edge]])]
        for i in range(roads.shape_first[edge], roads.shape_first[edge + 1]):
            points.append((roads.shape_lon_e7[i], roads.shape_lat_e7[i]))
        points.append((roads.lon_e7[roads.head[edge]], roads.lat_e7[roads.head[edge]]))
        line = [((x - lon * 1e7) * mx, (y - lat * 1e7) * my) for x, y in points]
        for (ax, ay), (bx, by) in pairwise(line):
            dx, dy = bx - ax, by - ay
            square = dx * dx + dy * dy
            t = 0.0 if square == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / square))
            best = min(best, math.hypot(ax + t * dx, ay + t * dy))
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_road_is_nearer_than_the_one_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network.build(random_roads(rng), SnapParams(within_m=50_000))
    for lon, lat in rng.uniform((75.997, 42.997), (76.008, 43.008), (8, 2)).tolist():
        position = network.snap(lon, lat)
        assert position.off_m == pytest.approx(brute_force(network.roads, lon, lat), abs=1e-3)
        x, y = network.lonlat(position)
        east, north = (x - lon) * 1e7 * math.cos(math.radians(lat)), (y - lat) * 1e7
        assert math.hypot(east, north) * METRES_PER_E7 == pytest.approx(position.off_m, abs=0.05)


# A street along the 43rd parallel, two carriageways 22 m apart (0.0002 degrees of latitude), and a lane off it:
#
#   2 <------------- 3      43.0002, one way west (edge 1)
#   0 -------------> 1      43.0,    one way east (edge 0)
#   4 ============== 5      42.99,   both ways    (edge 2)
PLACES = [(76.0, 43.0), (76.01, 43.0), (76.0, 43.0002), (76.01, 43.0002), (76.0, 42.99), (76.01, 42.99)]
DUAL = roads_of(PLACES, [(0, 1, 100, None), (3, 2, 100, None), (4, 5, 100, 100)])


def test_offset_counts_from_the_tail() -> None:
    """A quarter of the way east is a quarter of 65536 from node 0, and three quarters from node 3."""
    network = Network.build(DUAL)
    assert network.snap(76.0025, 42.9999).share == FULL_SHARE // 4
    west = network.snap(76.0025, 43.0003)
    assert (west.edge, west.share) == (1, 3 * FULL_SHARE // 4)


def test_heading_picks_the_carriageway_one_drives_on() -> None:
    """43.00012 is 13 m from the road east and 9 m from the road west; who drives east is on the road east."""
    network = Network.build(DUAL)
    assert network.snap(76.005, 43.00012).edge == 1
    assert network.snap(76.005, 43.00012, heading=91).edge == 0
    assert network.snap(76.005, 43.00012, heading=268).edge == 1
    assert network.snap(76.005, 43.00012, heading=-269).edge == 0  # the same as 91
    assert network.snap(76.005, 43.00012, heading=float("nan")).edge == 1


def test_heading_tells_which_direction_one_does_not_face() -> None:
    network = Network.build(DUAL)
    assert network.snap(76.005, 42.99, heading=80).against == 1
    assert network.snap(76.005, 42.99, heading=280).against == 0
    assert network.snap(76.005, 42.99).against == -1


def test_at_a_junction_a_road_leading_into_it_is_taken() -> None:
    """The middle place ends edge 1 and begins edge 0; from the end of edge 1 all ways on are open.

    The places are drawn askew, and by all angles, because a product of floats may miss the end by a hair."""
    for i in range(40):
        east, north = 0.0137 * math.sin(i), 0.0113 * math.cos(i)
        places = [(76.1234567 - north, 43.7654321), (76.1234567, 43.7654321), (76.1234567 + east, 43.7654321 + north)]
        position = Network.build(roads_of(places, [(1, 2, 50, None), (0, 1, 50, None)])).snap(*places[1])
        assert (position.edge, position.share) == (1, FULL_SHARE)


def test_far_from_every_road_is_an_error_that_says_how_far_was_looked() -> None:
    network = Network.build(DUAL, SnapParams(within_m=500))
    with pytest.raises(OffNetwork, match=r"500 m of longitude 76\.5"):
        network.snap(76.5, 43.0)
    found = network.snap_many(np.array([76.005, 76.5]), np.array([43.0, 43.0]))
    assert found.edge.tolist() == [0, -1]


@pytest.mark.parametrize(
    ("lon", "lat", "what"),
    [
        (math.nan, 43.0, "lon"),
        (76.0, math.nan, "lat"),
        (math.inf, 43.0, "lon"),
        (76.0, 90.5, "lat"),
        (180.5, 43, "lon"),
    ],
)
def test_what_is_no_place_is_refused(lon: float, lat: float, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        Network.build(DUAL).snap(lon, lat)


def test_columns_of_unequal_length_are_refused() -> None:
    network, two, three = Network.build(DUAL), np.full(2, 43.0), np.full(3, 43.0)
    for lon, lat, heading in ((two, three, None), (two, two, three), (two[:, None], two[:, None], None)):
        with pytest.raises(BadInput, match="one number a place"):
            network.snap_many(lon, lat, heading)


def test_endless_heading_is_refused() -> None:
    with pytest.raises(BadInput, match="heading"):
        Network.build(DUAL).snap(76.0, 43.0, heading=math.inf)


def test_one_straight_line_of_roads_still_has_a_grid() -> None:
    """All latitudes equal: the grid is one row high and must stay small."""
    places = [(70.0 + i / 100, 43.0) for i in range(50)]
    network = Network.build(roads_of(places, [(i, i + 1, 10, 10) for i in range(49)]))
    assert len(network.grid.first) < 200
    assert network.snap(70.125, 43.001).edge == 12

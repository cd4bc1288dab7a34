"""Files of OpenStreetMap become the network the map means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tartip.engines.routing import CLOSED, Network, Position, Profile, Roads, TurnCosts, read_osm
from tartip.engines.routing.errors import BadFile, EmptyNetwork
from tartip.engines.routing.graph.roads import FULL_SHARE
from tartip.engines.routing.tests.made_osm import Tags, write_osm

PLAIN = Profile(turns=TurnCosts(), smallest_island=0, limit_share=100, signal_ms=5_000)

# A crossing of two streets, 5 in the middle; a step is 0.001 degrees. Node numbers are those of the drawing:
#
#         2
#         |
#    4 -- 5 -- 6 -- 7
#         |         |
#         8 ------- 9
NODES = {
    2: (76.001, 43.001), 4: (76.0, 43.0), 5: (76.001, 43.0), 6: (76.002, 43.0), 7: (76.003, 43.0),
    8: (76.001, 42.999), 9: (76.003, 42.999),
}  # fmt: skip
STREET = {"highway": "residential", "name": "Абай даңғылы"}
WAYS: dict[int, tuple[list[int], Tags]] = {
    10: ([4, 5], STREET),
    11: ([5, 6, 7], STREET),
    12: ([2, 5], {"highway": "tertiary", "maxspeed": "60"}),
    13: ([5, 8], {"highway": "tertiary"}),
    14: ([8, 9, 7], {"highway": "service", "oneway": "yes"}),
}


def way_between(roads: Roads, a: tuple[float, float], b: tuple[float, float]) -> int:
    """The arc from one place to another; fails if there is none."""
    for arc, (tail, head) in enumerate(zip(roads.arc_tail.tolist(), roads.arc_head.tolist(), strict=True)):
        ends = [(roads.lon_e7[n] / 1e7, roads.lat_e7[n] / 1e7) for n in (tail, head)]
        if ends == [a, b] and roads.times[arc] != CLOSED:
            return arc
    raise AssertionError(f"no way from {a} to {b}")


def drive(network: Network, *numbers: int) -> list[tuple[float, float]] | None:
    """Nodes passed on the quickest way from the first place to the last, as places."""
    from tartip.engines.routing.errors import Unreachable

    start, end = (network.snap(*NODES[number]) for number in numbers)
    try:
        return [tuple(point) for point in np.round(network.route(start, end).line, 7).tolist()]
    except Unreachable:
        return None


@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_roads_are_cut_at_crossings_and_keep_their_bends(tmp_path: Path, suffix: str) -> None:
    """Six roads: node 6 is only a bend of way 11 and node 9 one of way 14."""
    roads = read_osm(write_osm(tmp_path / f"town{suffix}", NODES, WAYS), PLAIN)
    assert len(roads.tail) == 5
    assert len(roads.lon_e7) == 5
    assert sorted(np.diff(roads.shape_first).tolist()) == [0, 0, 0, 1, 1]
    assert roads.names[roads.name[way_between(roads, NODES[4], NODES[5]) >> 1]] == "Абай даңғылы"
    assert "OpenStreetMap" in roads.attribution


def test_time_is_length_over_speed_rounded_up(tmp_path: Path) -> None:
    """0.001 degrees of latitude are 6,371,008.8 m x pi / 180,000 = 111.195 m, so 1112 dm.
    At 60 km/h: 1112 x 360 / 60 = 6672 ms; at the 50 km/h of a tertiary road 8006.4, so 8007 ms."""
    roads = read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS), PLAIN)
    assert roads.times[way_between(roads, NODES[2], NODES[5])] == 6672
    assert roads.times[way_between(roads, NODES[5], NODES[8])] == 8007
    assert roads.length_dm[way_between(roads, NODES[5], NODES[8]) >> 1] == 1112


def test_a_light_costs_who_comes_to_it(tmp_path: Path) -> None:
    """Node 6 has a light: in the middle of way 11 it costs both directions. Node 8: only who drives towards it."""
    lights = {6: {"highway": "traffic_signals"}, 8: {"highway": "traffic_signals"}}
    dark = read_osm(write_osm(tmp_path / "dark.osm", NODES, WAYS), PLAIN)
    lit = read_osm(write_osm(tmp_path / "lit.osm", NODES, WAYS, lights), PLAIN)
    for a, b, extra in ((5, 7, 5000), (7, 5, 5000), (5, 8, 5000), (8, 5, 0), (4, 5, 0)):
        arc = way_between(dark, NODES[a], NODES[b])
        assert lit.times[arc] - dark.times[arc] == extra, (a, b)


def test_one_way_streets_are_driven_one_way(tmp_path: Path) -> None:
    network = Network.build(read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS), PLAIN))
    assert drive(network, 8, 7) == [NODES[8], NODES[9], NODES[7]] or drive(network, 8, 7) == [
        NODES[8], NODES[5], NODES[6], NODES[7],
    ]  # fmt: skip
    assert drive(network, 7, 8) == [NODES[7], NODES[6], NODES[5], NODES[8]]


def restricted(tmp_path: Path, kind: str, *members: tuple[str, int, str], **more: str) -> Network:
    turns = [({"restriction": kind, **more}, members)]
    return Network.build(read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS, turns=turns), PLAIN))


FROM_4_LEFT = (("way", 10, "from"), ("node", 5, "via"), ("way", 12, "to"))


def test_no_left_turn_sends_one_round_the_block(tmp_path: Path) -> None:
    """From 4 to 2: straight on, back from 7 (a U-turn at 7 costs nothing here), then right at 5."""
    assert drive(restricted(tmp_path, "no_left_turn", *FROM_4_LEFT), 4, 2) != [NODES[4], NODES[5], NODES[2]]
    assert drive(restricted(tmp_path, "no_left_turn", *FROM_4_LEFT), 7, 2) == [NODES[n] for n in (7, 6, 5, 2)]


def test_a_restriction_that_excepts_us_or_is_for_lorries_does_not_hold(tmp_path: Path) -> None:
    straight = [NODES[4], NODES[5], NODES[2]]
    assert drive(restricted(tmp_path, "no_left_turn", *FROM_4_LEFT, **{"except": "psv;emergency"}), 4, 2) == straight
    lorries = [({"restriction:hgv": "no_left_turn"}, FROM_4_LEFT)]
    roads = read_osm(write_osm(tmp_path / "hgv.osm", NODES, WAYS, turns=lorries), PLAIN)
    assert roads.bans == ()
    assert roads.notes["restrictions not understood, or holding only at some hours"] == 1
    free = Profile(turns=TurnCosts(), smallest_island=0, obey_restrictions=False)
    again = [({"restriction": "no_left_turn"}, FROM_4_LEFT)]
    assert read_osm(write_osm(tmp_path / "free.osm", NODES, WAYS, turns=again), free).bans == ()


def test_only_straight_on_bans_all_else_turning_back_included(tmp_path: Path) -> None:
    only = (("way", 10, "from"), ("node", 5, "via"), ("way", 11, "to"))
    network = restricted(tmp_path, "only_straight_on", *only)
    roads = network.roads
    begin, on = way_between(roads, NODES[4], NODES[5]), way_between(roads, NODES[5], NODES[7])
    assert {ban[1] for ban in network.roads.bans} == {
        begin ^ 1,
        way_between(roads, NODES[5], NODES[2]),
        way_between(roads, NODES[5], NODES[8]),
    }
    assert (begin, on) not in network.roads.bans


def test_a_restriction_by_way_of_a_road_holds_only_for_who_came_that_way(tmp_path: Path) -> None:
    """From 12 over 13 into 14 is banned (2 - 5 - 8 - 9); from 4 over 13 into 14 is not."""
    network = restricted(tmp_path, "no_u_turn", ("way", 12, "from"), ("way", 13, "via"), ("way", 14, "to"))
    roads = network.roads
    a, b, c = (way_between(roads, NODES[x], NODES[y]) for x, y in ((2, 5), (5, 8), (8, 7)))
    assert roads.bans == ((a, b, c),)
    on_14 = Position(c >> 1, FULL_SHARE // 2)
    for origin, straight in ((a, False), (way_between(roads, NODES[4], NODES[5]), True)):
        start = Position(origin >> 1, 0 if origin % 2 == 0 else FULL_SHARE)
        arcs = [piece.arc for piece in network.route(start, on_14).pieces]
        assert (arcs == [origin, b, c]) is straight


def test_a_restriction_with_members_outside_the_extract_is_counted_and_left(tmp_path: Path) -> None:
    network = restricted(tmp_path, "no_left_turn", ("way", 10, "from"), ("node", 5, "via"), ("way", 99, "to"))
    assert network.roads.bans == ()
    assert network.roads.notes["restrictions without a place here"] == 1


def test_nobody_drives_through_a_bollard(tmp_path: Path) -> None:
    """A bollard at 5 takes the crossing apart: each of the four roads ends there for itself."""
    stop = {5: {"barrier": "bollard"}}
    roads = read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS, stop), PLAIN)
    at_5 = (roads.lon_e7 == 760_010_000) & (roads.lat_e7 == 430_000_000)
    assert int(at_5.sum()) == 4
    network = Network.build(roads)
    arcs = {(a, b): way_between(roads, NODES[a], NODES[b]) for a, b in ((4, 5), (5, 2))}
    start, end = Position(arcs[4, 5] >> 1, 0), Position(arcs[5, 2] >> 1, 0)
    assert network.matrix(start, end).tolist() == [[CLOSED]]


def test_ferries_take_their_time_and_a_wait(tmp_path: Path) -> None:
    """25 minutes and 10 of waiting for the whole crossing."""
    ways = WAYS | {20: ([7, 2], {"route": "ferry", "motor_vehicle": "yes", "duration": "00:25", "name": "Өткел"})}
    network = Network.build(read_osm(write_osm(tmp_path / "town.osm", NODES, ways), PLAIN))
    assert network.roads.times[way_between(network.roads, NODES[7], NODES[2])] == 35 * 60_000


def test_a_ferry_in_the_route_is_said(tmp_path: Path) -> None:
    nodes = {1: (76.0, 43.0), 2: (76.01, 43.0), 3: (76.02, 43.0)}
    ways = {1: ([1, 2], STREET), 2: ([2, 3], {"route": "ferry", "vehicle": "yes"})}
    network = Network.build(read_osm(write_osm(tmp_path / "town.osm", nodes, ways), PLAIN))
    route = network.route(network.snap(*nodes[1]), network.snap(*nodes[3]))
    assert [leg.manoeuvre for leg in route.legs] == ["depart", "ferry"]


def test_small_islands_are_left_out_and_counted(tmp_path: Path) -> None:
    nodes = NODES | {90: (76.1, 43.1), 91: (76.101, 43.1)}
    path = write_osm(tmp_path / "town.osm", nodes, WAYS | {30: ([90, 91], STREET)})
    assert len(read_osm(path, PLAIN).tail) == 6
    roads = read_osm(path, Profile(turns=TurnCosts(), smallest_island=3))
    assert len(roads.tail) == 5
    assert roads.notes["roads on islands left out"] == 1


def test_ways_that_leave_the_extract_are_cut_there(tmp_path: Path) -> None:
    """Node 6 is missing: way 11 falls to pieces of one point, and nothing is drawn across the gap."""
    nodes = {number: place for number, place in NODES.items() if number != 6}
    roads = read_osm(write_osm(tmp_path / "town.osm", nodes, WAYS), PLAIN)
    assert roads.notes["ways cut at the border of the extract"] == 1
    with pytest.raises(AssertionError, match="no way"):
        way_between(roads, NODES[5], NODES[7])


def test_damaged_empty_and_absent_files_are_refused(tmp_path: Path) -> None:
    whole = write_osm(tmp_path / "town.osm.pbf", NODES, WAYS)
    raw = whole.read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(raw[: len(raw) // 2])
    (tmp_path / "text.osm.pbf").write_text("not a map")
    for name in ("cut.osm.pbf", "text.osm.pbf", "absent.osm.pbf"):
        with pytest.raises(BadFile, match=name):
            read_osm(tmp_path / name)
    with pytest.raises(EmptyNetwork, match="roads this profile may drive"):
        read_osm(write_osm(tmp_path / "paths.osm", NODES, {1: ([4, 5], {"highway": "footway"})}))

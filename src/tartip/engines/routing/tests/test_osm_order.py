"""Files as editors and services write them: any order, numbers below zero, deleted things, the same thing twice."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from tartip.engines.routing import Roads, read_osm
from tartip.engines.routing.errors import BadFile, EmptyNetwork
from tartip.engines.routing.tests.test_osm import PLAIN

STEP = 0.001


def node(number: int, column: int, more: str = "", tags: str = "") -> str:
    return f'<node id="{number}" version="1" lon="{76 + STEP * column:.7f}" lat="43.0" {more}>{tags}</node>'


def way(number: int, *refs: int, more: str = 'version="1"') -> str:
    points = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" {more}>{points}<tag k="highway" v="residential"/></way>'


def read(tmp_path: Path, *things: str, name: str = "town.osm") -> Roads:
    raw = "\n".join(['<osm version="0.6">', *things, "</osm>"]).encode()
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return read_osm(tmp_path / name, PLAIN)


def metres(roads: Roads) -> list[int]:
    """0.001 degrees of longitude at 43 north are 81.3 m."""
    return sorted(np.rint(roads.length_dm / 813).astype(int).tolist())


def test_ways_may_come_before_their_nodes(tmp_path: Path) -> None:
    assert metres(read(tmp_path, way(1, 1, 2), node(1, 0), node(2, 1))) == [1]


def test_a_packed_file_may_be_in_any_order(tmp_path: Path) -> None:
    import osmium

    plain = tmp_path / "town.osm"
    read(tmp_path, way(1, 1, 2), node(1, 0), node(2, 1))
    with osmium.SimpleWriter(str(tmp_path / "town.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(plain)):
            writer.add(thing)
    assert metres(read_osm(tmp_path / "town.osm.pbf", PLAIN)) == [1]


def test_a_header_that_promises_an_order_it_does_not_keep_is_not_believed(tmp_path: Path) -> None:
    import osmium

    read(tmp_path, way(1, 1, -2), node(1, 0), node(-2, 1))
    header = osmium.io.Header()
    header.set("sorting", "Type_then_ID")
    with osmium.SimpleWriter(str(tmp_path / "town.osm.pbf"), header=header) as writer:
        for thing in osmium.FileProcessor(str(tmp_path / "town.osm")):
            writer.add(thing)
    assert metres(read_osm(tmp_path / "town.osm.pbf", PLAIN)) == [1]


@pytest.mark.parametrize("name", ["town.osm", "town.osm.gz"])
def test_numbers_below_zero_are_numbers(tmp_path: Path, name: str) -> None:
    assert metres(read(tmp_path, node(-1, 0), node(-2, 1), node(-3, 3), way(-1, -1, -2, -3), name=name)) == [3]


def test_a_way_deleted_in_the_editor_is_not_driven(tmp_path: Path) -> None:
    nodes = [node(number, number) for number in (1, 2, 3)]
    gone = way(9, 2, 3, more='version="1" action="delete"')
    assert metres(read(tmp_path, *nodes, way(1, 1, 2), gone)) == [1]
    with pytest.raises(EmptyNetwork):
        read(tmp_path, *nodes, gone)
    hidden = way(9, 2, 3, more='version="2" visible="false"')
    assert metres(read(tmp_path, *nodes, way(1, 1, 2), hidden)) == [1]


def test_a_deleted_barrier_stops_nobody(tmp_path: Path) -> None:
    bollard = '<tag k="barrier" v="bollard"/>'
    things = [node(1, 0), node(3, 2), way(1, 1, 3), node(2, 1, 'action="delete"', bollard)]
    assert metres(read(tmp_path, *things)) == [2]


def test_a_node_twice_in_a_way_is_one_bend(tmp_path: Path) -> None:
    roads = read(tmp_path, node(1, 0), node(2, 1), node(3, 2), way(1, 1, 2, 2, 3, 3))
    assert metres(roads) == [2]
    assert np.diff(roads.shape_first).tolist() == [1]
    assert roads.notes["nodes named twice running by one way"] == 2


def test_a_way_of_one_node_twice_is_no_way(tmp_path: Path) -> None:
    roads = read(tmp_path, node(1, 0), node(2, 1), way(1, 1, 2), way(2, 2, 2))
    assert metres(roads) == [1]
    assert roads.notes["ways with one point or a changing direction"] == 1


def test_two_nodes_at_one_place_in_a_way_are_one(tmp_path: Path) -> None:
    """Ways 2 and 3 begin at the two of them: all three meet there, and no road of no length is made."""
    nodes = [node(1, 0), node(2, 1), node(22, 1), node(3, 2), node(4, 4), node(5, 7)]
    roads = read(tmp_path, *nodes, way(1, 1, 2, 22, 3), way(2, 2, 4), way(3, 22, 5))
    assert metres(roads) == [1, 1, 3, 6]
    assert len(roads.lon_e7) == 5
    assert roads.notes["neighbouring nodes of a way at one place, taken as one"] == 1


def test_ways_that_end_side_by_side_stay_apart_and_are_counted(tmp_path: Path) -> None:
    roads = read(tmp_path, node(1, 0), node(2, 1), node(22, 1), node(3, 2), way(1, 1, 2), way(2, 22, 3))
    assert len(roads.lon_e7) == 4
    assert roads.notes["ends of ways at one place without a common node"] == 1


def test_of_a_node_twice_in_the_file_the_newest_counts(tmp_path: Path) -> None:
    newer = '<node id="2" version="7" lon="76.003" lat="43.0"/>'
    roads = read(tmp_path, newer, node(1, 0), node(2, 1), way(1, 1, 2))
    assert metres(roads) == [3]
    assert roads.notes["nodes that are in the file twice at different places, the newest taken"] == 1
    again = read(tmp_path, node(1, 0), node(2, 1), node(2, 1), '<node id="2" version="1"/>', way(1, 1, 2))
    assert metres(again) == [1]


def test_a_way_twice_in_the_file_is_one_road(tmp_path: Path) -> None:
    roads = read(tmp_path, node(1, 0), node(2, 1), way(1, 1, 2), way(1, 1, 2))
    assert len(roads.tail) == 1
    assert roads.notes["ways that are in the file twice, the first one taken"] == 1


def test_lists_of_changes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.osc").write_text(f'<osmChange version="0.6"><modify>{node(1, 0)}</modify></osmChange>')
    with pytest.raises(BadFile, match="extract of one moment"):
        read_osm(tmp_path / "x.osc", PLAIN)


def test_a_place_that_is_none_is_a_bad_file(tmp_path: Path) -> None:
    for lon in ("\n76.003", "east", "1e999"):
        with pytest.raises(BadFile):
            read(tmp_path, node(1, 0), f'<node id="2" version="1" lon="{lon}" lat="43.0"/>', way(1, 1, 2))


def test_of_a_way_in_several_versions_the_newest_counts_in_any_order(tmp_path: Path) -> None:
    old, new = way(1, 1, 2, more='version="9"'), way(1, 1, 3, more='version="10"')
    nodes = [node(1, 0), node(2, 1), node(3, 3)]
    for ways in ((old, new), (new, old)):
        roads = read(tmp_path, *nodes, *ways)
        assert metres(roads) == [3]
        assert roads.notes["ways and relations that are in the file in several versions, the newest taken"] == 1


def test_a_way_whose_newest_version_is_deleted_or_no_road_is_not_driven(tmp_path: Path) -> None:
    nodes = [node(1, 0), node(2, 1), node(3, 3)]
    for gone in ('<way id="1" version="2" visible="false"/>', '<way id="1" version="2"><nd ref="1"/></way>'):
        assert metres(read(tmp_path, *nodes, way(1, 1, 2), gone, way(2, 2, 3))) == [2]


@pytest.mark.parametrize("name", ["town.osh", "town.osh.gz"])
def test_a_history_is_refused_by_its_name_where_its_header_is_silent(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadFile, match="history"):
        read(tmp_path, node(1, 0), node(2, 1), way(1, 1, 2), name=name)

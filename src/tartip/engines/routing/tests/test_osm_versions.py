"""Of a node in several versions the newest counts, with its tags, whatever the order in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartip.engines.routing import CLOSED, Profile, Roads, read_osm

SMALL = Profile(smallest_island=1, signal_ms=5_000)
BOLLARD, LIGHT = '<tag k="barrier" v="bollard"/>', '<tag k="highway" v="traffic_signals"/>'
ENDS = ['<node id="1" version="1" lon="24.001" lat="60"/>', '<node id="3" version="1" lon="24.003" lat="60"/>']


def middle(version: int, tags: str = "", more: str = "") -> str:
    return f'<node id="2" version="{version}" lon="24.002" lat="60" {more}>{tags}</node>'


def street(folder: Path, nodes: list[str], tags: str = '<tag k="highway" v="residential"/>') -> Roads:
    path = folder / "street.osm"
    way = f'<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>{tags}</way>'
    path.write_text(f'<osm version="0.6">{"".join([*ENDS, *nodes])}{way}</osm>')
    return read_osm(path, SMALL)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_bollard_or_a_light_of_an_old_version_is_gone(tmp_path, order):
    plain = street(tmp_path, [middle(1)]).ahead_ms.tolist()
    for tags in (BOLLARD, LIGHT):
        versions = [middle(1, tags), middle(2)]
        assert street(tmp_path, [versions[i] for i in order]).ahead_ms.tolist() == plain
        versions = [middle(1), middle(2, tags)]
        assert street(tmp_path, [versions[i] for i in order]).ahead_ms.tolist() != plain


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_node_whose_newest_version_is_deleted_is_not_there(tmp_path, order):
    versions = [middle(1, LIGHT), middle(2, more='visible="false"')]
    with_all = street(tmp_path, [middle(1)])
    extra = ['<node id="4" version="1" lon="24.0035" lat="60"/>']
    path = tmp_path / "cut.osm"
    ways = (
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/>'
        '<tag k="highway" v="residential"/></way>'
    )
    path.write_text(
        f'<osm version="0.6">{"".join([*ENDS, *extra, *(versions[i] for i in order)])}{ways}</osm>', encoding="utf-8"
    )
    cut = read_osm(path, SMALL)
    assert cut.notes["ways cut at the border of the extract"] == 1
    assert len(cut.tail) == len(with_all.tail) == 1
    assert cut.length_dm[0] < with_all.length_dm[0]


@pytest.mark.parametrize(
    ("named", "like"),
    [("residential;tertiary", "residential"), ("tertiary; residential", "residential"), ("service,", "service")],
)
def test_a_road_of_several_classes_is_driven_as_the_slowest(tmp_path, named, like):
    listed = street(tmp_path, [middle(1)], f'<tag k="highway" v="{named}"/>')
    single = street(tmp_path, [middle(1)], f'<tag k="highway" v="{like}"/>')
    assert listed.ahead_ms.tolist() == single.ahead_ms.tolist()
    assert listed.notes == single.notes


def test_a_road_of_which_one_class_is_not_driven_is_noted(tmp_path):
    two = '<way id="7" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="residential;footway"/></way>'
    path = tmp_path / "two.osm"
    other = '<way id="8" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="service"/></way>'
    path.write_text(f'<osm version="0.6">{"".join(ENDS)}{two}{other}</osm>')
    roads = read_osm(path, SMALL)
    assert len(roads.tail) == 1
    assert roads.notes["ways of several classes of which one is not driven"] == 1


@pytest.mark.parametrize("class_of", ["motorway", "motorway;trunk"])
def test_a_motorway_is_one_way_also_in_a_list(tmp_path, class_of):
    assert street(tmp_path, [middle(1)], f'<tag k="highway" v="{class_of}"/>').back_ms.tolist() == [CLOSED]


@pytest.mark.parametrize(("value", "one_way"), [("yes;1", True), ("yes; ", True), ("no;false", False)])
def test_a_list_of_one_way_values_that_agree_is_obeyed(tmp_path, value, one_way):
    roads = street(tmp_path, [middle(1)], f'<tag k="highway" v="service"/><tag k="oneway" v="{value}"/>')
    assert (roads.back_ms[0] == CLOSED) == one_way
    assert "one-way values not understood and not obeyed" not in roads.notes


@pytest.mark.parametrize("value", ["yes;no", "forward", "yes;-1", "?"])
def test_a_one_way_value_that_nobody_understands_is_noted(tmp_path, value):
    roads = street(tmp_path, [middle(1)], f'<tag k="highway" v="service"/><tag k="oneway" v="{value}"/>')
    assert roads.notes["one-way values not understood and not obeyed"] == 1


def test_a_restriction_over_a_tangle_of_ways_is_counted_and_not_searched_for_ever(tmp_path):
    """Ways between in the form of a ladder: the number of ways through it doubles at each of its 30 rungs."""
    nodes, ways, via = [], [], []

    def way(*refs: int) -> int:
        points = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        ways.append(f'<way id="{len(ways) + 1}" version="1">{points}<tag k="highway" v="residential"/></way>')
        return len(ways)

    for k in range(30):
        nodes += [f'<node id="{n + k}" version="1" lon="{24 + k / 1000}" lat="{60 + n / 1e5}"/>' for n in (100, 200)]
        via.append(way(100 + k, 200 + k))
        if k:
            via += [way(n + k - 1, n + k) for n in (100, 200)]
    nodes += [f'<node id="{n}" version="1" lon="{25 + n / 1000}" lat="60"/>' for n in (1, 2, 3)]
    start, end = way(1, 100), way(2, 3)
    members = [("from", start), *(("via", one) for one in via), ("to", end)]
    member = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for role, ref in members)
    tags = '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/>'
    path = tmp_path / "ladder.osm"
    relation = f'<relation id="1" version="1">{member}{tags}</relation>'
    path.write_text(f'<osm version="0.6">{"".join([*nodes, *ways])}{relation}</osm>')
    assert read_osm(path, SMALL).notes["restrictions without a place here"] == 1


def test_a_restriction_of_very_many_members_is_counted_as_not_understood(tmp_path):
    members = "".join(f'<member type="way" ref="1" role="{role}"/>' * 2_000 for role in ("from", "to"))
    tags = '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/>'
    path = tmp_path / "members.osm"
    relation = f'<relation id="1" version="1">{members}<member type="node" ref="2" role="via"/>{tags}</relation>'
    way = '<way id="1" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="service"/></way>'
    path.write_text(f'<osm version="0.6">{"".join(ENDS)}{way}{relation}</osm>')
    assert read_osm(path, SMALL).notes["restrictions not understood, or holding only at some hours"] == 1


@pytest.mark.parametrize(("between", "kept"), [(60, 1), (6_000, 0)])
def test_a_restriction_over_a_chain_of_ways_is_kept_up_to_a_length_that_is_no_mistake(tmp_path, between, kept):
    """Each way more cost time for every other one: with 32,000 members one relation took a quarter of an hour."""
    refs = range(1, between + 4)
    nodes = "".join(f'<node id="{ref}" version="1" lon="{24 + ref / 10_000:.4f}" lat="60"/>' for ref in refs)
    ways = "".join(
        f'<way id="{ref}" version="1"><nd ref="{ref}"/><nd ref="{ref + 1}"/><tag k="highway" v="service"/></way>'
        for ref in refs[:-1]
    )
    roles = ["from", *["via"] * between, "to"]
    member = "".join(f'<member type="way" ref="{n}" role="{role}"/>' for n, role in enumerate(roles, start=1))
    tags = '<tag k="type" v="restriction"/><tag k="restriction" v="no_straight_on"/>'
    path = tmp_path / "chain.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}<relation id="1" version="1">{member}{tags}</relation></osm>')
    roads = read_osm(path, SMALL)
    assert (len(roads.bans), roads.notes["restrictions without a place here"]) == (kept, 1 - kept)


@pytest.mark.parametrize("value", ["traffic_signals;crossing", "crossing; Traffic_Signals"])
def test_a_light_in_a_list_is_waited_at(tmp_path, value):
    single, listed = (
        street(tmp_path, [middle(1, f'<tag k="highway" v="{named}"/>')]) for named in ("traffic_signals", value)
    )
    assert listed.ahead_ms.tolist() == single.ahead_ms.tolist()
    assert listed.ahead_ms.tolist() != street(tmp_path, [middle(1)]).ahead_ms.tolist()


def test_a_roundabout_in_a_list_is_one_way(tmp_path):
    single, listed = (
        street(tmp_path, [middle(1)], f'<tag k="highway" v="service"/><tag k="junction" v="{named}"/>')
        for named in ("roundabout", "roundabout;yes")
    )
    assert listed.back_ms.tolist() == single.back_ms.tolist() == [CLOSED]
    assert listed.kind.tolist() == single.kind.tolist()

"""Rules as they are mapped in the field: bans of some hours, exceptions, kerbs, directions by kind of vehicle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartip.engines.routing import Network, Roads, read_osm
from tartip.engines.routing.read.osm_access import directions
from tartip.engines.routing.read.osm_tags import blocked
from tartip.engines.routing.tests.made_osm import Tags, write_osm
from tartip.engines.routing.tests.test_osm import NODES, PLAIN, STREET, WAYS, drive, way_between
from tartip.engines.routing.tests.test_osm_tags import CAR

SOMETIMES = "restrictions not understood, or holding only at some hours"
LEFT = (("way", 10, "from"), ("node", 5, "via"), ("way", 12, "to"))
STRAIGHT = (("way", 10, "from"), ("node", 5, "via"), ("way", 11, "to"))
RIGHT = (("way", 10, "from"), ("node", 5, "via"), ("way", 13, "to"))


def town(tmp_path: Path, *turns: tuple[Tags, tuple[tuple[str, int, str], ...]]) -> Roads:
    return read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS, turns=turns), PLAIN)


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction": "no_left_turn", "day_on": "Mo", "day_off": "Fr", "hour_on": "07:00", "hour_off": "09:00"},
        {"restriction": "no_left_turn", "hour_on": "07:00"},
        {"restriction": "no_left_turn @ (07:00-09:00)"},
        {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"},
        {"restriction:motor_vehicle:conditional": "only_straight_on @ (Mo-Fr)"},
        {"restriction:motorcar": "no_left_turn @ (Mo-Fr)", "restriction": "no_left_turn"},
    ],
)
def test_a_turn_banned_at_some_hours_is_noted_and_not_banned_all_day(tmp_path: Path, tags: Tags) -> None:
    roads = town(tmp_path, (tags, LEFT))
    assert roads.bans == ()
    assert roads.notes[SOMETIMES] == 1


def test_a_ban_for_all_hours_beside_one_for_some_holds(tmp_path: Path) -> None:
    tags = {"restriction": "no_left_turn", "restriction:conditional": "no_straight_on @ (Mo-Fr)"}
    roads = town(tmp_path, (tags, LEFT))
    assert len(roads.bans) == 1
    assert roads.notes[SOMETIMES] == 1


@pytest.mark.parametrize("exempt", ["psv; emergency", "psv,emergency", " emergency ", "PSV ;Emergency;", "motorcar,,"])
def test_exceptions_are_a_list_in_any_spelling(tmp_path: Path, exempt: str) -> None:
    assert town(tmp_path, ({"restriction": "no_left_turn", "except": exempt}, LEFT)).bans == ()


@pytest.mark.parametrize("others", ["psv;bicycle", "", " ; ", "emergency_exit"])
def test_exceptions_for_others_leave_the_ban(tmp_path: Path, others: str) -> None:
    assert len(town(tmp_path, ({"restriction": "no_left_turn", "except": others}, LEFT)).bans) == 1


def test_of_several_permitted_ways_at_one_junction_each_may_be_driven(tmp_path: Path) -> None:
    """Signs for buses and cars are mapped as two only_… relations: straight on or right, not left and not back."""
    only = [({"restriction": "only_straight_on"}, STRAIGHT), ({"restriction": "only_right_turn"}, RIGHT)]
    network = Network.build(town(tmp_path, *only))
    assert drive(network, 4, 7) == [NODES[n] for n in (4, 5, 6, 7)]
    assert drive(network, 4, 8) == [NODES[n] for n in (4, 5, 8)]
    assert drive(network, 4, 2) != [NODES[n] for n in (4, 5, 2)]
    assert len(network.roads.bans) == 2


@pytest.mark.parametrize(
    "tags",
    [
        {"barrier": "kerb", "kerb": "lowered"}, {"barrier": "kerb", "kerb": "flush"},
        {"barrier": "kerb", "highway": "crossing"}, {"barrier": "kerb", "crossing": "unmarked"},
        {"barrier": "bollard", "bollard": "rising"}, {"barrier": " Kerb ", "kerb": "Lowered"},
        {"barrier": "kerb", "kerb": "lowered;flush"}, {"barrier": "kerb", "kerb:left": "lowered"},
        {"barrier": "kerb", "highway": "crossing;traffic_signals"},
        {"barrier": "bollard", "bollard": "rising;removable"},
    ],
)  # fmt: skip
def test_a_lowered_kerb_leaves_one_road(tmp_path: Path, tags: Tags) -> None:
    """Node 6 is a bend of way 11: the road from 5 to 7 must stay one, its bend too."""
    roads = read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS, {6: tags}), PLAIN)
    whole = read_osm(write_osm(tmp_path / "plain.osm", NODES, WAYS), PLAIN)
    assert len(roads.tail) == len(whole.tail)
    assert way_between(roads, NODES[5], NODES[7]) >= 0


@pytest.mark.parametrize(
    "tags", [{"barrier": "kerb"}, {"barrier": "kerb", "kerb": "raised"}, {"barrier": "bollard", "kerb": "lowered"}]
)
def test_a_raised_kerb_or_a_bollard_stops_a_car(tags: Tags) -> None:
    assert blocked(tags, CAR)


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ({"highway": "motorway_link"}, "both"),
        ({"highway": "motorway_link", "oneway": "yes"}, "ahead"),
        ({"highway": "trunk_link"}, "both"),
        ({"highway": "motorway", "oneway": "no"}, "both"),
        ({"highway": "residential", "oneway": "reverse"}, "back"),
        ({"highway": "residential", "oneway": " Yes "}, "ahead"),
        ({"highway": "residential", "oneway": "alternating"}, "neither"),
        ({"highway": "residential", "oneway": "yes", "oneway:motor_vehicle": "no"}, "both"),
        ({"highway": "residential", "oneway:motor_vehicle": "-1"}, "back"),
        ({"highway": "residential", "oneway": "yes", "oneway:emergency": "no"}, "both"),
        ({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, "ahead"),
        ({"highway": "residential", "access:forward": "no"}, "back"),
        ({"highway": "residential", "motor_vehicle:backward": "no"}, "ahead"),
        ({"highway": "residential", "motor_vehicle:backward": "no", "motorcar": "yes"}, "both"),
        ({"highway": "residential", "access": "no", "vehicle:forward": "yes"}, "ahead"),
        ({"highway": "residential", "access": "no", "oneway": "yes", "vehicle:backward": "yes"}, "neither"),
        ({"highway": "residential", "oneway": "yes @ (07:00-09:00)"}, "both"),
        ({"highway": "residential", "oneway:conditional": "yes @ (07:00-09:00)"}, "both"),
        ({"highway": "residential", "motor_vehicle": "no @ (Mo-Fr)"}, "both"),
        ({"highway": "residential", "motor_vehicle": "no", "motor_vehicle:conditional": "yes @ (Su)"}, "neither"),
        ({"highway": "residential", "access": "Private"}, "neither"),
    ],
)
def test_direction_is_what_one_way_and_access_leave(tags: Tags, answer: str) -> None:
    assert directions(tags, CAR) == answer


@pytest.mark.parametrize(
    ("tags", "note"),
    [
        ({"oneway:conditional": "yes @ (Mo-Fr)"}, "access or one-way rules that hold only at some hours"),
        ({"access:conditional": "no @ (22:00-06:00)"}, "access or one-way rules that hold only at some hours"),
        ({"motor_vehicle:forward": "no @ (22:00-06:00)"}, "access or one-way rules that hold only at some hours"),
        ({"access": "no", "access:conditional": "yes @ (Su)"}, "closed ways that open only at some hours"),
        ({"opening_hours": "06:00-22:00"}, "access or one-way rules that hold only at some hours"),
        ({"oneway": "reversible"}, "ways with one point or a changing direction"),
        ({"ice_road": "yes"}, "ways over ice, of one season or out of use"),
        ({"winter_road": "yes"}, "ways over ice, of one season or out of use"),
        ({"seasonal": "winter"}, "ways over ice, of one season or out of use"),
        ({"surface": "ice"}, "ways over ice, of one season or out of use"),
        ({"surface": "Snow; gravel"}, "ways over ice, of one season or out of use"),
        ({"smoothness": "impassable"}, "ways over ice, of one season or out of use"),
    ],
)
def test_what_is_not_obeyed_or_not_driven_is_noted(tmp_path: Path, tags: Tags, note: str) -> None:
    """Way 13 is driven at all hours and both ways, or not at all; the notes say that its tags said more."""
    ways = WAYS | {13: ([5, 8], {"highway": "tertiary", **tags})}
    roads = read_osm(write_osm(tmp_path / "town.osm", NODES, ways), PLAIN)
    assert roads.notes[note] == 1
    driven = note.startswith("access")
    assert len(roads.tail) == (5 if driven else 4)


def test_a_gate_that_is_shut_at_some_hours_is_passed_and_noted(tmp_path: Path) -> None:
    gate = {6: {"barrier": "gate", "access:conditional": "no @ (22:00-06:00)"}}
    roads = read_osm(write_osm(tmp_path / "town.osm", NODES, WAYS, gate), PLAIN)
    assert roads.notes["barriers that are shut or open only at some hours"] == 1
    assert way_between(roads, NODES[5], NODES[7]) >= 0


def test_a_seasonal_tag_that_says_no_changes_nothing(tmp_path: Path) -> None:
    ways = {10: ([4, 5], {**STREET, "seasonal": "no", "ice_road": "no"})}
    assert len(read_osm(write_osm(tmp_path / "town.osm", NODES, ways), PLAIN).tail) == 1

"""Read roads from an OpenStreetMap file (PBF, XML, OPL, O5M; whole or an extract): what is kept of it, and why."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import groupby
from os import PathLike
from pathlib import Path

from tartip.engines.errors import expect
from tartip.engines.routing.errors import EmptyNetwork
from tartip.engines.routing.graph.roads import FERRY, ROUNDABOUT, Roads
from tartip.engines.routing.read.osm_access import (
    AHEAD,
    BACK,
    NEITHER,
    conditional,
    directions,
    has,
    not_always,
    says,
    timed,
    unclear,
    values,
)
from tartip.engines.routing.read.osm_file import Members, Point, Tags, go_through
from tartip.engines.routing.read.osm_points import mend_points
from tartip.engines.routing.read.osm_roads import make_roads
from tartip.engines.routing.read.osm_tags import blocked, drivable, duration_ms, road_class, speeds
from tartip.engines.routing.read.profile import Profile

RESTRICTIONS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction")  # one wins
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
TIMED = ("day_on", "day_off", "hour_on", "hour_off", "date_on", "date_off", "opening_hours")
MOST_TURNS = 1_000  # of one relation: a list of thousands of members is a mistake and would fill the memory
SOMETIMES = "restrictions not understood, or holding only at some hours"


@dataclass(slots=True)
class Way:
    """One driven way. first: its first place in the list of points; kmh 0 means closed in that direction."""

    way_id: int
    first: int
    ahead_kmh: int
    back_kmh: int
    name: int
    kind: int
    duration_ms: int


@dataclass(slots=True)
class Turn:
    """A turn restriction as mapped: members by OSM number."""

    only: bool
    from_way: int
    via_node: int
    via_ways: tuple[int, ...]
    to_way: int


@dataclass
class Extract:
    """What one reading of the file keeps. node, lon_e7, lat_e7: the points of all ways, one after the other."""

    profile: Profile
    ways: list[Way] = field(default_factory=list)
    node: array[int] = field(default_factory=lambda: array("q"))
    lon_e7: array[int] = field(default_factory=lambda: array("i"))
    lat_e7: array[int] = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    signals: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    turns: list[Turn] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)

    def note(self, what: str) -> None:
        self.add_note(what, 1)

    def add_note(self, what: str, times: int) -> None:
        if times:
            self.notes[what] = self.notes.get(what, 0) + times

    def take_node(self, number: int, tags: Tags) -> None:
        """Traffic lights and what stops a car."""
        if has(tags, "highway", "traffic_signals"):
            self.signals.add(number)
        if blocked(tags, self.profile):
            self.blocked.add(number)
        if "barrier" in tags and conditional(tags, self.profile):
            self.note("barriers that are shut or open only at some hours")

    def wants_way(self, tags: Tags) -> bool:
        """A way that is driven all year; notes the rest that looks like one."""
        if not drivable(tags, self.profile):
            classes = self.profile.speeds.keys() & set(values(says(tags, "highway")))
            if classes and conditional(tags, self.profile):
                self.note("closed ways that open only at some hours")
            elif classes and not road_class(tags, self.profile):
                self.note("ways of several classes of which one is not driven")
            return False
        if not_always(tags):
            self.note("ways over ice, of one season or out of use")
            return False
        return True

    def take_way(self, way_id: int, tags: Tags, points: list[Point | None]) -> None:
        """Keep a way, in pieces where points are missing."""
        way = directions(tags, self.profile)
        if conditional(tags, self.profile):
            self.note("access or one-way rules that hold only at some hours")
        if unclear(tags, self.profile):
            self.note("one-way values not understood and not obeyed")
        if way == NEITHER:
            self.note("ways with one point or a changing direction")
            return
        for known, run in groupby(points, key=bool):
            if known:
                self.take_piece(way_id, way, tags, [point for point in run if point])
            else:
                self.note("ways cut at the border of the extract")

    def take_piece(self, way_id: int, way: str, tags: Tags, points: list[Point]) -> None:
        if len(points) < 2:
            self.note("ways with one point or a changing direction")
            return
        ferry = "highway" not in tags
        ferry_kmh = self.profile.ferry_kmh
        ahead, back = (ferry_kmh, ferry_kmh) if ferry else speeds(tags, self.profile)
        kind = FERRY if ferry else ROUNDABOUT if has(tags, "junction", "roundabout", "circular") else 0
        name = self.names.setdefault(tags.get("name") or tags.get("ref") or "", len(self.names))
        duration = (duration_ms(tags.get("duration")) or 0) if ferry else 0
        ahead, back = (ahead if way != BACK else 0), (back if way != AHEAD else 0)
        self.ways.append(Way(way_id, len(self.node), ahead, back, name, kind, duration))
        for node, x, y in points:
            self.node.append(node)
            self.lon_e7.append(x)
            self.lat_e7.append(y)

    def take_relation(self, tags: Tags, members: Members) -> None:
        if self.profile.obey_restrictions and is_restriction(tags):
            take_turn(self, tags, members)


def read_osm(path: str | Path, profile: Profile = Profile()) -> Roads:
    """Roads a car of this profile may drive; `notes` counts what was left out or not obeyed, and why.

    Raises BadFile for a file that is damaged or of another kind, EmptyNetwork if nothing drivable is in it.
    """
    expect("path", path, str, PathLike)
    expect("profile", profile, Profile)
    extract = go_through(Path(path), lambda: Extract(profile))
    mend_points(extract)
    if not extract.ways:
        raise EmptyNetwork(path, "roads this profile may drive")
    return make_roads(extract, profile, Path(path).name, ATTRIBUTION)


def is_restriction(tags: Tags) -> bool:
    return says(tags, "type") == "restriction"


def take_turn(extract: Extract, tags: Tags, members: Members) -> None:
    """Keep a restriction for motor cars that holds at all hours; count the others.

    Two restrictions may stand in one relation: one for all hours, kept, and one for some, counted.
    """
    if extract.profile.except_for & set(values(tags.get("except", ""))):
        return
    keys = [key for key in RESTRICTIONS if key in tags]
    kinds = values(says(tags, keys[0])) if keys else []
    only, no = (bool(kinds) and all(kind.startswith(word) for kind in kinds) for word in ("only_", "no_"))
    if any(timed(tags, key) for key in RESTRICTIONS) or any(key in tags for key in TIMED):
        extract.note(SOMETIMES)
        if not (only or no) or any(key in tags for key in TIMED):
            return
    starts = [ref for what, ref, role in members if role == "from" and what == "w"]
    ends = [ref for what, ref, role in members if role == "to" and what == "w"]
    nodes = [ref for what, ref, role in members if role == "via" and what == "n"]
    ways = tuple(ref for what, ref, role in members if role == "via" and what == "w")
    if (
        not (only or no)
        or not starts
        or not ends
        or len(nodes) + bool(ways) != 1
        or len(starts) * len(ends) > MOST_TURNS
    ):
        extract.note(SOMETIMES)
        return
    for start in starts:
        for end in ends:
            extract.turns.append(Turn(only, start, nodes[0] if nodes else 0, ways, end))

"""Read roads from an OpenStreetMap file (PBF, XML; whole or an extract)."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from tartip.engines.routing.errors import BadFile, EmptyNetwork
from tartip.engines.routing.graph.roads import FERRY, ROUNDABOUT, Roads
from tartip.engines.routing.read.osm_roads import make_roads
from tartip.engines.routing.read.osm_tags import blocked, directions, drivable, duration_ms, speeds
from tartip.engines.routing.read.profile import Profile

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
KEYS = ("highway", "route", "barrier", "type")


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
        self.notes[what] = self.notes.get(what, 0) + 1


def read_osm(path: str | Path, profile: Profile = Profile()) -> Roads:
    """Roads a car of this profile may drive; `notes` counts what was left out and why.

    Raises BadFile for a file that is damaged or of another kind, EmptyNetwork if nothing drivable is in it.
    """
    extract = scan(Path(path), profile)
    if not extract.ways:
        raise EmptyNetwork(path, "roads this profile may drive")
    return make_roads(extract, profile, Path(path).name, ATTRIBUTION)


def scan(path: Path, profile: Profile) -> Extract:
    import osmium

    extract = Extract()
    try:
        objects = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*KEYS))
        for thing in objects:
            tags = {tag.k: tag.v for tag in thing.tags}
            if isinstance(thing, osmium.osm.Node):
                if tags.get("highway") == "traffic_signals":
                    extract.signals.add(thing.id)
                if blocked(tags, profile):
                    extract.blocked.add(thing.id)
            elif isinstance(thing, osmium.osm.Way) and drivable(tags, profile):
                places = [(n.ref, n.location.x, n.location.y) if n.location.valid() else None for n in thing.nodes]
                for known, points in groupby(places, key=bool):
                    if known:
                        take_way(extract, thing.id, tags, [point for point in points if point], profile)
                    else:
                        extract.note("ways cut at the border of the extract")
            elif isinstance(thing, osmium.osm.Relation) and profile.obey_restrictions and is_restriction(tags):
                take_turn(extract, tags, [(m.type, m.ref, m.role) for m in thing.members], profile)
    except (RuntimeError, OSError) as error:
        raise BadFile(path, "reading", str(error)) from error
    return extract


def take_way(
    extract: Extract, way_id: int, tags: dict[str, str], points: list[tuple[int, int, int]], profile: Profile
) -> None:
    way = directions(tags)
    if len(points) < 2 or way == "neither":
        extract.note("ways with one point or a changing direction")
        return
    ferry = "highway" not in tags
    ahead, back = (profile.ferry_kmh, profile.ferry_kmh) if ferry else speeds(tags, profile)
    kind = FERRY if ferry else ROUNDABOUT if tags.get("junction") in ("roundabout", "circular") else 0
    name = extract.names.setdefault(tags.get("name") or tags.get("ref") or "", len(extract.names))
    duration = (duration_ms(tags.get("duration")) or 0) if ferry else 0
    ahead, back = (ahead if way != "back" else 0), (back if way != "ahead" else 0)
    extract.ways.append(Way(way_id, len(extract.node), ahead, back, name, kind, duration))
    for node, x, y in points:
        extract.node.append(node)
        extract.lon_e7.append(x)
        extract.lat_e7.append(y)


def is_restriction(tags: dict[str, str]) -> bool:
    return tags.get("type") == "restriction"


def take_turn(extract: Extract, tags: dict[str, str], members: list[tuple[str, int, str]], profile: Profile) -> None:
    """Keep a restriction for motor cars that holds at all hours; count the others."""
    kind = tags.get("restriction:motorcar") or tags.get("restriction:motor_vehicle") or tags.get("restriction", "")
    if profile.except_for & set(tags.get("except", "").split(";")):
        return
    starts = [ref for what, ref, role in members if role == "from" and what == "w"]
    ends = [ref for what, ref, role in members if role == "to" and what == "w"]
    nodes = [ref for what, ref, role in members if role == "via" and what == "n"]
    ways = tuple(ref for what, ref, role in members if role == "via" and what == "w")
    if not kind.startswith(("no_", "only_")) or not starts or not ends or len(nodes) + bool(ways) != 1:
        extract.note("restrictions not understood, or holding only at some hours")
        return
    for start in starts:
        for end in ends:
            extract.turns.append(Turn(kind.startswith("only_"), start, nodes[0] if nodes else 0, ways, end))

"""Go through a file of OpenStreetMap and hand over its driven ways with their points, whatever the order in it.

A file whose header promises nodes, ways, relations by number is read once. Any other (Overpass writes ways first, JOSM
numbers below zero, concatenated extracts the same thing twice) is read twice: all nodes, then the rest.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tartip.engines.routing.errors import BadFile
from tartip.engines.routing.read.osm_deleted import deleted_in

KEYS = ("highway", "route", "barrier", "type")
NODE_KEYS = ("highway", "barrier")
NOWHERE = 2**31 - 1  # of a node that was deleted
Point = tuple[int, int, int]  # node, longitude and latitude x 10**7
Tags = dict[str, str]
Members = list[tuple[str, int, str]]


class Taker(Protocol):
    """What is done with the things of a file."""

    def take_node(self, number: int, tags: Tags) -> None: ...

    def wants_way(self, tags: Tags) -> bool: ...

    def take_way(self, number: int, tags: Tags, points: list[Point | None]) -> None: ...

    def take_relation(self, tags: Tags, members: Members) -> None: ...

    def note(self, what: str) -> None: ...


class OutOfOrder(Exception):
    """The file does not keep the order its header promised."""


def go_through(path: Path, new: Callable[[], Taker]) -> Any:
    """A taker that has taken everything in the file. Raises BadFile for what is no file of OpenStreetMap."""
    import osmium

    file = path.absolute()  # a bare "-" or "http:" would mean standard input or a download to the library
    try:
        header = osmium.FileProcessor(str(file)).header
        if header.has_multiple_object_versions or {".osh", ".osc"} & set(path.suffixes[-2:]):
            raise BadFile(path, "header", "a history or a list of changes; take an extract of one moment")
        if header.get("sorting") == "Type_then_ID":
            try:
                return once(file, new())
            except OutOfOrder:
                pass
        return twice(file, new(), deleted_in(path))
    except (
        osmium.InvalidLocationError,
        RuntimeError,
        OSError,
        ValueError,
        TypeError,
        ArithmeticError,
        LookupError,
    ) as error:
        raise BadFile(path, "reading", str(error)) from error


def once(file: Path, taker: Taker) -> Taker:
    """One reading; raises OutOfOrder as soon as what it sees contradicts the header."""
    import osmium

    before = (0, -1)
    objects: Any = osmium.FileProcessor(str(file)).with_locations().with_filter(osmium.filter.KeyFilter(*KEYS))
    for thing in objects:
        here = ("nwr".index(thing.type_str()), thing.id)
        if here <= before:
            raise OutOfOrder
        before = here
        if here[0] == 1:
            tags = tags_of(thing)
            if thing.deleted or not taker.wants_way(tags):
                continue
            refs = [(n.ref, n.location.x, n.location.y) if n.location.valid() else None for n in thing.nodes]
            if any(n.ref < 0 for n in thing.nodes):
                raise OutOfOrder
            taker.take_way(thing.id, tags, refs)
        else:
            take_other(taker, thing)
    return taker


def twice(file: Path, taker: Taker, deleted: set[tuple[str, int]]) -> Taker:
    """Nodes first, then the rest; things deleted in an editor are passed over, the newest version of each counts."""
    import osmium

    numbers, versions = array("q"), array("q")
    lon, lat = array("i"), array("i")
    tagged: dict[int, tuple[int, Tags]] = {}  # version and tags; none where the newest version has none
    nodes: Any = osmium.FileProcessor(str(file), osmium.osm.NODE)
    for node in nodes:
        if ("n", node.id) in deleted:
            continue
        place = node.location
        if node.deleted or place.valid():
            numbers.append(node.id)
            versions.append(node.version)
            lon.append(NOWHERE if node.deleted else place.x)
            lat.append(NOWHERE if node.deleted else place.y)
        tags = tags_of(node) if not node.deleted and any(key in node.tags for key in NODE_KEYS) else {}
        if node.id in tagged or tags:
            tagged[node.id] = max((node.version, tags), tagged.get(node.id, (-1, {})), key=lambda one: one[0])
    known, version, x, y = newest(taker, numbers, versions, lon, lat)
    for number, (told, tags) in tagged.items():
        row = int(np.searchsorted(known, number))
        if row < len(known) and known[row] == number and version[row] == told:
            taker.take_node(number, tags)
    seen: set[int] = set()
    newer = outdated(file)
    rest: Any = osmium.FileProcessor(str(file), osmium.osm.WAY | osmium.osm.RELATION)
    for thing in rest.with_filter(osmium.filter.KeyFilter(*KEYS)):
        if thing.deleted or (thing.type_str(), thing.id) in deleted:
            continue
        if thing.version < newer.get((thing.type_str(), thing.id), 0):
            taker.note("ways and relations that are in the file in several versions, the newest taken")
            continue
        if thing.type_str() != "w":
            take_other(taker, thing)
            continue
        tags = tags_of(thing)
        if not taker.wants_way(tags):
            continue
        if thing.id in seen:
            taker.note("ways that are in the file twice, the first one taken")
            continue
        seen.add(thing.id)
        taker.take_way(thing.id, tags, list(points_of([n.ref for n in thing.nodes], known, x, y)))
    return taker


def outdated(file: Path) -> dict[tuple[str, int], int]:
    """The newest version of every way and relation that is in the file in several; a newest that was deleted too."""
    import osmium

    versions: dict[tuple[str, int], int] = {}
    several: dict[tuple[str, int], int] = {}
    things: Any = osmium.FileProcessor(str(file), osmium.osm.WAY | osmium.osm.RELATION)
    for thing in things:  # no filter: a thing that was deleted has no tags
        key, version = (thing.type_str(), thing.id), thing.version
        before = versions.setdefault(key, version)
        if before != version:
            versions[key] = several[key] = max(before, version)
    return several


def newest(taker: Taker, numbers: Any, versions: Any, lon: Any, lat: Any) -> tuple[Any, Any, Any, Any]:
    """Sorted node numbers, versions and places: of the highest version, the last one in the file among equals."""
    number, version = np.frombuffer(numbers, np.int64), np.frombuffer(versions, np.int64)
    order = np.lexsort((np.arange(len(number)), version, number))
    x, y = (np.frombuffer(values, np.int32)[order] for values in (lon, lat))
    number, version = number[order], version[order]
    same = number[1:] == number[:-1]
    for _ in range(int((same & ((x[1:] != x[:-1]) | (y[1:] != y[:-1]))).sum())):
        taker.note("nodes that are in the file twice at different places, the newest taken")
    last = np.append(~same, True) if len(number) else np.zeros(0, bool)
    last &= x != NOWHERE
    return number[last], version[last], x[last], y[last]


def points_of(refs: list[int], known: Any, x: Any, y: Any) -> Iterator[Point | None]:
    row = np.minimum(np.searchsorted(known, refs), max(len(known) - 1, 0))
    for ref, i in zip(refs, row.tolist(), strict=True):
        yield (ref, int(x[i]), int(y[i])) if len(known) and known[i] == ref else None


def take_other(taker: Taker, thing: Any) -> None:
    if thing.deleted:
        return
    if thing.type_str() == "n":
        taker.take_node(thing.id, tags_of(thing))
    else:
        taker.take_relation(tags_of(thing), [(m.type, m.ref, m.role) for m in thing.members])


def tags_of(thing: Any) -> Tags:
    return {tag.k: tag.v for tag in thing.tags}

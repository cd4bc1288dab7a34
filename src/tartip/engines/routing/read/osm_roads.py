"""From ways with points to roads between junctions: cut, measure, time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, FERRY, LONGEST_MS, Ints, Roads
from tartip.engines.routing.read.islands import without_small_islands
from tartip.engines.routing.read.osm_turns import bans_of
from tartip.engines.routing.read.profile import Profile

if TYPE_CHECKING:
    from tartip.engines.routing.read.osm import Extract

EARTH_DM = 63_710_088


def make_roads(extract: Extract, profile: Profile, source: str, attribution: str) -> Roads:
    """A node where ways meet or end; a node that cannot be passed becomes as many dead ends as roads reach it."""
    ways = extract.ways
    osm_node = np.frombuffer(extract.node, np.int64)
    lon, lat = (np.frombuffer(values, np.int32) for values in (extract.lon_e7, extract.lat_e7))
    first = np.array([way.first for way in ways] + [len(osm_node)], np.int64)
    way_of = np.repeat(np.arange(len(ways)), np.diff(first))
    unique, point = np.unique(osm_node, return_inverse=True)
    shut = np.isin(osm_node, np.fromiter(extract.blocked, np.int64, len(extract.blocked)))
    cut = (np.bincount(point) > 1)[point] | shut
    cut[first[:-1]] = cut[first[1:] - 1] = True
    begin = np.flatnonzero(cut)[:-1]
    end = np.flatnonzero(cut)[1:]
    within = way_of[begin] == way_of[end]
    begin, end = begin[within], end[within]

    node_of = point.copy()
    tail, head = node_of[begin], node_of[end]
    extra = len(unique)
    for side, at in ((tail, begin), (head, end)):
        alone = shut[at]
        side[alone] = extra + np.arange(int(alone.sum()))
        extra += int(alone.sum())
    ends = np.concatenate((tail, head))
    places = np.concatenate((begin, end))
    used, where, nodes = np.unique(ends, return_index=True, return_inverse=True)
    tail, head = nodes[: len(begin)].astype(np.int32), nodes[len(begin) :].astype(np.int32)

    inner = end - begin - 1
    shape_first = np.concatenate(([0], np.cumsum(inner))).astype(np.int32)
    shape = np.repeat(begin + 1 - shape_first[:-1], inner) + np.arange(shape_first[-1])
    length_dm = lengths(lon, lat, begin, end)
    ahead, back = times(extract, profile, osm_node, way_of[begin], begin, end, length_dm)
    driven = (ahead != CLOSED) | (back != CLOSED)
    roads = Roads(
        lon[places[where]], lat[places[where]], tail, head, ahead, back, length_dm,
        np.array([way.name for way in ways], np.int32)[way_of[begin]],
        np.array([way.kind for way in ways], np.uint8)[way_of[begin]],
        shape_first, lon[shape], lat[shape], tuple(extract.names), (), profile.turns, source, attribution,
    )  # fmt: skip
    assert bool(driven.all()), "a way without a direction was kept"
    way_ids = np.array([way.way_id for way in ways], np.int64)[way_of[begin]]
    node_ids = np.where(used < len(unique), unique[np.minimum(used, len(unique) - 1)], -1)
    bans, skipped = bans_of(extract.turns, roads, way_ids, node_ids)
    notes = extract.notes | {"restrictions kept": len(bans), "restrictions without a place here": skipped}
    return without_small_islands(replace(roads, bans=bans, notes=notes), profile.smallest_island)


def lengths(lon: Ints, lat: Ints, begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> Ints:
    """Decimetres along the points begin..end of each road, at least 1; great circles."""
    x, y = np.radians(lon / 1e7), np.radians(lat / 1e7)
    half = np.sin(np.diff(y) / 2) ** 2 + np.cos(y[:-1]) * np.cos(y[1:]) * np.sin(np.diff(x) / 2) ** 2
    passed = np.concatenate(([0.0], np.cumsum(2 * EARTH_DM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))))
    length: Ints = np.maximum(1, np.rint(passed[end] - passed[begin])).astype(np.int32)
    return length


def times(
    extract: Extract,
    profile: Profile,
    osm_node: npt.NDArray[np.int64],
    way: npt.NDArray[np.int64],
    begin: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    length_dm: Ints,
) -> tuple[Ints, Ints]:
    """Whole ms ahead and back: length over speed, rounded up, a ferry's duration shared by length, and every traffic
    light one comes to (at the far end, or passed on the way)."""
    length = length_dm.astype(np.int64)
    kmh = np.array([(w.ahead_kmh, w.back_kmh) for w in extract.ways], np.int64)[way]
    duration = np.array([w.duration_ms for w in extract.ways], np.int64)[way]
    ferry = (np.array([w.kind for w in extract.ways])[way] & FERRY) > 0
    whole = np.bincount(way, length, len(extract.ways)).astype(np.int64)[way]
    shared = np.where(duration > 0, -(-duration * length // np.maximum(whole, 1)), 0)
    wait = np.where(ferry, -(-profile.ferry_wait_s * 1000 * length // np.maximum(whole, 1)), 0)
    lights = np.isin(osm_node, np.fromiter(extract.signals, np.int64, len(extract.signals)))
    passed = np.concatenate(([0], np.cumsum(lights)))
    out = []
    for side, (low, high) in enumerate(((begin + 1, end + 1), (begin, end))):
        signals = (passed[high] - passed[low]) * profile.signal_ms
        ms = np.where(shared > 0, shared, -(-length * 360 // np.maximum(kmh[:, side], 1)))
        ms = np.clip(ms + wait + signals, 1, LONGEST_MS)
        out.append(np.where(kmh[:, side] > 0, ms, CLOSED).astype(np.int32))
    return out[0], out[1]

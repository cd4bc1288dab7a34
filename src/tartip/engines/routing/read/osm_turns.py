"""Turn restrictions as mapped, turned into sequences of arcs that may not follow one another."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, Roads

if TYPE_CHECKING:
    from tartip.engines.routing.read.osm import Turn

MOST_PATHS = 1_000  # followed at a time; a chain of ways as mapped has one or two
MOST_ARCS = 200  # of one path; as mapped there are fewer than a hundred


def bans_of(
    turns: list[Turn], roads: Roads, way_ids: npt.NDArray[np.int64], node_ids: npt.NDArray[np.int64]
) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Bans, sorted, and how many restrictions have no (unambiguous) place in this network.

    way_ids: OSM way of each road; node_ids: OSM node of each node. only_… bans every other way on from its via,
    turning back included; where several only_… stand at one junction, each of their ways is permitted.
    """
    if not turns:
        return (), 0
    named = {turn.from_way for turn in turns} | {turn.to_way for turn in turns}
    named |= {way for turn in turns for way in turn.via_ways}
    arcs_of: dict[int, list[int]] = {way: [] for way in named}
    is_open = roads.times != CLOSED
    for edge in np.flatnonzero(np.isin(way_ids, list(named))).tolist():
        arcs_of[int(way_ids[edge])] += [arc for arc in (2 * edge, 2 * edge + 1) if is_open[arc]]
    node_of = {int(osm): node for node, osm in enumerate(node_ids.tolist())}
    tail, head = roads.arc_tail, roads.arc_head
    leaving: dict[int, list[int]] = {}
    for arc in np.flatnonzero(is_open).tolist():
        leaving.setdefault(int(tail[arc]), []).append(arc)

    bans: set[tuple[int, ...]] = set()
    permitted: dict[tuple[int, ...], set[int]] = {}  # of only_…: where one may go on after a sequence of arcs
    skipped = 0
    for turn in turns:
        starts, ends = arcs_of[turn.from_way], arcs_of[turn.to_way]
        via = node_of.get(turn.via_node, -1)
        if turn.via_ways:
            allowed = [arc for way in turn.via_ways for arc in arcs_of[way]]
            paths = through(starts, allowed, ends, tail, head)
        else:
            paths = [(a, b) for a in starts if head[a] == via for b in ends if tail[b] == via]
        if len(paths) != 1:
            skipped += 1
            continue
        path = paths[0]
        if turn.only:
            permitted.setdefault(path[:-1], set()).add(path[-1])
        else:
            bans.add(path)
    for path, onward in permitted.items():
        bans |= {(*path, arc) for arc in leaving[int(head[path[-1]])] if arc not in onward}
    return tuple(sorted(bans)), skipped


def through(
    starts: list[int], allowed: list[int], ends: list[int], tail: npt.NDArray[np.int32], head: npt.NDArray[np.int32]
) -> list[tuple[int, ...]]:
    """Paths from a start over `allowed` arcs to an end with the fewest arcs between; no road is driven back.

    None where the ways between are so tangled that there are more than MOST_PATHS (their number doubles at each mesh),
    or where the way is longer than MOST_ARCS.
    """
    leaving: dict[int, list[int]] = {}
    for arc in allowed:
        leaving.setdefault(int(tail[arc]), []).append(arc)
    queue: deque[tuple[int, ...]] = deque((arc,) for arc in starts)
    found: list[tuple[int, ...]] = []
    while queue:
        path = queue.popleft()
        if found and len(path) >= len(found[0]):
            break
        if len(path) > 1:
            found += [(*path, end) for end in ends if tail[end] == head[path[-1]] and end ^ 1 != path[-1]]
        driven = {arc >> 1 for arc in path}
        onward = leaving.get(int(head[path[-1]]), ())
        queue.extend((*path, arc) for arc in onward if arc >> 1 not in driven)
        if len(queue) > MOST_PATHS or len(path) > MOST_ARCS:
            return []
    return found

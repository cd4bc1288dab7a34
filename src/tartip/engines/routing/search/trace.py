"""One quickest way between two positions, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import Unreachable
from tartip.engines.routing.graph.line import lonlat
from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ints
from tartip.engines.routing.places.position import Position
from tartip.engines.routing.search.ends import direct
from tartip.engines.routing.search.matrix import Seeds, reach_of, seeds_before, seeds_of_origin
from tartip.engines.routing.search.path import tight_path

if TYPE_CHECKING:
    from tartip.engines.routing.search.view import View


class Piece(NamedTuple):
    """Part of an arc: from share `begin` to `end`, counted in the arc's own direction; ms holds the turn into it."""

    arc: int
    begin: int
    end: int
    ms: int


class Trace(NamedTuple):
    """Whole ms and dm, and the pieces in order (none of them empty)."""

    ms: int
    dm: int
    pieces: list[Piece]


class Towards(NamedTuple):
    """Everything about one target: the states before it (seed, ms, dm, arc) and every state's ms to it."""

    target: Position
    seeds: Seeds
    reach: Ints


def towards(view: View, target: Position) -> Towards:
    """One sweep; serves any number of origins."""
    seeds = seeds_before(view, target)
    return Towards(target, seeds, reach_of(view, seeds[0], seeds[1], len(seeds[0]), towards=True))


def trace(view: View, origin: Position, goal: Towards, ahead_ms: int = 0, back_ms: int = 0) -> Trace:
    """The quickest way, the shorter one among equals. ahead_ms, back_ms: added for setting off in that direction.

    Raises Unreachable.
    """
    index, roads, target = view.index, view.roads, goal.target
    start = seeds_of_origin(view, origin, ahead_ms, back_ms)
    straight = CLOSED
    if origin.edge == target.edge:
        straight = direct(view.metric.near_times, origin.edge, origin.share, target.share, back_ms, ahead_ms)
    leaving = goal.reach[start[0]].astype(np.int64) + start[1]
    total = int(min(leaving.min(initial=CLOSED), straight))
    if total >= CLOSED:
        raise Unreachable(*(lonlat(roads, place.edge, place.share) for place in (origin, target)))
    with view.workspaces.borrow() as space:
        dm, first, last, arcs, passed = tight_path(
            *view.onward, index.step_arc, index.step_turn, view.metric.times, roads.length_dm, goal.reach,
            start[0], start[1], start[2], total, goal.seeds[0], goal.seeds[1], goal.seeds[2],
            space.label, space.touched, space.keys, space.items,
        )  # fmt: skip
    if straight == total:
        along = along_one_road(view, origin, target, total, (ahead_ms, back_ms))
        if dm < 0 or along.dm <= dm:
            return along
    if dm < 0:
        raise BadInput("weights", "trace", "do not fit the roads: build the network again from its source")
    begin, end_arc = int(start[3][first]), int(goal.seeds[3][last])
    pieces = [Piece(begin, seeds_share(origin, begin), FULL_SHARE, int(start[1][first]))]
    left = goal.reach[passed].astype(np.int64)
    pieces += [Piece(int(arc), 0, FULL_SHARE, int(ms)) for arc, ms in zip(arcs, left[:-1] - left[1:], strict=True)]
    if end_arc >= 0:
        pieces.append(Piece(end_arc, 0, seeds_share(target, end_arc), int(goal.seeds[1][last])))
    return Trace(total, int(dm), [piece for piece in pieces if piece.end > piece.begin])


def seeds_share(position: Position, arc: int) -> int:
    """The share of a position, counted in the arc's own direction."""
    return position.share if arc % 2 == 0 else FULL_SHARE - position.share


def along_one_road(view: View, origin: Position, target: Position, total: int, extra: tuple[int, int]) -> Trace:
    """The way that never leaves the road."""
    for way in (0, 1):
        arc = 2 * origin.edge + way
        begin, end = seeds_share(origin, arc), seeds_share(target, arc)
        ms = int(view.metric.near_times[arc])
        if end >= begin and ms < CLOSED and (ms * end >> 16) - (ms * begin >> 16) + extra[way] == total:
            length = int(view.roads.length_dm[origin.edge])
            high, low = max(origin.share, target.share), min(origin.share, target.share)
            dm = (length * high >> 16) - (length * low >> 16)
            return Trace(total, dm, [Piece(arc, begin, end, total)] if end > begin else [])
    raise AssertionError("no direction of the road takes the time found for it")

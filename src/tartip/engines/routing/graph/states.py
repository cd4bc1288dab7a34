"""The searched graph: one state a node, or one a road just driven where that decides what comes next.

An arc gets its own arrival state when its end asks for turn costs or when it begins a turn restriction; all other
arcs into a node share the node's state. Restrictions over three and more arcs (by way of a road) add states that
remember the beginning, the longest remembered suffix winning, as in Aho and Corasick's matching (1975).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.bearings import arc_bearings
from tartip.engines.routing.graph.roads import CLOSED, Ints, Roads

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class States:
    """node: int32 [states]. Step i goes from state src[i] by arc arc[i], turn cost turn[i] ms, to state dst[i].

    arc_end: int32 [arcs], state after an arc with nothing remembered before it (-1: closed). more_arc, more_end:
    further states an arc may end in, sorted by arc. lon_e7, lat_e7: int32 [states], where to draw the state.
    """

    node: Ints
    src: Ints
    dst: Ints
    arc: Ints
    turn: Ints
    arc_end: Ints
    more_arc: Ints
    more_end: Ints
    lon_e7: Ints
    lat_e7: Ints


def expand(roads: Roads) -> States:
    """States and steps of checked roads; deterministic."""
    head = roads.arc_head
    is_open = roads.times != CLOSED
    junctions = Junctions(roads, is_open)
    own = is_open & junctions.tracked()
    shared_nodes = np.unique(head[is_open & ~own])
    own_arcs = np.flatnonzero(own)
    shared_state = np.full(len(roads.lon_e7), -1, np.int32)
    shared_state[shared_nodes] = np.arange(len(shared_nodes))
    arc_end = np.where(is_open, shared_state[head], -1).astype(np.int32)
    arc_end[own_arcs] = len(shared_nodes) + np.arange(len(own_arcs))
    node = np.concatenate((shared_nodes, head[own_arcs])).astype(np.int32)
    came_by = np.concatenate((np.full(len(shared_nodes), -1), own_arcs)).astype(np.int32)

    steps = plain_steps(roads, junctions, node, came_by, arc_end)
    node, steps, more = remember(roads, junctions, node, steps, arc_end)
    ordered = steps[np.lexsort((steps[:, 2], steps[:, 0], steps[:, 1]))].astype(np.int32)
    lon, lat = draw(roads, node, came_by)
    return States(
        node=node,
        src=ordered[:, 0].copy(),
        dst=ordered[:, 1].copy(),
        arc=ordered[:, 2].copy(),
        turn=ordered[:, 3].copy(),
        arc_end=arc_end,
        more_arc=more[:, 0].copy(),
        more_end=more[:, 1].copy(),
        lon_e7=lon,
        lat_e7=lat,
    )


def plain_steps(roads: Roads, junctions: Junctions, node: Ints, came_by: Ints, arc_end: Ints) -> Longs:
    """Rows (src, dst, arc, turn): from every state every open arc that leaves its node, but for bans of two arcs."""
    tail, is_open, nodes = roads.arc_tail, arc_end >= 0, len(roads.lon_e7)
    by_tail = np.argsort(np.where(is_open, tail, nodes), kind="stable")
    leaving = np.bincount(tail[is_open], minlength=nodes)
    begin = np.cumsum(leaving) - leaving
    fan = leaving[node]
    src = np.repeat(np.arange(len(node)), fan)
    arc = by_tail[np.arange(len(src)) - np.repeat(np.cumsum(fan) - fan, fan) + begin[node[src]]]
    steps: Longs = np.column_stack((src, arc_end[arc], arc, junctions.cost(came_by[src], arc))).astype(np.int64)
    pairs = [ban for ban in roads.bans if len(ban) == 2]
    if not pairs:
        return steps
    arcs = np.int64(len(tail))
    banned = np.array([a * arcs + b for a, b in pairs])
    return steps[~np.isin(came_by[src] * arcs + arc, banned) | (came_by[src] < 0)]


class Junctions:
    """What a turn costs where, with the bearings computed once."""

    def __init__(self, roads: Roads, is_open: npt.NDArray[np.bool_]) -> None:
        self.roads = roads
        if not roads.turns.free:
            self.leaving, self.entering = arc_bearings(roads)
            driven = is_open.reshape(-1, 2).any(axis=1)
            ends = np.concatenate((roads.tail[driven], roads.head[driven]))
            self.meeting = np.bincount(ends, minlength=len(roads.lon_e7))

    def tracked(self) -> npt.NDArray[np.bool_]:
        """Which arcs must be told apart on arrival."""
        head = self.roads.arc_head
        own = np.zeros(len(head), bool)
        own[[ban[0] for ban in self.roads.bans]] = True
        if not self.roads.turns.free:
            own |= (self.meeting >= (2 if self.roads.turns.u_turn_ms else 3))[head]
        return own

    def cost(self, came_by: Ints | Longs, arc: Ints | Longs) -> Ints:
        """Cost of every step: left and right count where three or more roads meet, U-turns where two or more do."""
        if self.roads.turns.free:
            return np.zeros(len(arc), np.int32)
        here = self.meeting[self.roads.arc_tail[arc]]
        back = (came_by ^ 1) == arc
        full = self.roads.turns.at(self.entering[came_by], self.leaving[arc], back)
        return np.where((came_by >= 0) & (here >= np.where(back, 2, 3)), full, 0).astype(np.int32)


def remember(roads: Roads, junctions: Junctions, node: Ints, steps: Longs, arc_end: Ints) -> tuple[Ints, Longs, Ints]:
    """Add the states that remember two and more arcs. Returns nodes, steps and (arc, further end) rows."""
    longer = [ban for ban in roads.bans if len(ban) > 2]
    if not longer:
        return node, steps, np.zeros((0, 2), np.int32)
    bans = set(roads.bans)
    beginnings = sorted({ban[:size] for ban in longer for size in range(2, len(ban))})
    state_of = {beginning: len(node) + i for i, beginning in enumerate(beginnings)}
    origin = {int(arc_end[arc]): (arc,) for arc in {ban[0] for ban in longer} if arc_end[arc] >= 0}

    def forbidden(path: tuple[int, ...]) -> bool:
        return any(path[i:] in bans for i in range(len(path) - 1))

    def lands(path: tuple[int, ...]) -> int:
        return next((state_of[path[i:]] for i in range(len(path) - 1) if path[i:] in state_of), int(arc_end[path[-1]]))

    for row in np.flatnonzero(np.isin(steps[:, 0], list(origin))).tolist():
        src, _, arc, _ = steps[row].tolist()
        steps[row, 1] = lands((*origin[src], arc))
    head, is_open = roads.arc_head, arc_end >= 0
    added = []
    for beginning, state in state_of.items():
        last = beginning[-1]
        if not all(is_open[arc] for arc in beginning):
            continue
        for arc in np.flatnonzero(is_open & (roads.arc_tail == head[last])).tolist():
            if not forbidden((*beginning, arc)):
                turn = int(junctions.cost(np.array([last]), np.array([arc]))[0])
                added.append((state, lands((*beginning, arc)), arc, turn))
    extra = np.array([head[beginning[-1]] for beginning in beginnings], np.int32)
    more = np.array(sorted((beginning[-1], state) for beginning, state in state_of.items()), np.int32)
    all_steps = np.concatenate((steps, np.array(added, np.int64).reshape(-1, 4)))
    return np.concatenate((node, extra)), all_steps, more


def draw(roads: Roads, node: Ints, came_by: Ints) -> tuple[Ints, Ints]:
    """Place own states a tenth of the way back along their arc, so that an order by place can tell them apart."""
    before = node.copy()
    own = came_by >= 0
    before[: len(came_by)][own] = roads.arc_tail[came_by[own]]
    lon = roads.lon_e7[node] + (roads.lon_e7[before].astype(np.int64) - roads.lon_e7[node]) // 10
    lat = roads.lat_e7[node] + (roads.lat_e7[before].astype(np.int64) - roads.lat_e7[node]) // 10
    return lon.astype(np.int32), lat.astype(np.int32)

"""Everything searches read, as flat arrays: states numbered by rank, steps by arrival, the hierarchy above them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import Ints, Roads
from tartip.engines.routing.graph.states import expand

Ranks = npt.NDArray[np.uint32]


class Index(NamedTuple):
    """A search graph over `arcs` (2 a road). All arrays are contiguous.

    Steps into state s are rows step_first[s] to step_first[s + 1] of step_src (state), step_arc (arc driven),
    step_turn (ms, empty if every turn is free) and step_slot (place in the hierarchy's weights).
    arc_end: int32 [arcs], state after an arc, -1 if closed; more_arc, more_end: further ends, sorted by arc.
    States at node v are node_state[node_first[v]:node_first[v + 1]].
    first, head: upward rows of the hierarchy.
    """

    step_first: Ranks
    step_src: Ranks
    step_arc: Ranks
    step_turn: Ints
    step_slot: Ranks
    arc_end: Ints
    more_arc: Ints
    more_end: Ints
    node_first: Ranks
    node_state: Ranks
    first: Ranks
    head: Ranks

    @property
    def states(self) -> int:
        return len(self.first) - 1


def build_index(roads: Roads) -> Index:
    """Expand, order and contract checked roads. Seconds for a city, see the bench; deterministic."""
    from tartip.engines.routing.graph.hierarchy import chordal, slots
    from tartip.engines.routing.graph.order import contraction_order

    states = expand(roads)
    rank = contraction_order(states)
    count = len(rank)
    order = np.lexsort((states.arc, rank[states.src], rank[states.dst]))
    src, dst = (rank[ends][order].astype(np.uint32) for ends in (states.src, states.dst))
    first, head = chordal(src, dst, count)
    node = np.empty(count, np.int32)
    node[rank] = states.node
    more = np.lexsort((rank[states.more_end], states.more_arc))
    turn = states.turn[order] if states.turn.any() else np.zeros(0, np.int32)
    return Index(
        step_first=rows(dst, count),
        step_src=src,
        step_arc=states.arc[order].astype(np.uint32),
        step_turn=turn,
        step_slot=slots(src, dst, first, head),
        arc_end=np.where(states.arc_end >= 0, rank[states.arc_end], -1).astype(np.int32),
        more_arc=states.more_arc[more],
        more_end=rank[states.more_end][more].astype(np.int32),
        node_first=rows(node, len(roads.lon_e7)),
        node_state=np.argsort(node, kind="stable").astype(np.uint32),
        first=first,
        head=head,
    )


def rows(of: npt.NDArray[np.generic], count: int) -> Ranks:
    """Where each value's run begins when `of` is sorted: uint32 [count + 1]."""
    out = np.zeros(count + 1, np.uint32)
    np.cumsum(np.bincount(of, minlength=count), out=out[1:])
    return out

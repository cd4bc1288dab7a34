"""Give the hierarchy its weights: from the times of the arcs to those of all shortcuts, in two passes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, Ints
from tartip.engines.routing.jit import kernel

Ranks = npt.NDArray[np.uint32]


def downward_rows(first: Ranks, head: Ranks) -> tuple[Ranks, Ranks, Ranks]:
    """The hierarchy by upper end: first uint32 [states + 1], lower end and edge uint32 [edges]."""
    states = len(first) - 1
    rows = np.zeros(states + 1, np.uint32)
    np.cumsum(np.bincount(head, minlength=states), out=rows[1:])
    edge = np.argsort(head, kind="stable").astype(np.uint32)
    lower = np.repeat(np.arange(states, dtype=np.uint32), np.diff(first))[edge]
    return rows, lower, edge


@kernel
def weigh(slot: Ranks, arc: Ranks, turn: Ints, times: Ints, up: Ints, down: Ints) -> None:
    """Fill up and down with the cheapest original step of each edge, CLOSED where there is none."""
    up[:] = CLOSED
    down[:] = CLOSED
    turns = turn.shape[0] > 0
    for i in range(slot.shape[0]):
        where = slot[i]
        if where == np.uint32(0xFFFFFFFF):
            continue
        cost = times[arc[i]]
        if turns and cost < CLOSED:
            cost += turn[i]
        edge = where >> np.uint32(1)
        if where & np.uint32(1):
            down[edge] = min(down[edge], cost)
        else:
            up[edge] = min(up[edge], cost)


@kernel
def relax_triangles(
    first: Ranks, head: Ranks, lower_first: Ranks, lower: Ranks, lower_edge: Ranks, up: Ints, down: Ints
) -> None:
    """Basic customisation: for v ascending, every pair of edges from a lower state u to v and to w may beat v-w.

    Weights never exceed CLOSED = 2**30 - 1, so a sum of two fits into int32 and loses every comparison.
    """
    states = first.shape[0] - 1
    edge_to = np.zeros(states, np.uint32)
    for v in range(states):
        row, end = first[v], first[v + 1]
        if row == end:
            continue
        for e in range(row, end):
            edge_to[head[e]] = e
        for i in range(lower_first[v], lower_first[v + 1]):
            to_v = lower_edge[i]
            from_v, into_v = down[to_v], up[to_v]
            for f in range(to_v + np.uint32(1), first[lower[i] + np.uint32(1)]):
                e = edge_to[head[f]]
                up[e] = min(up[e], from_v + up[f])
                down[e] = min(down[e], down[f] + into_v)

"""Customizable contraction hierarchy: which shortcuts exist, whatever the weights.

Method: Dibbelt, Strasser, Wagner, Customizable Contraction Hierarchies, ACM JEA 21 (2016). States are numbered by rank.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.jit import kernel

Ranks = npt.NDArray[np.uint32]


def chordal(src: Ranks, dst: Ranks, states: int) -> tuple[Ranks, Ranks]:
    """Rows of upward neighbours after contraction: first uint32 [states + 1], head uint32 [edges], rows ascending."""
    low, high = np.minimum(src, dst).astype(np.int64), np.maximum(src, dst).astype(np.int64)
    keys = np.unique((low * states + high)[low != high])
    first = np.zeros(states + 1, np.int64)
    np.cumsum(np.bincount(keys // states, minlength=states), out=first[1:])
    rows, heads = eliminate(first, (keys % states).astype(np.uint32))
    # Sorting here, and loops for slices there, keep the kernel quick to compile.
    row = np.repeat(np.arange(states), np.diff(rows))
    heads = heads[np.argsort(row * states + heads, kind="stable")]
    return rows.astype(np.uint32), heads


@kernel
def eliminate(first: npt.NDArray[np.int64], head: Ranks) -> tuple[npt.NDArray[np.int64], Ranks]:
    """Contract from the lowest rank: a row is its own neighbours and those of its children in the elimination tree."""
    states = first.shape[0] - 1
    rows = np.zeros(states + 1, np.int64)
    out = np.empty(2 * head.shape[0] + 64, np.uint32)
    child, sibling, mark = np.empty(states, np.int64), np.empty(states, np.int64), np.empty(states, np.int64)
    for v in range(states):
        child[v] = sibling[v] = mark[v] = -1
    used = 0
    for v in range(states):
        begin = used
        lowest = np.uint32(0xFFFFFFFF)
        c = np.int64(-2)  # -2: own neighbours first, then the children one by one
        while c != -1:
            if c == -2:
                lo, hi = first[v], first[v + 1]
            else:
                lo, hi = rows[c], rows[c + 1]
            if used + hi - lo > out.shape[0]:
                larger = np.empty(2 * (used + hi - lo), np.uint32)
                for i in range(used):
                    larger[i] = out[i]
                out = larger
            for i in range(lo, hi):
                u = head[i] if c == -2 else out[i]
                if u != v and mark[u] != v:
                    mark[u] = v
                    out[used] = u
                    used += 1
                    lowest = min(lowest, u)
            c = child[v] if c == -2 else sibling[c]
        rows[v + 1] = used
        if used > begin:
            sibling[v] = child[lowest]
            child[lowest] = v
    return rows, out[:used]


def slots(src: Ranks, dst: Ranks, first: Ranks, head: Ranks) -> Ranks:
    """Where each step lies in the hierarchy: 2 * edge for upward, 2 * edge + 1 for downward, NO_SLOT for a loop."""
    states = len(first) - 1
    keys = np.repeat(np.arange(states), np.diff(first)) * states + head
    low, high = np.minimum(src, dst).astype(np.int64), np.maximum(src, dst).astype(np.int64)
    edge = np.searchsorted(keys, low * states + high)
    return np.where(src == dst, NO_SLOT, 2 * edge + (src > dst)).astype(np.uint32)


NO_SLOT = 0xFFFFFFFF

"""Compiled state of the stream: the reads of the last hours, found by plate, and a wheel of time.

Reads are linked in chains, one per hash bucket, ordered by plate, falling time and section, so that the reads of one
plate stand side by side. Every read also stands on the wheel at its quarter of a second. When the watermark moves,
three hands pass over the wheel: the first settles exits and their entries once nothing can change their verdict, the
second settles entries that stayed alone, the third drops reads that no later verdict can depend on.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.hashing import mix_pair
from tartip.engines.pairing.judge import Workspace, make_workspace
from tartip.engines.pairing.rule import Ints, Small

TICK: Final = 250  # ms per place of the wheel
EMPTY: Final = -1
FRESH, HELD, SETTLED = range(3)  # states of a node: just come, seen at first sight, verdict given

NODE = np.dtype(
    [
        ("plate", np.int64),
        ("when", np.int64),  # 2 * time + side
        ("row", np.int64),
        ("k", np.int32),  # row of its section
        ("newer", np.int32),  # link before it in the chain
        ("older", np.int32),  # link after it; of a free node: the next free one
        ("beside", np.int32),  # next on the same place of the wheel
        ("state", np.int32),
    ],
    align=True,
)
FREE, LIVE, LAST_TICK = range(3)  # places in `counters`


class Window(NamedTuple):
    """The reads held."""

    nodes: npt.NDArray[Any]  # of NODE
    heads: Small  # first node of each chain
    wheel: Small  # first node of each place
    on_tick: Small  # reads on each place
    counters: Ints  # FREE, LIVE, LAST_TICK


@njit(cache=True, nogil=True)
def gather_plate(x: int, window: Window, space: Workspace) -> tuple[Workspace, int]:
    """Copy all held reads of the plate of node x to the working space, oldest first; returns it and their number."""
    nodes = window.nodes
    plate, newest = nodes[x].plate, x
    while nodes[newest].newer != EMPTY and nodes[nodes[newest].newer].plate == plate:
        newest = nodes[newest].newer
    m, x = 0, newest
    while x != EMPTY and nodes[x].plate == plate:
        m += 1
        x = nodes[x].older
    if m > len(space.reads):
        space = make_workspace(2 * m, len(space.last))
    x = newest
    for i in range(m - 1, -1, -1):
        node, read = nodes[x], space.reads[i]
        read.when, read.k, read.row, read.node = node.when, node.k, node.row, x
        x = node.older
    return space, m


@njit(cache=True, nogil=True)
def drop_reads(first: int, last: int, window: Window) -> None:
    """Free all reads on the ticks [first, last)."""
    nodes, heads, wheel, counters = window.nodes, window.heads, window.wheel, window.counters
    mask = np.uint64(len(heads) - 1)
    for tick in range(first, last):
        place = tick % len(wheel)
        x = wheel[place]
        while x != EMPTY:
            node = nodes[x]
            beside = node.beside
            if node.newer == EMPTY:
                heads[np.int64(mix_pair(node.plate, 0) & mask)] = node.older
            else:
                nodes[node.newer].older = node.older
            if node.older != EMPTY:
                nodes[node.older].newer = node.newer
            node.older = counters[FREE]
            counters[FREE] = x
            counters[LIVE] -= 1
            x = beside
        wheel[place] = EMPTY
        window.on_tick[place] = 0


@njit(cache=True, nogil=True)
def split_heads(nodes: npt.NDArray[Any], heads: Small, twice: Small) -> None:
    """Spread every chain of `heads` over two chains of `twice`, twice as long; order inside a chain is kept."""
    mask = np.uint64(len(twice) - 1)
    twice[:] = EMPTY
    for bucket in range(len(heads)):
        tails = (np.int64(EMPTY), np.int64(EMPTY))
        x = heads[bucket]
        while x != EMPTY:
            node = nodes[x]
            older = node.older
            to = np.int64(mix_pair(node.plate, 0) & mask)
            upper = to != bucket
            tail = tails[1] if upper else tails[0]
            node.newer, node.older = tail, EMPTY
            if tail == EMPTY:
                twice[to] = x
            else:
                nodes[tail].older = x
            tails = (tails[0], np.int64(x)) if upper else (np.int64(x), tails[1])
            x = older

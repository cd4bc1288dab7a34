"""Check what a file says before a kernel reads it: kernels do not look whether an index lies inside its array.

A checksum says that the bytes are those that were written, not by whom. So every offset, index and size is held
against the others here; what passes can be searched without reading or writing outside any array. Whether a plausible
time or place is the true one no check can tell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.hierarchy import NO_SLOT
from tartip.engines.routing.graph.index import Index
from tartip.engines.routing.graph.roads import CLOSED, Ints, Roads
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.places.grid import MOST_CELLS, Grid

MOST_TURN_MS = 3_600_000  # as TurnCosts allows
Ranks = npt.NDArray[np.uint32]


class Wrong(Exception):
    """(array, rule)."""


def require(right: object, array: str, rule: str) -> None:
    if not bool(right):
        raise Wrong(array, rule)


def row_of(array: npt.NDArray[np.generic], dtype: str, name: str) -> None:
    require(array.ndim == 1 and array.dtype == np.dtype(dtype), name, f"must be one row of {dtype}")


def offsets(first: Ranks, rows: int, entries: int, name: str) -> None:
    """Check that `first` cuts `entries` into `rows` runs."""
    require(len(first) == rows + 1, name, f"must have {rows + 1} entries")
    rising = bool((first[1:] >= first[:-1]).all())
    require(first[0] == 0 and first[-1] == entries and rising, name, f"must rise from 0 to {entries}")


def below(array: npt.NDArray[np.integer], most: int, name: str, least: int = 0) -> None:
    if len(array):
        require(int(array.min()) >= least and int(array.max()) < most, name, f"must lie from {least} to {most - 1}")


def check_index(index: Index, roads: Roads) -> None:
    """Sizes and places of the searched graph and its hierarchy; that each step runs along an arc of the roads."""
    for name, array in index._asdict().items():
        row_of(array, "int32" if name in ("step_turn", "arc_end", "more_arc", "more_end") else "uint32", name)
    states, arcs, steps = len(index.first) - 1, 2 * len(roads.tail), len(index.step_src)
    require(states > 0, "first", "must have a state")
    offsets(index.step_first, states, steps, "step_first")
    offsets(index.first, states, len(index.head), "first")
    offsets(index.node_first, len(roads.lon_e7), states, "node_first")
    for name in ("step_arc", "step_slot"):
        require(len(getattr(index, name)) == steps, name, f"must have {steps} entries")
    require(len(index.step_turn) in (0, steps), "step_turn", f"must have {steps} entries or none")
    require(len(index.node_state) == states, "node_state", f"must have {states} entries")
    require(len(index.arc_end) == arcs, "arc_end", f"must have {arcs} entries")
    require(len(index.more_arc) == len(index.more_end), "more_end", "must have one entry for each of more_arc")
    for name, most in (
        ("step_src", states), ("step_arc", arcs), ("step_turn", MOST_TURN_MS + 1), ("node_state", states),
        ("head", states), ("more_arc", arcs), ("more_end", states),
    ):  # fmt: skip
        below(getattr(index, name), most, name)
    below(index.arc_end, states, "arc_end", -1)
    require((index.more_arc[1:] >= index.more_arc[:-1]).all(), "more_arc", "must be sorted")
    # Kernels may look now: every index lies inside its array.
    node: Ints = np.full(states, -1, np.int32)
    place_states(index.node_first, index.node_state, node)
    require((node >= 0).all(), "node_state", "must name each state once")
    row = unfit_row(index.first, index.head)
    require(row < 0, "head", f"must lead upwards from state {row}, in ascending order")
    ends = roads.tail, roads.head, roads.ahead_ms, roads.back_ms
    driven = np.zeros(arcs, np.uint32)
    row = unfit_step(
        index.step_first, index.step_src, index.step_arc, index.step_slot, node, *ends, index.first, index.head, driven
    )
    require(row < 0, "step_arc, step_slot", f"step {row} fits neither the arc nor the hierarchy between its states")
    row = unfit_arc(index.arc_end, node, *ends, index.node_first, driven)
    require(row < 0, "arc_end", f"arc {row} must end in a state of its last node, and be -1 exactly where it is closed")
    more = index.more_arc
    last = np.where(more & 1, roads.tail[more >> 1], roads.head[more >> 1])
    require((node[index.more_end] == last).all(), "more_end", "must lie at the end of its arc")


@kernel
def place_states(node_first: Ranks, node_state: Ranks, node: Ints) -> None:
    """Write the node of every state; a state that is not named keeps its -1."""
    for v in range(node_first.shape[0] - 1):
        for i in range(node_first[v], node_first[v + 1]):
            node[node_state[i]] = v


@kernel
def unfit_row(first: Ranks, head: Ranks) -> int:
    """The first state whose row of the hierarchy does not rise from it, or -1. Rising rows end every climb."""
    for v in range(first.shape[0] - 1):
        below = np.int64(v)
        for e in range(first[v], first[v + 1]):
            if head[e] <= below:
                return v
            below = np.int64(head[e])
    return -1


@kernel
def unfit_step(
    step_first: Ranks, step_src: Ranks, step_arc: Ranks, step_slot: Ranks, node: Ints,
    tail: Ints, head: Ints, ahead_ms: Ints, back_ms: Ints, first: Ranks, up: Ranks, driven: Ranks,
) -> int:  # fmt: skip
    """The first step that is not an open arc from the node of its state to that of the next, or whose slot is not the
    edge of the hierarchy between the two; or -1. Counts in `driven` from how many states each arc is driven."""
    for dst in range(step_first.shape[0] - 1):
        for i in range(step_first[dst], step_first[dst + 1]):
            src, arc, slot = np.int64(step_src[i]), step_arc[i], np.int64(step_slot[i])
            edge = arc >> np.uint32(1)
            back = arc & np.uint32(1)
            begin, end = (head[edge], tail[edge]) if back else (tail[edge], head[edge])
            if node[src] != begin or node[dst] != end or (back_ms[edge] if back else ahead_ms[edge]) == CLOSED:
                return i
            driven[arc] += np.uint32(1)
            if src == dst:
                if slot != NO_SLOT:
                    return i
                continue
            low: Scalar = min(src, dst)
            high: Scalar = max(src, dst)
            if not first[low] <= slot >> 1 < first[low + 1] or up[slot >> 1] != high or (slot & 1) != (src > dst):
                return i
    return -1


@kernel
def unfit_arc(
    arc_end: Ints, node: Ints, tail: Ints, head: Ints, ahead_ms: Ints, back_ms: Ints, node_first: Ranks, driven: Ranks
) -> int:
    """The first arc with a wrong end, or driven from more states than its tail has (the room for the states before a
    target is sized by that); or -1."""
    for arc in range(arc_end.shape[0]):
        edge, back = arc >> 1, arc & 1
        begin, end = (head[edge], tail[edge]) if back else (tail[edge], head[edge])
        is_open = (back_ms[edge] if back else ahead_ms[edge]) != CLOSED
        if (arc_end[arc] >= 0) != is_open or (is_open and node[arc_end[arc]] != end):
            return arc
        if driven[arc] > node_first[begin + 1] - node_first[begin]:
            return arc
    return -1


def check_weights(up: Ints, down: Ints, edges: int) -> None:
    for name, weights in (("up", up), ("down", down)):
        row_of(weights, "int32", name)
        require(len(weights) == edges, name, f"must have {edges} entries")
        below(weights, CLOSED + 1, name, 1)


def check_grid(grid: Grid, roads: Roads) -> None:
    """That every cell's entries are pieces of roads, and that the frame covers as many cells as there are."""
    for name, dtype in (("frame", "int64"), ("first", "uint32"), ("edge", "uint32"), ("piece", "uint32")):
        row_of(getattr(grid, name), dtype, name)
    require(len(grid.frame) == 6, "frame", "must have 6 entries")
    west, south, width, height, columns, rows = grid.frame.tolist()
    require(abs(west) <= 1_800_000_000 and abs(south) <= 900_000_000, "frame", "must begin on the earth")
    require(0 < width <= 1 << 32 and 0 < height <= 1 << 32, "frame", "must have cells of some size")
    most = 4 * MOST_CELLS
    require(0 < columns <= most and 0 < rows <= most, "frame", "must have columns and rows")
    offsets(grid.first, columns * rows, len(grid.edge), "grid.first")
    below(grid.edge, len(roads.tail), "grid.edge")
    bends = np.diff(roads.shape_first)
    require(len(grid.piece) == (len(grid.edge) if len(roads.shape_lon_e7) else 0), "piece", "must be one an entry")
    if len(grid.piece):
        require((grid.piece <= bends[grid.edge]).all(), "piece", "must be a piece of its road")

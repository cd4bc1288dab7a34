"""How far one gets in a given time, as H3 cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ints
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.places.position import Positions
from tartip.engines.routing.search.ends import direct, part
from tartip.engines.routing.search.matrix import reach_of, seeds_before, seeds_of_origin

if TYPE_CHECKING:
    from tartip.engines.routing.search.view import View

Ranks = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Isochrone:
    """cells: uint64 [m] H3 indices, ascending; ms: int32 [m], time to (or from) the nearest sampled road point."""

    resolution: int
    cells: npt.NDArray[np.uint64]
    ms: Ints


def isochrone(view: View, places: Positions, seconds: int, resolution: int, towards: bool) -> Isochrone:
    """See Network.isochrone. Roads are sampled about every half cell edge, so narrow corners of cells may be missed."""
    if not 5 <= resolution <= 12:
        raise BadInput("resolution", "isochrone", f"{resolution} is not from 5 to 12")
    if seconds < 0:
        raise BadInput("seconds", "isochrone", f"{seconds} is negative")
    if not len(places):
        raise BadInput("places", "isochrone", "no place given")
    cells = view.hexagons(resolution)
    arc_ms, node_ms = times_on_roads(view, places, towards)
    ms = np.empty(len(cells.edge), np.int32)
    sampled(
        view.metric.near_times, view.index.arc_end, view.roads.tail, view.roads.head, arc_ms, node_ms,
        cells.edge, cells.share, towards, ms,
    )  # fmt: skip
    for i in range(len(places)):  # the stretch of road one begins (or ends) on
        on_road = np.flatnonzero(cells.edge == places.edge[i])
        for row in on_road.tolist():
            ends = (int(places.share[i]), int(cells.share[row]))
            begin, end = ends[::-1] if towards else ends
            ms[row] = min(ms[row], direct(view.metric.near_times, int(places.edge[i]), begin, end, 0, 0))
    best = np.minimum.reduceat(ms, cells.first)
    inside = best <= min(seconds * 1000, CLOSED - 1)
    return Isochrone(resolution, cells.cell[inside], best[inside])


def times_on_roads(view: View, places: Positions, towards: bool) -> tuple[Ints, Ints]:
    """Towards the places: int32 [arcs], what is left after the end of each arc, and nothing.

    From the places: int32 [arcs], when driving each arc can begin, and int32 [nodes], when each node is reached.
    """
    index = view.index
    seed, seed_ms = [], []
    for i in range(len(places)):
        if towards:
            ends = seeds_before(view, places[i])
        else:
            ends = seeds_of_origin(view, places[i])
        seed.append(ends[0])
        seed_ms.append(ends[1])
    seeds = np.concatenate(seed)
    reach = reach_of(view, seeds, np.concatenate(seed_ms), len(seeds), towards)
    if towards:
        return np.where(index.arc_end >= 0, reach[index.arc_end], CLOSED).astype(np.int32), np.zeros(0, np.int32)
    begins, arrivals = (
        np.full(len(index.arc_end), CLOSED, np.int32),
        np.full(len(view.roads.lon_e7), CLOSED, np.int32),
    )
    arc_begins(index.step_src, index.step_arc, index.step_turn, reach, begins)
    node_arrivals(index.node_first, index.node_state, reach, arrivals)
    return begins, arrivals


@kernel
def arc_begins(step_src: Ranks, step_arc: Ranks, step_turn: Ints, reach: Ints, begins: Ints) -> None:
    """Earliest moment an arc can be entered, turn into it included."""
    for i in range(step_src.shape[0]):
        ms = reach[step_src[i]] + (step_turn[i] if step_turn.shape[0] > 0 else 0)
        begins[step_arc[i]] = min(begins[step_arc[i]], ms)


@kernel
def node_arrivals(node_first: Ranks, node_state: Ranks, reach: Ints, arrivals: Ints) -> None:
    """Earliest moment a node is reached, by whatever road."""
    for node in range(arrivals.shape[0]):
        for i in range(node_first[node], node_first[node + 1]):
            arrivals[node] = min(arrivals[node], reach[node_state[i]])


@kernel
def sampled(
    near_times: Ints, arc_end: Ints, tail: Ints, head: Ints, arc_ms: Ints, node_ms: Ints, edge: Ints, share: Ints,
    towards: bool, out: Ints,
) -> None:  # fmt: skip
    """Time at each sampled point: from the beginning of its arc onward, or from the point to the end of it."""
    for i in range(edge.shape[0]):
        best: Scalar = np.int64(CLOSED)
        if not towards and (share[i] == 0 or share[i] == FULL_SHARE):
            out[i] = node_ms[tail[edge[i]] if share[i] == 0 else head[edge[i]]]
            continue
        for way in range(2):
            arc: Scalar = 2 * np.int64(edge[i]) + way
            if arc_end[arc] < 0:
                continue
            whole: Scalar = np.int64(near_times[arc])
            driven = part(whole, share[i] if way == 0 else FULL_SHARE - share[i])
            best = min(best, arc_ms[arc] + (whole - driven if towards else driven))
        out[i] = best

"""Two ways to the k nearest units: the bounded search, and the full column where few are eligible or can be reached."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.metric import Metric
from tartip.engines.routing.graph.roads import CLOSED, Ints
from tartip.engines.routing.network import Network
from tartip.engines.routing.places.position import Position, Positions
from tartip.engines.routing.search.matrix import column
from tartip.engines.routing.search.nearest import nearest_units
from tartip.engines.routing.search.trace import towards, trace
from tartip.engines.routing.search.workspace import LARGEST_K, Workspace

Longs = npt.NDArray[np.int64]


def few_best(
    network: Network, metric: Metric, space: Workspace, seeds: int, place: Position,
    chain: Ints, following: Ints, edge: Ints, share: Ints, extra: Ints, mask: npt.NDArray[np.bool_],
    k: int, eligible: int,
) -> int:  # fmt: skip
    """Fill space.who and space.best; the count, or -1 if a column answers sooner (a sweep costs as much as settling
    about an eighth of the states, and k of `eligible` units are found after about k / eligible of them)."""
    index = network.index
    k = min(k, eligible)
    if k > LARGEST_K:
        return -1
    if k == 0:
        return 0
    give_up = index.states // 8 + 1000
    if index.states * k > 2 * give_up * eligible:
        return -1
    count: int = nearest_units(
        index.step_first, index.step_src, index.step_arc, index.step_turn, index.arc_end,
        metric.times, metric.near_times, network.roads.length_dm, place.edge, place.share,
        space.seed, space.seed_ms, space.seed_dm, seeds, chain, following, edge, share, extra, mask,
        k, give_up, space.label, space.touched, space.keys, space.items, space.best, space.who,
    )  # fmt: skip
    return count


def rank_column(
    network: Network, metric: Metric, units: Positions, extra: Ints, place: Position, k: int
) -> tuple[Ints, Longs]:
    """The same answer from the column: slots and labels (ms << 32 | dm), ordered by label, then slot."""
    goal = towards(network, metric, place)
    times = column(network, metric, units, extra, place, goal.reach)
    reached = np.flatnonzero(times < CLOSED)
    if len(reached) > k:
        worst = np.partition(times[reached], k - 1)[k - 1]
        reached = reached[times[reached] <= worst]
    labels: dict[tuple[int, ...], int] = {}  # units standing together share one path
    found = np.empty(len(reached), np.int64)
    for i, slot in enumerate(reached.tolist()):
        spot = (int(units.edge[slot]), int(units.share[slot]), *extra[slot].tolist())
        if spot not in labels:
            way = trace(network, metric, Position(spot[0], spot[1]), goal, *spot[2:])
            labels[spot] = (way.ms << 32) + way.dm
        found[i] = labels[spot]
    order = np.lexsort((reached, found))[:k]
    return reached[order].astype(np.int32), found[order]

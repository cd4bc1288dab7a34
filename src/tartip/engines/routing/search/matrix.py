"""Travel times from many places to many places: one sweep for each of the fewer, eight at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ints
from tartip.engines.routing.places.position import Position, Positions
from tartip.engines.routing.search.columns import from_origins, to_targets
from tartip.engines.routing.search.ends import part, target_seeds
from tartip.engines.routing.search.sweep import LANES, sweep, sweep_lanes
from tartip.engines.routing.search.workspace import Workspace

if TYPE_CHECKING:
    from tartip.engines.routing.search.view import View

Seeds = tuple[npt.NDArray[np.uint32], Ints, Ints, Ints]


def seeds_of_target(view: View, space: Workspace, edge: int, share: int) -> int:
    """Fill the workspace's seeds: the states before a target. Returns how many."""
    count: int = target_seeds(view.index, view.metric.near_times, view.roads.ends, edge, share, space)
    return count


def seeds_before(view: View, target: Position) -> Seeds:
    """The same in arrays of its own: states before the target; ms, dm and arc (-1: none) of the last stretch."""
    with view.workspaces.borrow() as space:
        count = seeds_of_target(view, space, target.edge, target.share)
        return (
            space.seed[:count].copy(),
            space.seed_ms[:count].copy(),
            space.seed_dm[:count].copy(),
            space.seed_arc[:count].copy(),
        )


def seeds_of_origin(view: View, position: Position, ahead_ms: int = 0, back_ms: int = 0) -> Seeds:
    """States after setting off, and the ms, dm and arc of that stretch; up to two, one a direction."""
    rows = []
    for way, extra in ((0, ahead_ms), (1, back_ms)):
        arc = 2 * position.edge + way
        if view.index.arc_end[arc] >= 0:
            gone = position.share if way == 0 else FULL_SHARE - position.share
            ms, dm = int(view.metric.near_times[arc]), int(view.roads.length_dm[position.edge])
            rows.append((int(view.index.arc_end[arc]), ms - part(ms, gone) + extra, dm - part(dm, gone), arc))
    table = np.array(rows, np.int64).reshape(-1, 4)
    return table[:, 0].astype(np.uint32), *(table[:, i].astype(np.int32) for i in (1, 2, 3))  # type: ignore[return-value]


def reach_of(view: View, seed: npt.NDArray[np.uint32], seed_ms: Ints, count: int, towards: bool) -> Ints:
    """Distances int32 [states]: from the seeds to every state, or (towards) from every state to the seeds."""
    index = view.index
    reach = np.empty(index.states, np.int32)
    climbing, sweeping = (view.metric.down, view.metric.up) if towards else (view.metric.up, view.metric.down)
    sweep(index.first, index.head, climbing, sweeping, seed, seed_ms, count, reach)
    return reach


def reach_of_eight(view: View, lanes: list[Seeds], towards: bool, reach: Ints) -> None:
    """The same for up to eight places at once, into reach int32 [states, 8]."""
    index = view.index
    first = np.zeros(LANES + 1, np.int32)
    sizes = [len(lane[0]) for lane in lanes] + [0] * (LANES - len(lanes))
    first[1:] = np.cumsum(sizes)
    climbing, sweeping = (view.metric.down, view.metric.up) if towards else (view.metric.up, view.metric.down)
    seed, seed_ms = (np.concatenate([lane[i] for lane in lanes]) for i in (0, 1))
    sweep_lanes(index.first, index.head, climbing, sweeping, seed, seed_ms, first, reach)


def column(view: View, origins: Positions, extra: Ints, target: Position, reach: Ints) -> Ints:
    """Ms from every origin to one target, int32 [origins], given every state's. extra: int32 [origins, 2], ms for
    setting off each way."""
    out = np.empty(len(origins), np.int32)
    from_origins(
        reach.reshape(-1, 1), 0, view.metric.near_times, view.index.arc_end, origins.edge, origins.share, extra,
        target.edge, target.share, out,
    )  # fmt: skip
    return out


def matrix(view: View, origins: Positions, targets: Positions) -> Ints:
    """See Network.matrix."""
    out = np.full((len(origins), len(targets)), CLOSED, np.int32)
    if len(targets) == 1 and len(origins):
        seeds = seeds_before(view, targets[0])
        reach = reach_of(view, seeds[0], seeds[1], len(seeds[0]), towards=True)
        out[:, 0] = column(view, origins, np.zeros((len(origins), 2), np.int32), targets[0], reach)
    elif len(targets) <= len(origins):
        by_target(view, origins, targets, out)
    else:
        by_origin(view, origins, targets, out)
    return out


def by_target(view: View, origins: Positions, targets: Positions, out: Ints) -> None:
    reach = np.empty((view.index.states, LANES), np.int32)
    no_extra = np.zeros((len(origins), 2), np.int32)
    times = np.empty(len(origins), np.int32)
    for begin in range(0, len(targets), LANES):
        chunk = range(begin, min(begin + LANES, len(targets)))
        reach_of_eight(view, [seeds_before(view, targets[j]) for j in chunk], True, reach)
        for lane, j in enumerate(chunk):
            from_origins(
                reach, lane, view.metric.near_times, view.index.arc_end, origins.edge, origins.share, no_extra,
                int(targets.edge[j]), int(targets.share[j]), times,
            )  # fmt: skip
            out[:, j] = times


def by_origin(view: View, origins: Positions, targets: Positions, out: Ints) -> None:
    reach = np.empty((view.index.states, LANES), np.int32)
    ends = [seeds_before(view, targets[j]) for j in range(len(targets))]
    seed_first = np.zeros(len(ends) + 1, np.int32)
    seed_first[1:] = np.cumsum([len(end[0]) for end in ends])
    seed, seed_ms = (np.concatenate([end[i] for end in ends]) for i in (0, 1))
    for begin in range(0, len(origins), LANES):
        chunk = range(begin, min(begin + LANES, len(origins)))
        lanes = [seeds_of_origin(view, origins[i]) for i in chunk]
        reach_of_eight(view, lanes, False, reach)
        for lane, i in enumerate(chunk):
            to_targets(
                reach, lane, view.metric.near_times, int(origins.edge[i]), int(origins.share[i]),
                targets.edge, targets.share, seed_first, seed, seed_ms, out[i],
            )  # fmt: skip

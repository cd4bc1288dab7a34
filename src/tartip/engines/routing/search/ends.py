"""The two ends of a trip lie somewhere along a road: from there to the next state, and from the last state there.

A place is (edge, share): share counts 1/65536 of the road from its tail. Driving part of a road takes the matching
part of its time, rounded down; parts of one road add up exactly. A target at the very end of a road is the junction
itself: whoever arrives there has arrived, by whatever road.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.index import Index
from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ends, Ints
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.search.workspace import Workspace

Ranks = npt.NDArray[np.uint32]


@kernel
def part(whole: Scalar, share: Scalar) -> Scalar:
    """`share` 65536ths of `whole`, rounded down."""
    return (np.int64(whole) * np.int64(share)) >> 16


@kernel
def direct(near_times: Ints, edge: Scalar, origin: Scalar, target: Scalar, back_ms: Scalar, ahead_ms: Scalar) -> Scalar:
    """Ms from share `origin` to share `target` of one road without leaving it, or CLOSED."""
    best: Scalar = np.int64(CLOSED)
    ahead, back = near_times[2 * edge], near_times[2 * edge + 1]
    if target >= origin and ahead < CLOSED:
        best = part(ahead, target) - part(ahead, origin) + ahead_ms
    if target <= origin and back < CLOSED:
        best = min(best, part(back, FULL_SHARE - target) - part(back, FULL_SHARE - origin) + back_ms)
    return best


@kernel
def target_seeds(index: Index, near_times: Ints, ends: Ends, edge: Scalar, share: Scalar, space: Workspace) -> int:
    """Fill the workspace's seeds: the states one last stretch before the target, that stretch and its arc (-1: none);
    return how many."""
    step_first, step_src, step_arc, step_turn = index.step_first, index.step_src, index.step_arc, index.step_turn
    arc_end, more_arc, more_end = index.arc_end, index.more_arc, index.more_end
    seed, seed_ms, seed_dm, seed_arc = space.seed, space.seed_ms, space.seed_dm, space.seed_arc
    count = 0
    if share == 0 or share == FULL_SHARE:
        # The place is a junction: whoever is in one of its states has arrived.
        node = ends.tail[edge] if share == 0 else ends.head[edge]
        for i in range(index.node_first[node], index.node_first[node + 1]):
            seed[count], seed_ms[count], seed_dm[count], seed_arc[count] = index.node_state[i], 0, 0, -1
            count += 1
        return count
    for arc in (2 * edge, 2 * edge + 1):
        if arc_end[arc] < 0 or near_times[arc] >= CLOSED:
            continue
        along = share if arc == 2 * edge else FULL_SHARE - share
        ms, dm = part(near_times[arc], along), part(ends.length_dm[edge], along)
        # An arc ends in one state, or in several where restrictions remember how one came: look at each of them.
        more = 0
        while more < more_arc.shape[0] and more_arc[more] < arc:  # few, or none at all
            more += 1
        end = arc_end[arc]
        while True:
            for i in range(step_first[end], step_first[end + 1]):
                if step_arc[i] == arc:
                    turn = step_turn[i] if step_turn.shape[0] > 0 else 0
                    seed[count], seed_ms[count], seed_dm[count], seed_arc[count] = step_src[i], ms + turn, dm, arc
                    count += 1
            if more >= more_arc.shape[0] or more_arc[more] != arc:
                break
            end = more_end[more]
            more += 1
    return count


def most_seeds(node_first: Ranks) -> int:
    """Room target_seeds needs: every state at the two ends of a road."""
    return 2 * int(np.diff(node_first).max(initial=0)) + 2

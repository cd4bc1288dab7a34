"""Distances between one place and every state: climb to the top of the hierarchy, then sweep down once.

Method: PHAST (Delling, Goldberg, Nowatzyk, Werneck 2011) on a customizable hierarchy; the climb follows the
elimination tree. Eight places at once share one reading of the hierarchy, a lane each.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, Ints
from tartip.engines.routing.jit import kernel

Ranks = npt.NDArray[np.uint32]
LANES = 8
NOT_REACHED = np.int32(CLOSED)
AT_ONCE = np.uint32(6)  # edges read together: most rows are no longer, and a loop of fixed length is never mispredicted


@kernel
def sweep(
    first: Ranks, head: Ranks, climbing: Ints, sweeping: Ints, seed: Ranks, seed_ms: Ints, seeds: int, reach: Ints
) -> None:
    """Fill reach, int32 [states], with ms; CLOSED where there is no way.

    From the seeds to all states: climbing = up, sweeping = down. From all states to the seeds: the other way round.
    """
    states = first.shape[0] - 1
    reach[:] = CLOSED
    for i in range(seeds):
        reach[seed[i]] = min(reach[seed[i]], seed_ms[i])
    for i in range(seeds):
        v = seed[i]
        while first[v] < first[v + np.uint32(1)]:
            here = reach[v]
            for e in range(first[v], first[v + np.uint32(1)]):
                u = head[e]
                reach[u] = min(reach[u], here + climbing[e])
            v = head[first[v]]
    end = first[states]
    for i in range(states):
        v = np.uint32(states - 1 - i)
        begin = first[v]
        best = reach[v]
        if end >= AT_ONCE:
            low = np.uint32(end - AT_ONCE)
            for e in range(low, low + AT_ONCE):
                through = np.int32(reach[head[e]] + sweeping[e])  # of another row if e < begin: read, but not taken
                best = min(best, through if e >= begin else NOT_REACHED)
            end = max(low, begin)
        while end > begin:
            end = np.uint32(end - 1)
            best = min(best, np.int32(reach[head[end]] + sweeping[end]))
        end = begin
        reach[v] = best


@kernel
def sweep_lanes(
    first: Ranks, head: Ranks, climbing: Ints, sweeping: Ints, seed: Ranks, seed_ms: Ints, seed_first: Ints, reach: Ints
) -> None:
    """Fill reach, int32 [states, LANES]; lane j has seeds seed_first[j] to seed_first[j + 1]."""
    states = first.shape[0] - 1
    reach[:] = CLOSED
    for lane in range(LANES):
        for i in range(seed_first[lane], seed_first[lane + 1]):
            reach[seed[i], lane] = min(reach[seed[i], lane], seed_ms[i])
        for i in range(seed_first[lane], seed_first[lane + 1]):
            v = seed[i]
            while first[v] < first[v + np.uint32(1)]:
                for e in range(first[v], first[v + np.uint32(1)]):
                    u = head[e]
                    reach[u, lane] = min(reach[u, lane], reach[v, lane] + climbing[e])
                v = head[first[v]]
    for i in range(states):
        v = np.uint32(states - 1 - i)
        for e in range(first[v], first[v + np.uint32(1)]):
            u = head[e]
            cost = sweeping[e]
            for lane in range(LANES):
                reach[v, lane] = min(reach[v, lane], reach[u, lane] + cost)

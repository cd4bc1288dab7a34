"""Which arcs the quickest way takes, once every state's distance to the target is known.

Steps whose time fits the distances exactly are the quickest ways, all of them; among these a search on from the origin
takes the shortest in length. So the path of a route is the one whose length `nearest` reports.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, Ints
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.search.nearest import FAR, pop, push

Longs = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.uint32]


class StepsOnward(NamedTuple):
    """Steps by the state they leave: step and dst first[s] to first[s + 1]. Made when first needed, never stored."""

    first: Ranks
    step: Ranks
    dst: Ranks


@kernel
def steps_onward(step_first: Ranks, step_src: Ranks) -> tuple[Ranks, Ranks, Ranks]:
    """Sort the steps by the state they leave (a counting sort, so within a state they keep their order)."""
    states = step_first.shape[0] - 1
    first = np.zeros(states + 2, np.uint32)
    for i in range(step_src.shape[0]):
        first[step_src[i] + np.uint32(2)] += np.uint32(1)
    for s in range(2, states + 2):
        first[s] += first[s - 1]
    step, dst = np.empty(step_src.shape[0], np.uint32), np.empty(step_src.shape[0], np.uint32)
    for s in range(states):
        for i in range(step_first[s], step_first[s + 1]):
            place = first[step_src[i] + np.uint32(1)]
            step[place], dst[place] = i, s
            first[step_src[i] + np.uint32(1)] += np.uint32(1)
    return first[: states + 1], step, dst


@kernel
def tight_path(
    onward_first: Ranks, onward_step: Ranks, onward_dst: Ranks, step_arc: Ranks, step_turn: Ints, times: Ints,
    length_dm: Ints, reach: Ints, origin: Ranks, origin_ms: Ints, origin_dm: Ints, total_ms: int,
    target: Ranks, target_ms: Ints, target_dm: Ints,
    label: Longs, touched: Ranks, keys: Longs, items: Ranks,
) -> tuple[Scalar, Scalar, Scalar, Ranks, Ranks]:  # fmt: skip
    """Returns (dm or -1, place in origins, place in targets, arcs driven whole, states before, between and after).

    reach: int32 [states], ms to the target. `label` is all FAR before and after.
    """
    states = onward_first.shape[0] - 1
    via_arc = np.empty(states, np.int64)  # arc one came by, or -1 - place in origins
    came_from = np.empty(states, np.int64)
    seen, size = 0, 0
    for i in range(origin.shape[0]):
        s = origin[i]
        if reach[s] < CLOSED and reach[s] + origin_ms[i] == total_ms and origin_dm[i] < label[s]:
            if label[s] == FAR:
                touched[seen] = s
                seen += 1
            label[s], via_arc[s] = origin_dm[i], -1 - i
            push(keys, items, size, origin_dm[i], s)
            size += 1
    best, best_target, best_state = FAR, -1, np.int64(-1)
    while size > 0 and keys[0] < best:
        key, s = keys[0], items[0]
        pop(keys, items, size)
        size -= 1
        if key > label[s]:
            continue
        for i in range(target.shape[0]):
            if target[i] == s and target_ms[i] == reach[s] and key + target_dm[i] < best:
                best, best_target, best_state = key + target_dm[i], i, np.int64(s)
        if size + onward_first[s + 1] - onward_first[s] > keys.shape[0]:
            room = 2 * keys.shape[0] + 64
            more_keys, more_items = np.empty(room, np.int64), np.empty(room, np.uint32)
            for i in range(size):
                more_keys[i], more_items[i] = keys[i], items[i]
            keys, items = more_keys, more_items
        for i in range(onward_first[s], onward_first[s + 1]):
            u, step = onward_dst[i], onward_step[i]
            arc = step_arc[step]
            ms = times[arc] + (step_turn[step] if step_turn.shape[0] > 0 else 0)
            if times[arc] >= CLOSED or reach[u] >= CLOSED or reach[u] + ms != reach[s]:
                continue
            dm = key + length_dm[arc >> 1]
            if dm < label[u]:
                if label[u] == FAR:
                    touched[seen] = u
                    seen += 1
                label[u], via_arc[u], came_from[u] = dm, arc, s
                push(keys, items, size, dm, u)
                size += 1
    for i in range(seen):
        label[touched[i]] = FAR
    if best_state < 0:
        return -1, -1, -1, np.zeros(0, np.uint32), np.zeros(0, np.uint32)
    hops, s = 0, best_state
    while via_arc[s] >= 0:
        s = came_from[s]
        hops += 1
    arcs, passed, s = np.empty(hops, np.uint32), np.empty(hops + 1, np.uint32), best_state
    passed[hops] = s
    for i in range(hops - 1, -1, -1):
        arcs[i] = via_arc[s]
        s = came_from[s]
        passed[i] = s
    return best, -1 - via_arc[s], best_target, arcs, passed

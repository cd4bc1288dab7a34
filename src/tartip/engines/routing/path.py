"""Which arcs the quickest way takes, once every state's distance from the origin is known.

Steps whose time fits the distances exactly are the quickest ways, all of them; among these a search back from the
target takes the shortest in length. So the path of a route is the one whose length `nearest` reports.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.roads import CLOSED, Ints
from tartip.engines.routing.search import FAR, pop, push

Longs = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.uint32]


@kernel
def tight_path(
    step_first: Ranks, step_src: Ranks, step_arc: Ranks, step_turn: Ints, times: Ints, length_dm: Ints, reach: Ints,
    origin: Ranks, origin_ms: Ints, origin_dm: Ints, origins: int,
    target: Ranks, target_ms: Ints, target_dm: Ints, targets: int, total_ms: int,
    label: Longs, touched: Ranks, keys: Longs, items: Ranks,
) -> tuple[Scalar, Scalar, Scalar, Ranks, Ranks]:  # fmt: skip
    """Returns (dm or -1, place in origins, place in targets, arcs driven whole, states before, between and after).

    `label` is all FAR before and after.
    """
    states = step_first.shape[0] - 1
    via_arc = np.empty(states, np.int64)  # arc driven next, or -1 - place in targets
    onward = np.empty(states, np.int64)
    seen, size = 0, 0
    for i in range(targets):
        s = target[i]
        if reach[s] < CLOSED and reach[s] + target_ms[i] == total_ms and target_dm[i] < label[s]:
            if label[s] == FAR:
                touched[seen] = s
                seen += 1
            label[s], via_arc[s] = target_dm[i], -1 - i
            push(keys, items, size, target_dm[i], s)
            size += 1
    best, best_origin, best_state = FAR, -1, np.int64(-1)
    while size > 0 and keys[0] < best:
        key, s = keys[0], items[0]
        pop(keys, items, size)
        size -= 1
        if key > label[s]:
            continue
        for i in range(origins):
            if origin[i] == s and origin_ms[i] == reach[s] and key + origin_dm[i] < best:
                best, best_origin, best_state = key + origin_dm[i], i, np.int64(s)
        if size + step_first[s + 1] - step_first[s] > keys.shape[0]:
            more_keys, more_items = (
                np.empty(2 * keys.shape[0] + 64, np.int64),
                np.empty(2 * keys.shape[0] + 64, np.uint32),
            )
            more_keys[:size], more_items[:size] = keys[:size], items[:size]
            keys, items = more_keys, more_items
        for i in range(step_first[s], step_first[s + 1]):
            u, arc = step_src[i], step_arc[i]
            ms = times[arc] + (step_turn[i] if step_turn.shape[0] > 0 else 0)
            if times[arc] >= CLOSED or reach[u] >= CLOSED or reach[u] + ms != reach[s]:
                continue
            dm = key + length_dm[arc >> 1]
            if dm < label[u]:
                if label[u] == FAR:
                    touched[seen] = u
                    seen += 1
                label[u], via_arc[u], onward[u] = dm, arc, s
                push(keys, items, size, dm, u)
                size += 1
    for i in range(seen):
        label[touched[i]] = FAR
    if best_state < 0:
        return -1, -1, -1, np.zeros(0, np.uint32), np.zeros(0, np.uint32)
    hops, s = 0, best_state
    while via_arc[s] >= 0:
        s = onward[s]
        hops += 1
    arcs, passed, s = np.empty(hops, np.uint32), np.empty(hops + 1, np.uint32), best_state
    for i in range(hops):
        arcs[i], passed[i] = via_arc[s], s
        s = onward[s]
    passed[hops] = s
    return best, best_origin, -1 - via_arc[s], arcs, passed

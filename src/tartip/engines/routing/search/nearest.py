"""The k nearest units: a search backwards from the place that stops as soon as nobody else can be nearer.

Units are attached in chains to the states they will reach next, so nothing is looked at twice, and moving a unit costs
only its attachment to another state. Labels are ms << 32 | dm: the quickest way, the shorter one among equals.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.index import Index
from tartip.engines.routing.graph.metric import Metric
from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ends, Ints
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.places.board import Attached
from tartip.engines.routing.search.ends import direct, part, target_seeds
from tartip.engines.routing.search.workspace import Workspace

Longs = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.uint32]
FAR = np.int64(0x7FFFFFFFFFFFFFFF)


@kernel
def push(keys: Longs, items: Ranks, size: int, key: int, item: int) -> None:
    """Add to a heap of four-fold nodes holding `size` entries."""
    i = size
    while i > 0:
        above = (i - 1) >> 2
        if keys[above] <= key:
            break
        keys[i], items[i] = keys[above], items[above]
        i = above
    keys[i], items[i] = key, item


@kernel
def pop(keys: Longs, items: Ranks, size: int) -> None:
    """Take the least entry (place 0) away; `size` is the size before."""
    key, item = keys[size - 1], items[size - 1]
    size -= 1
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least = child
        for j in range(child + 1, min(child + 4, size)):
            if keys[j] < keys[least]:
                least = j
        if keys[least] >= key:
            break
        keys[i], items[i] = keys[least], items[least]
        i = least
    keys[i], items[i] = key, item


@kernel
def offer(best: Longs, who: Ints, count: int, k: int, key: int, slot: int) -> int:
    """Put (key, slot) into the ordered list of the k best, each slot once; return the new count."""
    for i in range(count):
        if who[i] == slot:
            if best[i] <= key:
                return count
            for j in range(i, count - 1):
                best[j], who[j] = best[j + 1], who[j + 1]
            count -= 1
            break
    i = count
    while i > 0 and (best[i - 1] > key or (best[i - 1] == key and who[i - 1] > slot)):
        i -= 1
    if i >= k:
        return count
    for j in range(min(count, k - 1), i, -1):
        best[j], who[j] = best[j - 1], who[j - 1]
    best[i], who[i] = key, slot
    return min(count + 1, k)


@kernel
def nearest_units(
    index: Scalar, metric: Scalar, ends: Scalar, units: Scalar, eligible: npt.NDArray[np.bool_],
    edge: int, share: int, k: int, give_up: int, space: Scalar,
) -> int:  # fmt: skip
    """Fill space.best (labels) and space.who (unit slots), ascending; return how many, or -1 after `give_up` states.

    index, metric, ends, units, space: Index, Metric, Ends, Hung, Workspace, each as a plain tuple: numba takes named
    ones five microseconds later, a tenth of the whole search. The place is `share` of road `edge`. `space.label` is
    all FAR before and after.
    """
    index, metric, ends, units, space = Index(*index), Metric(*metric), Ends(*ends), Attached(*units), Workspace(*space)
    step_first, step_src, step_arc, step_turn = index.step_first, index.step_src, index.step_arc, index.step_turn
    arc_end, times, near_times, length_dm = index.arc_end, metric.times, metric.near_times, ends.length_dm
    chain, following, unit_edge, unit_share, unit_extra = (
        units.chain, units.following, units.edge, units.share, units.extra
    )  # fmt: skip
    label, touched, keys, items, best, who = (
        space.label, space.touched, space.keys, space.items, space.best, space.who
    )  # fmt: skip
    # First who need not leave the road of the place: they are attached to the states at its two ends.
    count = 0
    for way in range(2):
        end = arc_end[2 * edge + way]
        if end >= 0:
            entry = chain[end]
            while entry >= 0:
                slot = entry >> 1
                if unit_edge[slot] == edge and eligible[slot]:
                    ms = direct(near_times, edge, unit_share[slot], share, unit_extra[slot, 1], unit_extra[slot, 0])
                    if ms < CLOSED:
                        dm = part(length_dm[edge], max(share, unit_share[slot])) - part(
                            length_dm[edge], min(share, unit_share[slot])
                        )
                        count = offer(best, who, count, k, (ms << 32) + dm, slot)
                entry = following[entry]
    # Then backwards from the states before the place, in the order of their labels (Dijkstra).
    size, seen = 0, 0
    for i in range(target_seeds(index, near_times, ends, edge, share, space)):
        key = (np.int64(space.seed_ms[i]) << 32) + space.seed_dm[i]
        s = space.seed[i]
        if key < label[s]:
            if label[s] == FAR:
                touched[seen] = s
                seen += 1
            label[s] = key
            push(keys, items, size, key, s)
            size += 1
    settled = 0
    while size > 0:
        key, s = keys[0], items[0]
        if count == k and key > best[k - 1]:  # all that is left is farther than the k-th
            break
        pop(keys, items, size)
        size -= 1
        if key > label[s]:
            continue
        settled += 1
        if settled > give_up or size + (step_first[s + 1] - step_first[s]) > keys.shape[0]:
            count = -1
            break
        entry = chain[s]  # units that reach this state next: their way is what is left of their road, then the label
        while entry >= 0:
            slot, way = entry >> 1, entry & 1
            if eligible[slot]:
                arc = 2 * unit_edge[slot] + way
                whole, length = near_times[arc], length_dm[unit_edge[slot]]
                gone = unit_share[slot] if way == 0 else FULL_SHARE - unit_share[slot]
                ms = whole - part(whole, gone) + unit_extra[slot, way]
                whole_key = key + (np.int64(ms) << 32) + length - part(length, gone)
                if whole_key >> 32 < CLOSED:
                    count = offer(best, who, count, k, whole_key, slot)
            entry = following[entry]
        for i in range(step_first[s], step_first[s + 1]):
            arc = step_arc[i]
            ms = times[arc]
            if ms >= CLOSED:
                continue
            if step_turn.shape[0] > 0:
                ms += step_turn[i]
            onward = key + (np.int64(ms) << 32) + length_dm[arc >> 1]
            u = step_src[i]
            if onward < label[u] and (count < k or onward <= best[k - 1]) and onward >> 32 < CLOSED:
                if label[u] == FAR:
                    touched[seen] = u
                    seen += 1
                label[u] = onward
                push(keys, items, size, onward, u)
                size += 1
    for i in range(seen):  # clean up only what was written: a search touches few of the states
        label[touched[i]] = FAR
    return count

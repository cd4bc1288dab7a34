"""The k nearest units: a search backwards from the place that stops as soon as nobody else can be nearer.

Units hang in chains on the states they will reach next, so nothing is looked at twice and moving a unit costs nothing
but re-hanging it. Labels are ms << 32 | dm: the quickest way, the shorter one among equals.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ints
from tartip.engines.routing.jit import kernel
from tartip.engines.routing.search.ends import direct, part

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
    step_first: Ranks, step_src: Ranks, step_arc: Ranks, step_turn: Ints, arc_end: Ints,
    times: Ints, near_times: Ints, length_dm: Ints, edge: int, share: int,
    seed: Ranks, seed_ms: Ints, seed_dm: Ints, seeds: int,
    chain: Ints, following: Ints, unit_edge: Ints, unit_share: Ints, unit_extra: Ints, eligible: npt.NDArray[np.bool_],
    k: int, give_up: int, label: Longs, touched: Ranks, keys: Longs, items: Ranks, best: Longs, who: Ints,
) -> int:  # fmt: skip
    """Fill best (labels) and who (unit slots), ascending; return how many, or -1 after `give_up` states.

    `label` is all FAR before and after. Chain entries are 2 * slot + direction; unit_extra is ms, [slots, 2].
    """
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
    size, seen = 0, 0
    for i in range(seeds):
        key = (np.int64(seed_ms[i]) << 32) + seed_dm[i]
        s = seed[i]
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
        if count == k and key > best[k - 1]:
            break
        pop(keys, items, size)
        size -= 1
        if key > label[s]:
            continue
        settled += 1
        if settled > give_up or size + (step_first[s + 1] - step_first[s]) > keys.shape[0]:
            count = -1
            break
        entry = chain[s]
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
    for i in range(seen):
        label[touched[i]] = FAR
    return count

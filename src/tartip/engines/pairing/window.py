"""Compiled state of the stream: the reads of the last hours, found by plate and section, and a wheel of time.

Reads hang in chains, one per hash bucket, ordered by plate, section and falling time, so that the neighbours of a read
are the links beside it. Every read also hangs on the wheel at its quarter of a second. When the watermark moves, three
hands pass over the wheel: the first judges exits once nothing can come within `alone` after them, the second judges
entries that stayed alone, the third drops reads that no later verdict can depend on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.hashing import mix_pair
from tartip.engines.pairing.groups import DUPLICATE, Small
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import (
    ALONE,
    CLOCK_MS,
    CUT_MS,
    LIMIT,
    LOST_END,
    LOST_FIRST,
    LOW_MM,
    MAX_GAP,
    MAX_KMH,
    NONE,
    PAIRED,
    VALID_FROM,
    VALID_UNTIL,
    Ints,
    band_of,
    index_of,
    is_candidate,
    judge_clocks,
    judge_lone,
    judge_pair,
)

LATE, FUTURE = int(Reason.LATE), int(Reason.FUTURE)
TICK = 250  # ms per place of the wheel
EMPTY = -1

NODE = np.dtype(
    [
        ("plate", np.int64),
        ("when", np.int64),  # 2 * time + side
        ("row", np.int64),
        ("section", np.int32),
        ("newer", np.int32),  # link before it in the chain
        ("older", np.int32),  # link after it; of a free node: the next free one
        ("beside", np.int32),  # next on the same place of the wheel
        ("told", np.int32),  # 1 once its verdict is out
        ("k", np.int32),  # row of its section
    ],
    align=True,
)
FREE, LIVE, LAST_TICK = range(3)  # places in `count`
Nodes = npt.NDArray[Any]
Columns = tuple[npt.NDArray[Any], ...]


@njit(cache=True, nogil=True)
def add_reads(
    plate: Ints, section: Small, at: Ints, side: npt.NDArray[np.int8], first_row: int, watermark: int, latest: int,
    nodes: Nodes, heads: Small, wheel: Small, on_tick: Small, count: Ints,
    times: Ints, road: Ints, lost: Ints, by_id: Small, bands: Ints, pairs: Columns, suspects: Columns,
) -> tuple[int, int]:  # fmt: skip
    """Take reads in; returns the numbers of pairs at first sight and of suspects at once (duplicate, late, future).

    The caller has made sure that free nodes suffice and that every section is known.
    """
    pair_plate, pair_section, entry, exit_, entered_at, exited_at, speed, band = pairs
    read, suspect_plate, suspect_section, suspect_at, suspect_side, why = suspects
    p = s = 0
    mask = np.uint64(len(heads) - 1)
    for i in range(len(plate)):
        reason = 0
        own_plate, own_section, when = plate[i], section[i], 2 * at[i] + side[i]
        newer, older = EMPTY, EMPTY
        bucket = np.int64(mix_pair(own_plate, own_section) & mask)
        if at[i] < watermark:
            reason = LATE
        elif at[i] > latest:
            reason = FUTURE
        else:
            older = heads[bucket]
            while older != EMPTY:
                node = nodes[older]
                if node.plate > own_plate or (node.plate == own_plate and node.section > own_section):
                    break
                if node.plate == own_plate and node.section == own_section:
                    if node.when == when:
                        reason = DUPLICATE
                        break
                    if node.when < when:
                        break
                newer = older
                older = node.older
        if reason != 0:
            read[s], suspect_plate[s], suspect_section[s] = first_row + i, own_plate, own_section
            suspect_at[s], suspect_side[s], why[s] = at[i], side[i], reason
            s += 1
            continue
        me = np.int32(count[FREE])
        node = nodes[me]
        count[FREE] = node.older
        count[LIVE] += 1
        k = index_of(own_section, road, by_id)
        node.plate, node.section, node.when, node.row = own_plate, own_section, when, first_row + i
        node.told, node.k, node.newer, node.older = 0, k, newer, older
        if newer == EMPTY:
            heads[bucket] = me
        else:
            nodes[newer].older = me
        if older != EMPTY:
            nodes[older].newer = me
        tick = at[i] // TICK
        place = tick % len(wheel)
        node.beside = wheel[place]
        wheel[place] = me
        on_tick[place] += 1
        count[LAST_TICK] = max(count[LAST_TICK], tick)

        # first sight: the pair this read makes with what has come so far
        x = int(me)
        if side[i] == 0:
            x = newer
            if x == EMPTY or nodes[x].plate != own_plate or nodes[x].section != own_section:
                continue
        e = nodes[x].older
        if e == EMPTY or nodes[e].plate != own_plate or nodes[e].section != own_section:
            continue
        entered, exited = nodes[e].when >> 1, nodes[x].when >> 1
        if nodes[x].told or not is_candidate(nodes[e].when & 1, entered, nodes[x].when & 1, exited, times[MAX_GAP]):
            continue
        before = after = NONE
        b, a = nodes[e].older, nodes[x].newer
        if b != EMPTY and nodes[b].plate == own_plate and nodes[b].section == own_section:
            before = nodes[b].when >> 1
        if a != EMPTY and nodes[a].plate == own_plate and nodes[a].section == own_section:
            after = nodes[a].when >> 1
        verdict = judge_pair(
            before, entered, exited, after, times[ALONE], times[MAX_KMH],
            road[k, LOW_MM], road[k, CLOCK_MS], road[k, VALID_FROM], road[k, VALID_UNTIL],
        )  # fmt: skip
        if verdict == PAIRED and road[k, LOST_FIRST] < road[k, LOST_END]:
            verdict = judge_clocks(entered, exited, road[k, LOST_FIRST], road[k, LOST_END], lost)
        if verdict == PAIRED:
            high_ms = exited - entered + road[k, CLOCK_MS] + CUT_MS
            pair_plate[p], pair_section[p] = own_plate, own_section
            entry[p], exit_[p] = nodes[e].row, nodes[x].row
            entered_at[p], exited_at[p] = entered, exited
            speed[p] = road[k, LOW_MM] * 3600 // high_ms
            band[p] = band_of(road[k, LOW_MM], high_ms, road[k, LIMIT], bands)
            p += 1
    return p, s


@njit(cache=True, nogil=True)
def settle(
    exits_from: int, exits_to: int, entries_from: int, entries_to: int,
    nodes: Nodes, wheel: Small, times: Ints, road: Ints, lost: Ints, bands: Ints, pairs: Columns, suspects: Columns,
) -> tuple[int, int]:  # fmt: skip
    """Judge the exits on ticks [exits_from, exits_to), then the entries left on [entries_from, entries_to)."""
    pair_plate, pair_section, entry, exit_, entered_at, exited_at, speed, band = pairs
    read, suspect_plate, suspect_section, suspect_at, suspect_side, why = suspects
    p = s = 0
    for side in (1, 0):
        first, last = (exits_from, exits_to) if side == 1 else (entries_from, entries_to)
        for tick in range(first, last):
            x = wheel[tick % len(wheel)]
            while x != EMPTY:
                node = nodes[x]
                me, x = x, node.beside
                if node.told or node.when & 1 != side:
                    continue
                at, k = node.when >> 1, node.k
                before = after = NONE
                b, a = node.older, node.newer
                if b != EMPTY and nodes[b].plate == node.plate and nodes[b].section == node.section:
                    before = nodes[b].when >> 1
                if a != EMPTY and nodes[a].plate == node.plate and nodes[a].section == node.section:
                    after = nodes[a].when >> 1
                partner = EMPTY
                if side == 1 and before != NONE and is_candidate(nodes[b].when & 1, before, 1, at, times[MAX_GAP]):
                    partner = b
                if partner == EMPTY:
                    verdict = judge_lone(before, at, after, side, times[ALONE])
                else:
                    entered, before = before, NONE
                    b = nodes[partner].older
                    if b != EMPTY and nodes[b].plate == node.plate and nodes[b].section == node.section:
                        before = nodes[b].when >> 1
                    verdict = judge_pair(
                        before, entered, at, after, times[ALONE], times[MAX_KMH],
                        road[k, LOW_MM], road[k, CLOCK_MS], road[k, VALID_FROM], road[k, VALID_UNTIL],
                    )  # fmt: skip
                    if verdict == PAIRED and road[k, LOST_FIRST] < road[k, LOST_END]:
                        verdict = judge_clocks(entered, at, road[k, LOST_FIRST], road[k, LOST_END], lost)
                if verdict == PAIRED:
                    high_ms = at - entered + road[k, CLOCK_MS] + CUT_MS
                    pair_plate[p], pair_section[p] = node.plate, node.section
                    entry[p], exit_[p] = nodes[partner].row, node.row
                    entered_at[p], exited_at[p] = entered, at
                    speed[p] = road[k, LOW_MM] * 3600 // high_ms
                    band[p] = band_of(road[k, LOW_MM], high_ms, road[k, LIMIT], bands)
                    p += 1
                    node.told = nodes[partner].told = 1
                    continue
                while me != EMPTY:  # the read, and the entry it would have paired with
                    read[s], suspect_plate[s], suspect_section[s] = nodes[me].row, node.plate, node.section
                    suspect_at[s], suspect_side[s], why[s] = nodes[me].when >> 1, nodes[me].when & 1, verdict
                    s += 1
                    nodes[me].told = 1
                    me, partner = partner, EMPTY
    return p, s


@njit(cache=True, nogil=True)
def drop(first: int, last: int, nodes: Nodes, heads: Small, wheel: Small, on_tick: Small, count: Ints) -> None:
    """Free all reads on the ticks [first, last)."""
    mask = np.uint64(len(heads) - 1)
    for tick in range(first, last):
        place = tick % len(wheel)
        x = wheel[place]
        while x != EMPTY:
            node = nodes[x]
            beside = node.beside
            if node.newer == EMPTY:
                heads[np.int64(mix_pair(node.plate, node.section) & mask)] = node.older
            else:
                nodes[node.newer].older = node.older
            if node.older != EMPTY:
                nodes[node.older].newer = node.newer
            node.older = count[FREE]
            count[FREE] = x
            count[LIVE] -= 1
            x = beside
        wheel[place] = EMPTY
        on_tick[place] = 0


@njit(cache=True, nogil=True)
def split_heads(nodes: Nodes, heads: Small, twice: Small) -> None:
    """Spread every chain of `heads` over two chains of `twice`, twice as long; order inside a chain is kept."""
    mask = np.uint64(len(twice) - 1)
    twice[:] = EMPTY
    for bucket in range(len(heads)):
        tails = (np.int64(EMPTY), np.int64(EMPTY))
        x = heads[bucket]
        while x != EMPTY:
            node = nodes[x]
            older = node.older
            to = np.int64(mix_pair(node.plate, node.section) & mask)
            upper = to != bucket
            tail = tails[1] if upper else tails[0]
            node.newer, node.older = tail, EMPTY
            if tail == EMPTY:
                twice[to] = x
            else:
                nodes[tail].older = x
            tails = (tails[0], np.int64(x)) if upper else (np.int64(x), tails[1])
            x = older

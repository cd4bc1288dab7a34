"""Compiled state of the stream: the reads of the last hours, found by plate, and a wheel of time.

Reads are linked in chains, one per hash bucket, ordered by plate, falling time and section, so that the reads of one
plate stand side by side. Every read also stands on the wheel at its quarter of a second. When the watermark moves,
three hands pass over the wheel: the first settles exits and their entries once nothing can change their verdict, the
second settles entries that stayed alone, the third drops reads that no later verdict can depend on.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.hashing import mix_pair
from tartip.engines.pairing.groups import NO_PLATE
from tartip.engines.pairing.judge import DUPLICATE, Workspace, judge_plate, make_workspace
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import PAIRED, Ints, Records, Rules, Small, find_section
from tartip.engines.pairing.verdicts import (
    PAIR,
    SUSPECT,
    Columns,
    fill_pairs,
    fill_suspects,
    write_pair,
    write_suspect,
)

LATE, FUTURE = int(Reason.LATE), int(Reason.FUTURE)
TICK: Final = 250  # ms per place of the wheel
EMPTY: Final = -1
FRESH, HELD, SETTLED = range(3)  # states of a node: just come, seen at first sight, verdict given

NODE = np.dtype(
    [
        ("plate", np.int64),
        ("when", np.int64),  # 2 * time + side
        ("row", np.int64),
        ("k", np.int32),  # row of its section
        ("newer", np.int32),  # link before it in the chain
        ("older", np.int32),  # link after it; of a free node: the next free one
        ("beside", np.int32),  # next on the same place of the wheel
        ("state", np.int32),
    ],
    align=True,
)
FREE, LIVE, LAST_TICK = range(3)  # places in `counters`


class Window(NamedTuple):
    """The reads held."""

    nodes: npt.NDArray[Any]  # of NODE
    heads: Small  # first node of each chain
    wheel: Small  # first node of each place
    on_tick: Small  # reads on each place
    counters: Ints  # FREE, LIVE, LAST_TICK


class Arrivals(NamedTuple):
    """The columns of one push."""

    plate: Ints
    section: Small
    at: Ints
    side: npt.NDArray[np.int8]


class Hands(NamedTuple):
    """Ticks [from, to) that the hands pass now."""

    exits_from: int
    exits_to: int
    entries_from: int
    entries_to: int


@njit(cache=True, nogil=True)
def add_reads(
    new: Arrivals, first_row: int, watermark: int, latest: int, window: Window, rules: Rules, to: Columns
) -> tuple[int, int]:
    """Take reads in; returns the numbers of pairs at first sight and of suspects at once.

    The caller has made sure that free nodes suffice and that every section is known.
    """
    nodes, heads, counters = window.nodes, window.heads, window.counters
    mask = np.uint64(len(heads) - 1)
    added, p, s = 0, 0, 0
    fresh = np.empty(len(new.plate), np.int32)
    pairs, suspects = np.empty(len(new.plate), PAIR), np.empty(len(new.plate), SUSPECT)
    for i in range(len(new.plate)):
        plate, at, when = new.plate[i], new.at[i], 2 * new.at[i] + new.side[i]
        k = find_section(new.section[i], rules.ids, rules.by_id)
        bucket = np.int64(mix_pair(plate, 0) & mask)
        newer = older = EMPTY
        reason = PAIRED
        if plate <= 0:
            reason = NO_PLATE
        elif at < watermark:
            reason = LATE
        elif at > latest:
            reason = FUTURE
        else:
            # find its place in the chain: behind all newer reads of its plate
            older = heads[bucket]
            while older != EMPTY:
                node = nodes[older]
                if node.plate > plate:
                    break
                if node.plate == plate and (node.when < when or (node.when == when and node.k <= k)):
                    if node.when == when and node.k == k:
                        reason = DUPLICATE
                    break
                newer, older = older, node.older
        if reason != PAIRED:
            write_suspect(suspects[s], plate, k, when, first_row + i, reason)
            s += 1
            continue
        me = np.int32(counters[FREE])
        node = nodes[me]
        counters[FREE] = node.older
        counters[LIVE] += 1
        node.plate, node.when, node.row, node.k, node.state = plate, when, first_row + i, k, FRESH
        node.newer, node.older = newer, older
        if newer == EMPTY:
            heads[bucket] = me
        else:
            nodes[newer].older = me
        if older != EMPTY:
            nodes[older].newer = me
        tick = at // TICK
        place = tick % len(window.wheel)
        node.beside = window.wheel[place]
        window.wheel[place] = me
        window.on_tick[place] += 1
        counters[LAST_TICK] = max(counters[LAST_TICK], tick)
        fresh[added] = me
        added += 1

    # First sight: each plate that something came of is judged once, on what has come so far.
    space = make_workspace(64, len(rules.road))
    for f in range(added):
        if nodes[fresh[f]].state != FRESH:
            continue  # judged with another read of its plate
        space, m = gather_plate(fresh[f], window, space)
        judge_plate(space, m, rules)
        reads = space.reads
        for i in range(m):
            if reads[i].reason == PAIRED and reads[i].when & 1 == 0:
                exit_ = reads[reads[i].partner]
                one, two = nodes[reads[i].node].state, nodes[exit_.node].state
                if one != SETTLED and two != SETTLED and (one == FRESH or two == FRESH):
                    write_pair(pairs[p], nodes[fresh[f]].plate, reads[i], exit_)
                    p += 1
        for i in range(m):
            if nodes[reads[i].node].state == FRESH:
                nodes[reads[i].node].state = HELD
    fill_pairs(pairs, p, to, 0, rules)
    fill_suspects(suspects, s, to, 0, rules)
    return p, s


@njit(cache=True, nogil=True)
def gather_plate(x: int, window: Window, space: Workspace) -> tuple[Workspace, int]:
    """Copy all held reads of the plate of node x to the working space, oldest first; returns it and their number."""
    nodes = window.nodes
    plate, newest = nodes[x].plate, x
    while nodes[newest].newer != EMPTY and nodes[nodes[newest].newer].plate == plate:
        newest = nodes[newest].newer
    m, x = 0, newest
    while x != EMPTY and nodes[x].plate == plate:
        m += 1
        x = nodes[x].older
    if m > len(space.reads):
        space = make_workspace(2 * m, len(space.last))
    x = newest
    for i in range(m - 1, -1, -1):
        node, read = nodes[x], space.reads[i]
        read.when, read.k, read.row, read.node = node.when, node.k, node.row, x
        x = node.older
    return space, m


@njit(cache=True, nogil=True)
def settle(hands: Hands, most: int, window: Window, rules: Rules, to: Columns) -> tuple[int, int]:
    """Give the final verdict on all reads the hands pass; returns the numbers of pairs and suspects.

    `most` is a bound on both.
    """
    nodes, wheel = window.nodes, window.wheel
    space = make_workspace(64, len(rules.road))
    pairs, suspects = np.empty(most, PAIR), np.empty(most, SUSPECT)
    p = s = 0
    for side in (1, 0):
        first, last = (hands.exits_from, hands.exits_to) if side == 1 else (hands.entries_from, hands.entries_to)
        for tick in range(first, last):
            x = wheel[tick % len(wheel)]
            while x != EMPTY:
                if nodes[x].state != SETTLED and nodes[x].when & 1 == side:
                    space, m = gather_plate(x, window, space)
                    judge_plate(space, m, rules)
                    p, s = settle_plate(space.reads, m, nodes[x].plate, hands, window, pairs, suspects, p, s)
                x = nodes[x].beside
    fill_pairs(pairs, p, to, 0, rules)
    fill_suspects(suspects, s, to, 0, rules)
    return p, s


@njit(cache=True, nogil=True)
def settle_plate(
    reads: Records, m: int, plate: int, hands: Hands, window: Window, pairs: Records, suspects: Records, p: int, s: int
) -> tuple[int, int]:
    """Write out those judged reads of a plate whose time has come: an entry with its exit, or alone."""
    nodes = window.nodes
    for i in range(m):
        read = reads[i]
        side = read.when & 1
        if side == 0 and read.partner >= 0:
            is_due = (reads[read.partner].when >> 1) // TICK < hands.exits_to
        else:
            is_due = (read.when >> 1) // TICK < (hands.exits_to if side == 1 else hands.entries_to)
        node = nodes[read.node]
        if not is_due or node.state == SETTLED:
            continue
        node.state = SETTLED
        if read.reason != PAIRED:
            write_suspect(suspects[s], plate, read.k, read.when, read.row, read.reason)
            s += 1
        elif side == 0:
            write_pair(pairs[p], plate, read, reads[read.partner])
            p += 1
    return p, s


@njit(cache=True, nogil=True)
def drop_reads(first: int, last: int, window: Window) -> None:
    """Free all reads on the ticks [first, last)."""
    nodes, heads, wheel, counters = window.nodes, window.heads, window.wheel, window.counters
    mask = np.uint64(len(heads) - 1)
    for tick in range(first, last):
        place = tick % len(wheel)
        x = wheel[place]
        while x != EMPTY:
            node = nodes[x]
            beside = node.beside
            if node.newer == EMPTY:
                heads[np.int64(mix_pair(node.plate, 0) & mask)] = node.older
            else:
                nodes[node.newer].older = node.older
            if node.older != EMPTY:
                nodes[node.older].newer = node.newer
            node.older = counters[FREE]
            counters[FREE] = x
            counters[LIVE] -= 1
            x = beside
        wheel[place] = EMPTY
        window.on_tick[place] = 0


@njit(cache=True, nogil=True)
def split_heads(nodes: npt.NDArray[Any], heads: Small, twice: Small) -> None:
    """Spread every chain of `heads` over two chains of `twice`, twice as long; order inside a chain is kept."""
    mask = np.uint64(len(twice) - 1)
    twice[:] = EMPTY
    for bucket in range(len(heads)):
        tails = (np.int64(EMPTY), np.int64(EMPTY))
        x = heads[bucket]
        while x != EMPTY:
            node = nodes[x]
            older = node.older
            to = np.int64(mix_pair(node.plate, 0) & mask)
            upper = to != bucket
            tail = tails[1] if upper else tails[0]
            node.newer, node.older = tail, EMPTY
            if tail == EMPTY:
                twice[to] = x
            else:
                nodes[tail].older = x
            tails = (tails[0], np.int64(x)) if upper else (np.int64(x), tails[1])
            x = older

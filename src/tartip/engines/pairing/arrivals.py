"""Takes the reads of one push into the window of the stream, and finds the pairs at first sight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.hashing import mix_pair
from tartip.engines.pairing.groups import NO_PLATE
from tartip.engines.pairing.judge import DUPLICATE, judge_plate, make_workspace
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import PAIRED, Ints, Rules, Small, find_section
from tartip.engines.pairing.verdicts import (
    PAIR,
    SUSPECT,
    Columns,
    fill_pairs,
    fill_suspects,
    write_pair,
    write_suspect,
)
from tartip.engines.pairing.window import EMPTY, FREE, FRESH, HELD, LAST_TICK, LIVE, SETTLED, TICK, Window, gather_plate

LATE, FUTURE = int(Reason.LATE), int(Reason.FUTURE)


class Arrivals(NamedTuple):
    """The columns of one push."""

    plate: Ints
    section: Small
    at: Ints
    side: npt.NDArray[np.int8]


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

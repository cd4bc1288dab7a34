"""Gives the final verdict on the reads whose time has come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tartip.engines.pairing.judge import judge_plate, make_workspace
from tartip.engines.pairing.rule import PAIRED, Records, Rules
from tartip.engines.pairing.verdicts import (
    PAIR,
    SUSPECT,
    Columns,
    fill_pairs,
    fill_suspects,
    write_pair,
    write_suspect,
)
from tartip.engines.pairing.window import EMPTY, SETTLED, TICK, Window, gather_plate


class Hands(NamedTuple):
    """Ticks [from, to) that the hands pass now."""

    exits_from: int
    exits_to: int
    entries_from: int
    entries_to: int


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

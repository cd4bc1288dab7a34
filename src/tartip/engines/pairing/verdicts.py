"""Verdicts as the kernels write them, and the columns of the result tables filled from them.

The kernels write short records: numba counts references at every store into a column that comes out of a tuple, which
cost a third of the whole time. The columns are filled from many records at once, while these are still in the cache.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.pairing.rule import CUT_MS, Ints, Records, Rules, Small, find_band, highest_limit

PAIR = np.dtype(
    [
        ("plate", np.int64),
        ("entry", np.int64),  # row of the read
        ("exit", np.int64),
        ("entered", np.int64),
        ("exited", np.int64),
        ("k", np.int64),  # row of the section in `Rules.road`
    ]
)
SUSPECT = np.dtype(
    [
        ("plate", np.int64),
        ("row", np.int64),
        ("when", np.int64),  # 2 * time + side
        ("k", np.int32),
        ("reason", np.int32),
    ]
)


class Columns(NamedTuple):
    """The columns of the two result tables, filled from `PAIRS` and `SUSPECTS` in result.py."""

    pair_plate: Ints
    pair_section: Small
    entry: Ints
    exit: Ints
    entered_at: Ints
    exited_at: Ints
    speed: Small
    band: npt.NDArray[np.int8]
    read: Ints
    plate: Ints
    section: Small
    at: Ints
    side: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int8]


@njit(cache=True, nogil=True, inline="always")
def write_pair(pair: Any, plate: int, one: Any, two: Any) -> None:
    """Write down the pair of an entry and an exit, both records of READ."""
    pair.plate, pair.k = plate, one.k
    pair.entry, pair.exit = one.row, two.row
    pair.entered, pair.exited = one.when >> 1, two.when >> 1


@njit(cache=True, nogil=True, inline="always")
def write_suspect(suspect: Any, plate: int, k: int, when: int, row: int, reason: int) -> None:
    suspect.plate, suspect.k, suspect.when, suspect.row, suspect.reason = plate, k, when, row, reason


@njit(cache=True, nogil=True)
def fill_pairs(pairs: Records, count: int, to: Columns, p: int, rules: Rules) -> None:
    """Fill the columns of the pairs from row p on, with the proven speed and the band of each."""
    road, bands, changes = rules.road, rules.bands, rules.changes
    plate, section, entry, exit_ = to.pair_plate, to.pair_section, to.entry, to.exit
    entered_at, exited_at, speed, band = to.entered_at, to.exited_at, to.speed, to.band
    for i in range(count):
        pair = pairs[i]
        own = road[pair.k]
        high_ms = pair.exited - pair.entered + own.clock_ms + CUT_MS
        limit = own.limit
        if own.change_first < own.change_end:
            limit = highest_limit(limit, pair.entered, pair.exited, own.change_first, own.change_end, changes)
        plate[p + i], section[p + i], entry[p + i], exit_[p + i] = pair.plate, own.id, pair.entry, pair.exit
        entered_at[p + i], exited_at[p + i] = pair.entered, pair.exited
        speed[p + i] = own.low_mm * 3600 // high_ms
        band[p + i] = find_band(own.low_mm, high_ms, limit, bands)


@njit(cache=True, nogil=True)
def fill_suspects(suspects: Records, count: int, to: Columns, s: int, rules: Rules) -> None:
    """Fill the columns of the suspects from row s on."""
    road = rules.road
    read, plate, section, at, side, reason = to.read, to.plate, to.section, to.at, to.side, to.reason
    for i in range(count):
        one = suspects[i]
        read[s + i], plate[s + i], section[s + i] = one.row, one.plate, road[one.k].id
        at[s + i], side[s + i], reason[s + i] = one.when >> 1, one.when & 1, one.reason

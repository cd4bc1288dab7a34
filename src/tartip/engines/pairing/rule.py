"""The rule itself, in one place: batch, Parquet and stream call these functions and nothing else decides.

Reads of one plate on one section stand in the order (time, side), entries before exits. An entry directly followed by
an exit within `max_gap` is a candidate. It becomes a pair only if no other read of that plate there lies within
`alone` before the entry or after the exit: on generated truth one-to-one alone left 70 innocent drivers in 10,000
offences. Speeds are compared as whole numbers: v > k km/h  <=>  mm * 3600 > k * 1000 * ms, with the
shortest length and the longest time, so every uncertainty speaks for the driver.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.sections import Sections

NONE = -(2**62)  # no such neighbour; far enough from any time that differences neither overflow nor look close
CUT_MS = 1  # both stamps are cut to whole milliseconds, so the true duration may be this much longer

PAIRED = int(Reason.PAIRED)
NO_EXIT = int(Reason.NO_EXIT)
NO_ENTRY = int(Reason.NO_ENTRY)
CROWDED = int(Reason.CROWDED)
IMPOSSIBLE = int(Reason.IMPOSSIBLE)
NOT_CERTIFIED = int(Reason.NOT_CERTIFIED)
CLOCK_LOST = int(Reason.CLOCK_LOST)

Ints = npt.NDArray[np.int64]


ALONE, MAX_GAP, MAX_KMH = range(3)  # columns of Rules.times
ID, LOW_MM, LIMIT, CLOCK_MS, VALID_FROM, VALID_UNTIL, LOST_FIRST, LOST_END = range(8)  # columns of Rules.road
INDEXED = 1 << 20


class Rules(NamedTuple):
    """Parameters and sections in the form the compiled functions take: few arrays, handed on one by one."""

    times: Ints  # (3,)
    bands: Ints  # (n,) excesses in km/h
    road: Ints  # (sections, 8), ascending by id
    lost: Ints  # (spans, 2) from and until in ms
    by_id: npt.NDArray[np.int32]  # (n,) row of `road` by section id, -1 for none; ids from n on are searched

    @classmethod
    def of(cls, sections: Sections, params: PairingParams) -> Rules:
        times = np.array([params.alone_ms, params.max_gap_ms, params.max_kmh], dtype=np.int64)
        ids = sections.road[:, ID]
        small = ids[ids < INDEXED]
        by_id = np.full(int(small.max(initial=-1)) + 1, -1, dtype=np.int32)
        by_id[small] = np.arange(len(small))
        return cls(times, np.array(params.bands_kmh, dtype=np.int64), sections.road, sections.lost, by_id)


@njit(cache=True, nogil=True, inline="always")
def close(earlier: int, later: int, alone: int) -> bool:
    """Is the neighbour there and within `alone`?"""
    return earlier != NONE and later != NONE and later - earlier <= alone


@njit(cache=True, nogil=True, inline="always")
def is_candidate(side: int, at: int, next_side: int, next_at: int, max_gap: int) -> bool:
    return side == 0 and next_at != NONE and next_side == 1 and next_at - at <= max_gap


@njit(cache=True, nogil=True, inline="always")
def faster_than(kmh: int, low_mm: int, high_ms: int) -> bool:
    return low_mm * 3600 > kmh * 1000 * high_ms


@njit(cache=True, nogil=True, inline="always")
def band_of(low_mm: int, high_ms: int, limit_kmh: int, bands: Ints) -> int:
    """Number of edges the lower-bound speed lies strictly above."""
    band = 0
    while band < len(bands) and faster_than(limit_kmh + bands[band], low_mm, high_ms):
        band += 1
    return band


@njit(cache=True, nogil=True, inline="always")
def index_of(section: int, road: Ints, by_id: npt.NDArray[np.int32]) -> int:
    """Row of a section among the described ones, or -1. `by_id` answers small ids without a search."""
    if 0 <= section < len(by_id):
        k = int(by_id[section])
    else:
        k = int(np.searchsorted(road[:, ID], section))
        if k == len(road) or road[k, ID] != section:
            k = -1
    return k


@njit(cache=True, nogil=True)
def judge_pair(
    before: int,
    entered: int,
    exited: int,
    after: int,
    alone: int,
    max_kmh: int,
    low_mm: int,
    clock_ms: int,
    valid_from: int,
    valid_until: int,
) -> int:
    """Verdict on a candidate; `before` and `after` are the neighbouring reads' times or NONE.

    Numbers only: numba counts references of every array at every call, which made this ten times slower.
    """
    if close(before, entered, alone) or close(exited, after, alone):
        return CROWDED
    if exited <= entered or faster_than(max_kmh, low_mm, exited - entered + clock_ms + CUT_MS):
        return IMPOSSIBLE
    if entered < valid_from or exited >= valid_until:
        return NOT_CERTIFIED
    return PAIRED


@njit(cache=True, nogil=True)
def judge_clocks(entered: int, exited: int, first: int, end: int, lost: Ints) -> int:
    """Second verdict on a pair whose section has spans of lost time, the rows [first, end) of `lost`."""
    for j in range(first, end):
        if lost[j, 0] <= entered < lost[j, 1] or lost[j, 0] <= exited < lost[j, 1]:
            return CLOCK_LOST
    return PAIRED


@njit(cache=True, nogil=True, inline="always")
def judge_lone(before: int, at: int, after: int, side: int, alone: int) -> int:
    """Verdict on a read that belongs to no candidate."""
    if close(before, at, alone) or close(at, after, alone):
        verdict = CROWDED
    else:
        verdict = NO_EXIT if side == 0 else NO_ENTRY
    return verdict

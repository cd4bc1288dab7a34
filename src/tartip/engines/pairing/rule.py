"""The rule for one pair or one read, in numbers; judge.py applies it to all reads of a plate.

Reads of one plate on one section stand in the order (time, side), entries before exits. An entry directly followed by
an exit within `max_gap` is a candidate. It becomes a pair only if no other read of that plate there lies within
`alone_within` before the entry or after the exit, and if no impossible journey of the plate lies near. Speeds are
compared as whole numbers: v > k km/h  <=>  mm * 3600 > k * 1000 * ms, with the shortest length and the longest time,
so every uncertainty speaks for the driver.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.errors import expect
from tartip.engines.pairing.globe import ROUNDING_M
from tartip.engines.pairing.params import MS, PairingParams
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
Small = npt.NDArray[np.int32]
Records = npt.NDArray[Any]

INDEXED = 1 << 20

# Records, because the compiled code counts references at every row it takes out of a table of two dimensions.
ROAD = np.dtype(
    [
        (name, np.int64)
        for name in (
            "id", "low_mm", "limit", "clock_ms", "valid_from", "valid_until",
            "lost_first", "lost_end", "change_first", "change_end",
        )
    ]
)  # fmt: skip
DEVICE = np.dtype([(name, np.int64) for name in ("known", "x", "y", "z")])


class Limits(NamedTuple):
    """The parameters as numbers: milliseconds, km/h, metres."""

    alone: int
    max_gap: int
    max_kmh: int
    journey_kmh: int
    journey: int
    copied: int
    place_error_m: int


class Rules(NamedTuple):
    """Parameters and sections in the form the compiled functions take."""

    limits: Limits
    bands: Ints  # (n,) excesses in km/h
    road: Records  # (sections,) of ROAD, ascending by id
    devices: Records  # (2 * sections,) of DEVICE: entry and exit of each section
    ids: Ints  # (sections,)
    lost: Ints  # (spans, 2) from and until in ms
    changes: Ints  # (changes, 2) from in ms, limit in km/h
    by_id: Small  # (n,) row of `road` by section id, -1 for none; ids from n on are searched in `ids`

    @classmethod
    def of(cls, sections: Sections, params: PairingParams) -> Rules:
        expect("sections", sections, Sections)
        expect("params", params, PairingParams)
        limits = Limits(
            alone=params.alone_within // MS,
            max_gap=params.max_gap // MS,
            max_kmh=params.max_kmh,
            journey_kmh=params.journey_kmh,
            journey=params.journey_within // MS,
            copied=max(params.copied_within, params.alone_within) // MS,
            place_error_m=params.place_error_m,
        )
        ids = sections.road[:, 0].copy()
        small = ids[ids < INDEXED]
        by_id = np.full(int(small.max(initial=-1)) + 1, -1, dtype=np.int32)
        by_id[small] = np.arange(len(small))
        return cls(
            limits=limits,
            bands=np.array(params.bands_kmh, dtype=np.int64),
            road=np.ascontiguousarray(sections.road).view(ROAD).reshape(-1),
            devices=np.ascontiguousarray(sections.places).view(DEVICE).reshape(-1),
            ids=ids,
            lost=sections.lost,
            changes=sections.changes,
            by_id=by_id,
        )

    @property
    def judges_journeys(self) -> bool:
        return int(self.devices["known"].sum()) > 1


@njit(cache=True, nogil=True, inline="always")
def is_close(earlier: int, later: int, alone: int) -> bool:
    """Is the neighbour there and within `alone`?"""
    return earlier != NONE and later != NONE and later - earlier <= alone


@njit(cache=True, nogil=True, inline="always")
def is_candidate(side: int, at: int, next_side: int, next_at: int, max_gap: int) -> bool:
    return side == 0 and next_at != NONE and next_side == 1 and next_at - at <= max_gap


@njit(cache=True, nogil=True, inline="always")
def is_faster(kmh: int, low_mm: int, high_ms: int) -> bool:
    return low_mm * 3600 > kmh * 1000 * high_ms


@njit(cache=True, nogil=True, inline="always")
def find_band(low_mm: int, high_ms: int, limit_kmh: int, bands: Ints) -> int:
    """Number of edges the lower-bound speed lies strictly above."""
    band = 0
    while band < len(bands) and is_faster(limit_kmh + bands[band], low_mm, high_ms):
        band += 1
    return band


@njit(cache=True, nogil=True, inline="always")
def find_section(section: int, ids: Ints, by_id: Small) -> int:
    """Row of a section among the described ones, or -1. `by_id` answers small ids without a search."""
    if 0 <= section < len(by_id):
        k = int(by_id[section])
    else:
        k = int(np.searchsorted(ids, section))
        if k == len(ids) or ids[k] != section:
            k = -1
    return k


@njit(cache=True, nogil=True, inline="always")
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
    if is_close(before, entered, alone) or is_close(exited, after, alone):
        verdict = CROWDED
    elif exited <= entered or is_faster(max_kmh, low_mm, exited - entered + clock_ms + CUT_MS):
        verdict = IMPOSSIBLE
    elif entered < valid_from or exited >= valid_until:
        verdict = NOT_CERTIFIED
    else:
        verdict = PAIRED
    return verdict


@njit(cache=True, nogil=True)
def is_lost(at: int, first: int, end: int, lost: Ints) -> bool:
    """Does the moment lie in one of the spans of lost time, the rows [first, end) of `lost`?"""
    for j in range(first, end):  # noqa: SIM110 - compiled without a generator
        if lost[j, 0] <= at < lost[j, 1]:
            return True
    return False


@njit(cache=True, nogil=True, inline="always")
def judge_lone(before: int, at: int, after: int, side: int, alone: int) -> int:
    """Verdict on a read that belongs to no candidate."""
    if is_close(before, at, alone) or is_close(at, after, alone):
        verdict = CROWDED
    else:
        verdict = NO_EXIT if side == 0 else NO_ENTRY
    return verdict


@njit(cache=True, nogil=True, inline="always")
def is_impossible_journey(one: Any, two: Any, high_ms: int, kmh: int, error_m: int) -> bool:
    """Is the straight line between two known devices (records of DEVICE) longer than a car gets in `high_ms`?"""
    metres = kmh * high_ms // 3600 + 1 + ROUNDING_M + 2 * error_m
    apart = (one.x - two.x) ** 2 + (one.y - two.y) ** 2 + (one.z - two.z) ** 2
    return bool(apart > metres * metres)


@njit(cache=True, nogil=True)
def highest_limit(limit: int, entered: int, exited: int, first: int, end: int, changes: Ints) -> int:
    """The highest limit in force at any moment of the drive; rows [first, end) of `changes` are the section's."""
    highest = 0
    for j in range(first, end):
        if changes[j, 0] > entered:  # the limit before this change was in force at the entry or on the way
            highest = max(highest, limit)
        if changes[j, 0] > exited:
            return highest
        limit = changes[j, 1]
    return max(highest, limit)

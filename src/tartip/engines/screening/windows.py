"""Sliding counters of calls per caller: six buckets of ten seconds, four of a quarter of an hour.

A window holds the bucket of the call and the full ones before it (50 to 60 s; 45 to 60 min). Memory is bounded: a slot
idle for an hour is reused; where sixteen neighbours are all alive the longest silent one is forgotten (and counted),
so a counter can only be too low. A call older than its caller's newest one is counted in its own bucket; one older
than the window is not counted. Counters outlive a swap of tables.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.hashing import home_slot

UInt64s = NDArray[np.uint64]
MINUTE: Final = (10_000, 6, 7)  # bucket in ms, buckets, bits per bucket: counters stop at 127
HOUR: Final = (900_000, 4, 10)  # at 1,023
IDLE_MS: Final = 3_600_000
REACH: Final = 16
NUMBER, LAST, BY_MINUTE, BY_HOUR = 0, 1, 2, 3


class CallWindows:
    """The counters of one screen: int64[slots + 1, 4], 32 bytes a slot; the last row counts the forgotten."""

    __slots__ = ("slots",)

    def __init__(self, slots: int = 1 << 20) -> None:
        if slots < REACH or slots & (slots - 1):
            raise BadInput("slots", slots, f"must be a power of two, at least {REACH}")
        self.slots = np.zeros((slots + 1, 4), np.int64)

    @property
    def forgotten(self) -> int:
        """How often a living counter had to give way."""
        return int(self.slots[-1, 0])

    @property
    def nbytes(self) -> int:
        return int(self.slots.nbytes)


@njit(cache=True)
def count_call(slots: NDArray[np.int64], number: int, at: int) -> tuple[int, int]:
    """Count one call of `number` at `at` ms; returns its calls in the last minute and hour, this one included."""
    row = _slot(slots, number, at)
    last = max(slots[row, LAST], at)
    minute = _bump(slots[row, BY_MINUTE], slots[row, LAST] // MINUTE[0], at // MINUTE[0], MINUTE[1], MINUTE[2])
    hour = _bump(slots[row, BY_HOUR], slots[row, LAST] // HOUR[0], at // HOUR[0], HOUR[1], HOUR[2])
    late_minute, late_hour = last // MINUTE[0] - at // MINUTE[0], last // HOUR[0] - at // HOUR[0]
    slots[row, LAST], slots[row, BY_MINUTE], slots[row, BY_HOUR] = last, minute, hour
    return _total(minute, late_minute, MINUTE[1], MINUTE[2]), _total(hour, late_hour, HOUR[1], HOUR[2])


@njit(cache=True)
def _slot(slots: NDArray[np.int64], number: int, at: int) -> np.int64:
    size = slots.shape[0] - 1
    home = home_slot(number, size)
    oldest = home
    for step in range(REACH):
        row = (home + step) & (size - 1)
        if slots[row, NUMBER] == number:
            return np.int64(row)
        if slots[row, NUMBER] == 0:
            if slots[oldest, NUMBER] == 0 or slots[oldest, LAST] + IDLE_MS > at:
                oldest = row
            break
        if slots[row, LAST] < slots[oldest, LAST]:
            oldest = row
    if slots[oldest, NUMBER] != 0 and slots[oldest, LAST] + IDLE_MS > at:
        slots[size, 0] += 1
    slots[oldest, NUMBER], slots[oldest, LAST], slots[oldest, BY_MINUTE], slots[oldest, BY_HOUR] = number, at, 0, 0
    return oldest


@njit(cache=True)
def _bump(counts: int, newest: int, bucket: int, buckets: int, bits: int) -> int:
    place = newest - bucket
    if place < 0:
        counts = 0 if -place >= buckets else (counts << (-place * bits)) & ((1 << (buckets * bits)) - 1)
        place = 0
    if place < buckets and (counts >> (place * bits)) & ((1 << bits) - 1) < (1 << bits) - 1:
        counts += 1 << (place * bits)
    return counts


@njit(cache=True)
def _total(counts: int, first: int, buckets: int, bits: int) -> int:
    total = 0
    for place in range(first, buckets):
        total += (counts >> (place * bits)) & ((1 << bits) - 1)
    return total

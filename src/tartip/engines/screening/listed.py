"""One hash table for all lists: the number and what is known of it share one 64-bit word, so a look-up is one load.

Word: number << 14 | flags. Open addressing, linear probing, at most half full. Validity ends live in a second, small
table, asked only for words with TIMED.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import home_slot

Int64s = NDArray[np.int64]

BITS: Final = 14
DENIED: Final = 1
ALLOWED: Final = 2
NEVER_CALLS: Final = 4
ROAMER: Final = 8
TIMED: Final = 16
OPERATOR_SHIFT: Final = 5  # five bits: 0 not ported
FLAGS: Final = (1 << BITS) - 1
FOREVER: Final = np.iinfo(np.int64).max


@njit(cache=True)
def flags_of(words: Int64s, number: int) -> int:
    """Flags of one number, 0 if it is on no list."""
    at = home_slot(number, words.size)
    while words[at] != 0:
        if words[at] >> BITS == number:
            return int(words[at] & FLAGS)
        at = (at + 1) & (words.size - 1)
    return 0


@njit(cache=True)
def mark(words: Int64s, numbers: Int64s, flags: Int64s) -> int:
    """Add flags to numbers; returns how many numbers are new, or -1 - row for one that gets a second operator."""
    new = 0
    for row in range(numbers.size):
        at = home_slot(numbers[row], words.size)
        while words[at] != 0 and words[at] >> BITS != numbers[row]:
            at = (at + 1) & (words.size - 1)
        if flags[row] >> OPERATOR_SHIFT and (words[at] & FLAGS) >> OPERATOR_SHIFT:
            return -1 - row
        new += words[at] == 0
        words[at] |= (numbers[row] << BITS) | flags[row]
    return new


@njit(cache=True)
def set_until(ends: Int64s, numbers: Int64s, until: Int64s, column: int) -> None:
    """Write validity ends: `ends` is int64[slots, 3] of (number, denied until, allowed until), FOREVER by default."""
    for row in range(numbers.size):
        at = home_slot(numbers[row], ends.shape[0])
        while ends[at, 0] != 0 and ends[at, 0] != numbers[row]:
            at = (at + 1) & (ends.shape[0] - 1)
        if ends[at, 0] == 0:
            ends[at, 0], ends[at, 1], ends[at, 2] = numbers[row], FOREVER, FOREVER
        ends[at, column] = until[row]


@njit(cache=True)
def until_of(ends: Int64s, number: int, column: int) -> int:
    """The validity end written for a number; FOREVER if none was."""
    at = home_slot(number, ends.shape[0])
    while ends[at, 0] != 0:
        if ends[at, 0] == number:
            return int(ends[at, column])
        at = (at + 1) & (ends.shape[0] - 1)
    return FOREVER

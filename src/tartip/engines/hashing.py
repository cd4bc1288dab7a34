"""Hash tables of the kernels: open addressing in numpy arrays, at most half full, so that a search ends soon.

The hash spreads keys and never decides that two are equal. numba's own dict cannot be mapped from a file or
copied in one step, and it needs more memory per key.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, odd: Fibonacci hashing


def slots_for(count: int) -> int:
    """Size of a table for `count` keys: a power of two, at most half full."""
    return 1 << max(4, (2 * count - 1).bit_length())


@njit(cache=True)
def home_slot(key: int, size: int) -> np.int64:
    """Where the search for a key begins in a table of `size` slots, a power of two up to 2^31.

    Fibonacci hashing: the low bits of a product depend on few bits of the key, so the upper ones are taken.
    """
    return np.int64(((np.uint64(key) * GOLDEN) >> np.uint64(32)) & np.uint64(size - 1))


@njit(cache=True, nogil=True, inline="always")
def mix_pair(first: int, second: int) -> np.uint64:
    """A 64-bit hash of two whole numbers (the finisher of SplitMix64), all bits of which may be used."""
    h = np.uint64(first) ^ (np.uint64(second) * GOLDEN)
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


def new_map(count: int) -> Int64s:
    """An empty map with room for `count` keys: int64[slots, 2] of (key, value + 1)."""
    return np.zeros((slots_for(count), 2), np.int64)


@njit(cache=True)
def _slot(table: Int64s, key: int) -> np.int64:
    size = table.shape[0]
    at = home_slot(key, size)
    while table[at, 1] != 0 and table[at, 0] != key:
        at = (at + 1) & (size - 1)
    return at


@njit(cache=True)
def get(table: Int64s, key: int) -> int:
    """The value, or -1."""
    return int(table[_slot(table, key), 1] - 1)


@njit(cache=True)
def put(table: Int64s, key: int, value: int) -> None:
    """Set the value of a key; the caller sees to it that a slot stays free."""
    at = _slot(table, key)
    table[at, 0], table[at, 1] = key, value + 1


@njit(cache=True)
def copy_into(old: Int64s, new: Int64s) -> None:
    """Copy all entries to a larger map."""
    for at in range(old.shape[0]):
        if old[at, 1] != 0:
            put(new, old[at, 0], old[at, 1] - 1)

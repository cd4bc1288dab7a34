"""A map from int64 to small whole numbers in one array: int64[slots, 2] of (key, value + 1), at most half full."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def new_map(count: int) -> Int64s:
    """An empty map with room for `count` keys."""
    return np.zeros((1 << max(4, (2 * count - 1).bit_length()), 2), np.int64)


@njit(cache=True)
def _slot(table: Int64s, key: int) -> np.int64:
    size = table.shape[0]
    mixed = np.uint64(key) * _GOLDEN
    at = np.int64((mixed >> np.uint64(31)) & np.uint64(size - 1))
    while table[at, 1] != 0 and table[at, 0] != key:
        at = (at + 1) & (size - 1)
    return at


@njit(cache=True)
def get(table: Int64s, key: int) -> int:
    """The value, or -1."""
    return int(table[_slot(table, key), 1] - 1)


@njit(cache=True)
def put(table: Int64s, key: int, value: int) -> None:
    at = _slot(table, key)
    table[at, 0], table[at, 1] = key, value + 1


@njit(cache=True)
def copy_into(old: Int64s, new: Int64s) -> None:
    """Move all entries to a larger map."""
    for at in range(old.shape[0]):
        if old[at, 1] != 0:
            put(new, old[at, 0], old[at, 1] - 1)

"""Whole-number arithmetic past 64 bits, so that a comparison with a mean and a deviation is exact.

z = (x - S/n) / sqrt(Q/n - (S/n)^2) >= k   <=>   D > 0 and D^2 >= k^2 * V,  with D = n*x - S and V = n*Q - S^2.
Amounts below 2^50 and fewer than 2^28 of them keep D^2 and k^2 * V below 2^256. Population deviation.
"""

from __future__ import annotations

import numpy as np
from numba import njit

U64 = np.uint64
U128 = tuple[np.uint64, np.uint64]  # high, low
U256 = tuple[np.uint64, np.uint64, np.uint64, np.uint64]  # from high to low

_HALF = U64(32)
_MASK = U64(0xFFFFFFFF)
_ZERO, _ONE = U64(0), U64(1)

BELOW, REACHED, FLAT_HIGHER, FLAT_NOT_HIGHER = 0, 1, 2, 3


@njit(cache=True)
def times(a: np.uint64, b: np.uint64) -> U128:
    """64 x 64 bits."""
    a1, a0, b1, b0 = a >> _HALF, a & _MASK, b >> _HALF, b & _MASK
    low = a0 * b0
    middle = a1 * b0 + (low >> _HALF)
    other = a0 * b1 + (middle & _MASK)
    return a1 * b1 + (middle >> _HALF) + (other >> _HALF), (other << _HALF) | (low & _MASK)


@njit(cache=True)
def plus(a: U128, b: U128) -> U128:
    low = a[1] + b[1]
    return a[0] + b[0] + (_ONE if low < b[1] else _ZERO), low


@njit(cache=True)
def minus(a: U128, b: U128) -> U128:
    return a[0] - b[0] - (_ONE if a[1] < b[1] else _ZERO), a[1] - b[1]


@njit(cache=True)
def product(a: U128, b: U128) -> U256:
    """128 x 128 bits."""
    low, high = times(a[1], b[1]), times(a[0], b[0])
    for part in (times(a[1], b[0]), times(a[0], b[1])):
        middle = low[0] + part[1]
        carry = _ONE if middle < part[1] else _ZERO
        low = (middle, low[1])
        high = plus(high, (_ZERO, part[0]))
        high = plus(high, (_ZERO, carry))
    return high[0], high[1], low[0], low[1]


@njit(cache=True)
def less(a: U256, b: U256) -> bool:
    for place in range(4):
        if a[place] != b[place]:
            return bool(a[place] < b[place])
    return False


@njit(cache=True)
def difference(a: U256, b: U256) -> U256:
    low = minus((a[2], a[3]), (b[2], b[3]))
    high = minus((a[0], a[1]), (b[0], b[1]))
    if a[2] < b[2] or (a[2] == b[2] and a[3] < b[3]):
        high = minus(high, (_ZERO, _ONE))
    return high[0], high[1], low[0], low[1]


@njit(cache=True)
def scaled(a: U256, factor: np.uint64) -> U256:
    """256 bits times a small number; the top must have room."""
    r3 = times(a[3], factor)
    r2 = plus(times(a[2], factor), (_ZERO, r3[0]))
    r1 = plus(times(a[1], factor), (_ZERO, r2[0]))
    return a[0] * factor + r1[0], r1[1], r2[1], r3[1]


@njit(cache=True)
def deviation_class(n: int, total: U128, squares: U128, x: int, deviations: int) -> int:
    """Where x stands against n values with this sum and sum of squares: BELOW or REACHED `deviations`, or flat."""
    count = U64(n)
    spread = difference(product((_ZERO, count), squares), product(total, total))
    nx = times(count, U64(x))
    higher = nx[0] > total[0] or (nx[0] == total[0] and nx[1] > total[1])
    if spread[0] == 0 and spread[1] == 0 and spread[2] == 0 and spread[3] == 0:
        return FLAT_HIGHER if higher else FLAT_NOT_HIGHER
    if not higher:
        return BELOW
    distance = minus(nx, total)
    return BELOW if less(product(distance, distance), scaled(spread, U64(deviations * deviations))) else REACHED

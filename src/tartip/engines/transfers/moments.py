"""Rules that hold a value against a history: 010, 011 (counts), 018 (largest), 020, 048 (amounts), 054, 063 (digits).

All comparisons are of whole numbers, except Benford's chi-square, whose expected shares are irrational: it is computed
in double precision in a fixed order from whole counts, so that a repetition gives the same bits.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.transfers.history import block, leading_digit
from tartip.engines.transfers.layout import (
    E_AMOUNT,
    E_AT,
    E_GREATER,
    E_PREVIOUS,
    E_RANK,
    NOTHING,
    S_COUNT,
    S_DIGITS,
    S_FIRST_INTERVAL,
    S_INTERVAL_SQUARES,
    S_SQUARES_HIGH,
    S_SQUARES_LOW,
    S_SUM_HIGH,
    S_SUM_LOW,
    S_TAIL,
)
from tartip.engines.transfers.outcomes import Outcome
from tartip.engines.transfers.wide import FLAT_HIGHER, FLAT_NOT_HIGHER, REACHED, deviation_class, minus, times

Int64s = NDArray[np.int64]
_X01, _X03, _X04 = int(Outcome.X01), int(Outcome.X03), int(Outcome.X04)
_B01, _B02 = int(Outcome.B01), int(Outcome.B02)
_ZERO = np.uint64(0)
BENFORD: Final = tuple(math.log10(1 + 1 / digit) for digit in range(1, 10))


@njit(cache=True)
def _against(n: int, total: tuple[np.uint64, np.uint64], squares: tuple[np.uint64, np.uint64], x: int, k: int) -> int:
    place = deviation_class(n, total, squares, x, k)
    if place == FLAT_HIGHER:
        return _X03
    if place == FLAT_NOT_HIGHER:
        return _X04
    return _B02 if place == REACHED else _B01


@njit(cache=True)
def amount_against_history(
    accounts: Int64s, events: Int64s, account: int, side: int, node: int, amount: int, deviations: int
) -> int:
    """020, 048: the amount against all earlier amounts of this side."""
    if node == NOTHING:
        return _X01
    base = block(side)
    count = accounts[account, base + S_COUNT]
    total = np.uint64(accounts[account, base + S_SUM_HIGH]), np.uint64(accounts[account, base + S_SUM_LOW])
    squares = np.uint64(accounts[account, base + S_SQUARES_HIGH]), np.uint64(accounts[account, base + S_SQUARES_LOW])
    later = accounts[account, base + S_TAIL]
    while later != node:
        value = np.uint64(events[later, E_AMOUNT])
        count -= 1
        total, squares = minus(total, (_ZERO, value)), minus(squares, times(value, value))
        later = events[later, E_PREVIOUS + side]
    return _against(count, total, squares, amount, deviations)


@njit(cache=True)
def volume_against_history(
    accounts: Int64s, events: Int64s, account: int, side: int, node: int, at: int, interval_ms: int, deviations: int
) -> int:
    """010, 011: payments of this interval, the new one included, against the intervals since the first payment.

    Intervals are aligned to 1970 (days in UTC); intervals without payments count as zero.
    """
    if node == NOTHING:
        return _X01
    base, interval = block(side), at // interval_ms
    earlier = interval - accounts[account, base + S_FIRST_INTERVAL]
    if earlier <= 0:
        return _X01
    count, squares = accounts[account, base + S_COUNT], accounts[account, base + S_INTERVAL_SQUARES]
    later, removed = accounts[account, base + S_TAIL], -1
    while later != node:
        count -= 1
        its = events[later, E_AT] // interval_ms
        if its != removed:  # walking back, the first met is the last of its interval: its rank is the interval's count
            squares -= events[later, E_RANK + side] ** 2
            removed = its
        later = events[later, E_PREVIOUS + side]
    current = 0
    if events[node, E_AT] // interval_ms == interval:
        current = events[node, E_RANK + side]
        count -= current
        if removed != interval:
            squares -= current**2
    return _against(earlier, (_ZERO, np.uint64(count)), (_ZERO, np.uint64(squares)), current + 1, deviations)


@njit(cache=True)
def against_largest(events: Int64s, node: int, at: int, amount: int, window_ms: int, times_: int, of: int) -> int:
    """018: amount / largest >= times_ / of."""
    largest = -1
    while node != NOTHING and at - events[node, E_AT] <= window_ms:
        largest = events[node, E_AMOUNT]
        node = events[node, E_GREATER]
    if largest < 0:
        return _X01
    return _B02 if amount * of >= largest * times_ else _B01


@njit(cache=True)
def benford(
    accounts: Int64s, events: Int64s, account: int, side: int, node: int, amount: int, minimum: int, thousandths: int
) -> int:
    """054, 063: chi-square of the leading digits of all amounts, the new one included."""
    base = block(side)
    count = 1
    if node != NOTHING:
        count += accounts[account, base + S_COUNT]
    if count < minimum:
        return _X01
    digits = np.zeros(9, np.int64)
    if node != NOTHING:
        for digit in range(9):
            digits[digit] = accounts[account, base + S_DIGITS + digit]
        later = accounts[account, base + S_TAIL]
        while later != node:
            count -= 1
            digits[leading_digit(events[later, E_AMOUNT]) - 1] -= 1
            later = events[later, E_PREVIOUS + side]
    if count < minimum:
        return _X01
    digits[leading_digit(amount) - 1] += 1
    chi_square = 0.0
    for digit in range(9):
        expected = count * BENFORD[digit]
        chi_square += (digits[digit] - expected) * (digits[digit] - expected) / expected
    return _B02 if chi_square * 1000.0 >= thousandths else _B01

"""Rules that look at the newest payments one by one: counts in windows, likeness, mirroring, upstream divergence."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.transfers.history import block
from tartip.engines.transfers.layout import (
    E_AMOUNT,
    E_AT,
    E_CREDITOR,
    E_DEBTOR,
    E_PREVIOUS,
    NOTHING,
    PAID,
    RECEIVED,
    S_TAIL,
)
from tartip.engines.transfers.outcomes import Outcome
from tartip.engines.transfers.wide import times

Int64s = NDArray[np.int64]
Points = NDArray[np.int32]
_X01, _X03 = int(Outcome.X01), int(Outcome.X03)
_B01, _B02 = int(Outcome.B01), int(Outcome.B02)
_TEN_THOUSAND = np.uint64(10_000)


@njit(cache=True)
def close_to(value: int, expected: int, percent: int) -> bool:
    """|value - expected| <= percent of expected, bounds included."""
    return bool(abs(value - expected) * 100 <= expected * percent)


@njit(cache=True)
def count_in_window(events: Int64s, node: int, side: int, at: int, window_ms: int, most: int) -> int:
    """Payments of the window, up to `most`."""
    count = 0
    while count < most and node != NOTHING and at - events[node, E_AT] <= window_ms:
        count += 1
        node = events[node, E_PREVIOUS + side]
    return count


@njit(cache=True)
def recent_alike(events: Int64s, node: int, amount: int, creditor: int, recent: int, percent: int) -> tuple[int, int]:
    """Among the newest `recent` payments, the new one included: how many of like amount, how many to this account."""
    amounts, creditors = 1, 1
    for _ in range(recent - 1):
        if node == NOTHING:
            break
        amounts += close_to(events[node, E_AMOUNT], amount, percent)
        creditors += events[node, E_CREDITOR] == creditor
        node = events[node, E_PREVIOUS + PAID]
    return amounts, creditors


@njit(cache=True)
def similar_received(
    events: Int64s, node: int, at: int, amount: int, window_ms: int, percent: int, most: int, scan: int
) -> int:
    """021: X01 without an earlier payment in the window, else the band."""
    if node == NOTHING or at - events[node, E_AT] > window_ms:
        return _X01
    count = 1
    while count < most and scan > 0 and node != NOTHING and at - events[node, E_AT] <= window_ms:
        count += close_to(events[node, E_AMOUNT], amount, percent)
        node = events[node, E_PREVIOUS + RECEIVED]
        scan -= 1
    return _B02 if count >= most else _B01


@njit(cache=True)
def mirrors(
    events: Int64s,
    node: int,
    at: int,
    amount: int,
    window_ms: int,
    keep_percent: int,
    percent: int,
    steps: int,
    scan: int,
) -> int:
    """024..027: does `amount`, paid at `at`, pass on what came in? `node`: the newest payment received until then.

    One step: some single receipt of the window, less the commission, is the amount within the tolerance. More steps:
    the newest receipts summed up, newest first, reach it. A deployment may set where "aggregated" begins (`steps`).
    """
    if node == NOTHING or at - events[node, E_AT] > window_ms:
        return _X01
    one, left = node, scan
    while left > 0 and one != NOTHING and at - events[one, E_AT] <= window_ms:
        if _passes_on(amount, events[one, E_AMOUNT], keep_percent, percent):
            return _B01 if steps > 1 else _B02
        one = events[one, E_PREVIOUS + RECEIVED]
        left -= 1
    total, count = 0, 0
    while count < scan and total <= 2 * amount and node != NOTHING and at - events[node, E_AT] <= window_ms:
        total += events[node, E_AMOUNT]
        count += 1
        if count > 1 and _passes_on(amount, total, keep_percent, percent):
            return _B02 if count >= steps else _B01
        node = events[node, E_PREVIOUS + RECEIVED]
    return _X03


@njit(cache=True)
def _passes_on(amount: int, received: int, keep_percent: int, percent: int) -> bool:
    """|amount - r| <= percent of r with r = received * keep_percent / 100; in 128 bits: amounts may be large."""
    paid = times(np.uint64(amount), _TEN_THOUSAND)
    low = times(np.uint64(received), np.uint64(keep_percent * (100 - percent)))
    high = times(np.uint64(received), np.uint64(keep_percent * (100 + percent)))
    above = low[0] < paid[0] or (low[0] == paid[0] and low[1] <= paid[1])
    below = paid[0] < high[0] or (paid[0] == high[0] and paid[1] <= high[1])
    return bool(above and below)


@njit(cache=True)
def upstream_fan(
    accounts: Int64s,
    events: Int64s,
    account: int,
    node: int,
    at: int,
    up_ms: int,
    down_ms: int,
    most: int,
    feeders: int,
    fan: int,
) -> int:
    """090: of the accounts that fed this one, the most payments any made to others until now, up to `most`."""
    best = 0
    while feeders > 0 and best < most and node != NOTHING and at - events[node, E_AT] <= up_ms:
        spread, left, count = accounts[events[node, E_DEBTOR], block(PAID) + S_TAIL], fan, 0
        while spread != NOTHING and events[spread, E_AT] > at:
            spread = events[spread, E_PREVIOUS + PAID]
        while left > 0 and count < most and spread != NOTHING and at - events[spread, E_AT] <= down_ms:
            count += events[spread, E_CREDITOR] != account
            spread = events[spread, E_PREVIOUS + PAID]
            left -= 1
        best = max(best, count)
        node = events[node, E_PREVIOUS + RECEIVED]
        feeders -= 1
    return best


@njit(cache=True)
def edits(points: Points, a: int, a_end: int, b: int, b_end: int, most: int) -> int:
    """Levenshtein distance of two texts (code points in `points`), up to `most`; only the band that can matter."""
    rows, columns = a_end - a, b_end - b
    if abs(rows - columns) >= most:
        return most
    line = np.empty(columns + 1, np.int64)
    for column in range(columns + 1):
        line[column] = column
    for row in range(1, rows + 1):
        first, last = max(1, row - most), min(columns, row + most)
        corner = line[first - 1]
        line[first - 1] = row if first == 1 else most
        smallest = line[first - 1]
        for column in range(first, last + 1):
            above = line[column] if column < row + most else most
            cost = corner + (points[a + row - 1] != points[b + column - 1])
            corner = line[column]
            line[column] = min(cost, above + 1, line[column - 1] + 1)
            smallest = min(smallest, line[column])
        if smallest >= most:
            return most
    return int(min(most, line[columns]))

"""Remembering a transfer: two lists in event time and the sums rules ask for. A late event goes where it belongs."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import get, put
from tartip.engines.transfers.layout import (
    A_FIRST_AT,
    C_ACCOUNTS,
    C_EVENTS,
    C_LINKS,
    C_PAIRS,
    C_PARTIES,
    E_AMOUNT,
    E_AT,
    E_CREDITOR,
    E_DEBTOR,
    E_GREATER,
    E_LAT,
    E_LON,
    E_PREVIOUS,
    E_RANK,
    E_TEXT,
    L_ACCOUNT,
    L_FIRST_AT,
    L_NEXT,
    NOTHING,
    PAID,
    RECEIVED,
    S_COUNT,
    S_DIGITS,
    S_FIRST_INTERVAL,
    S_INTERVAL_SQUARES,
    S_SQUARES_HIGH,
    S_SQUARES_LOW,
    S_SUM_HIGH,
    S_SUM_LOW,
    S_TAIL,
    SIDE_WIDTH,
)
from tartip.engines.transfers.wide import plus, times

Int64s = NDArray[np.int64]
NEVER: Final = 2**62
_ZERO = np.uint64(0)


@njit(cache=True)
def block(side: int) -> int:
    """First column of an account's block for one side."""
    return 1 + side * SIDE_WIDTH


@njit(cache=True)
def leading_digit(amount: int) -> int:
    while amount >= 10:
        amount //= 10
    return amount


@njit(cache=True)
def remember(
    row: Any,
    accounts: Int64s,
    events: Int64s,
    links: Int64s,
    account_map: Int64s,
    party_map: Int64s,
    pair_map: Int64s,
    counters: Int64s,
    interval_ms: int,
    most_accounts: int,
) -> None:
    """Add one successful transfer (a TRANSFER record) to the history; room must have been made."""
    debtor = _account(row.debtor_account, accounts, account_map, counters)
    creditor = _account(row.creditor_account, accounts, account_map, counters)
    event = counters[C_EVENTS]
    counters[C_EVENTS] += 1
    events[event, E_AT], events[event, E_AMOUNT] = row.at, row.amount
    events[event, E_LAT], events[event, E_LON] = row.lat, row.lon
    events[event, E_DEBTOR], events[event, E_CREDITOR], events[event, E_TEXT] = debtor, creditor, row.text
    _link(accounts, events, debtor, PAID, event, interval_ms)
    _link(accounts, events, creditor, RECEIVED, event, interval_ms)
    _order_by_size(accounts, events, debtor, event)
    accounts[debtor, A_FIRST_AT] = min(accounts[debtor, A_FIRST_AT], row.at)
    accounts[creditor, A_FIRST_AT] = min(accounts[creditor, A_FIRST_AT], row.at)
    pair = debtor << 32 | creditor
    before = get(pair_map, pair)
    counters[C_PAIRS] += before < 0
    put(pair_map, pair, max(before, 0) + 1)
    _belongs(row.debtor, debtor, row.at, links, party_map, counters, most_accounts)
    _belongs(row.creditor, creditor, row.at, links, party_map, counters, most_accounts)


@njit(cache=True)
def _account(key: int, accounts: Int64s, account_map: Int64s, counters: Int64s) -> int:
    account = get(account_map, key)
    if account < 0:
        account = counters[C_ACCOUNTS]
        counters[C_ACCOUNTS] += 1
        put(account_map, key, account)
        accounts[account, :] = 0
        accounts[account, A_FIRST_AT] = NEVER
        for side in range(2):
            accounts[account, block(side) + S_TAIL] = NOTHING
            accounts[account, block(side) + S_FIRST_INTERVAL] = NEVER
    return account


@njit(cache=True)
def _link(accounts: Int64s, events: Int64s, account: int, side: int, event: int, interval_ms: int) -> None:
    base, at, amount = block(side), events[event, E_AT], events[event, E_AMOUNT]
    interval = at // interval_ms
    previous, rank = E_PREVIOUS + side, E_RANK + side
    after, node, same = NOTHING, accounts[account, base + S_TAIL], 0
    while node != NOTHING and events[node, E_AT] > at:
        if events[node, E_AT] // interval_ms == interval:
            same = max(same, events[node, rank])
            events[node, rank] += 1
        after, node = node, events[node, previous]
    before = events[node, rank] if node != NOTHING and events[node, E_AT] // interval_ms == interval else 0
    events[event, previous], events[event, rank] = node, before + 1
    if after == NOTHING:
        accounts[account, base + S_TAIL] = event
    else:
        events[after, previous] = event
    accounts[account, base + S_INTERVAL_SQUARES] += 2 * max(same, before) + 1
    accounts[account, base + S_FIRST_INTERVAL] = min(accounts[account, base + S_FIRST_INTERVAL], interval)
    accounts[account, base + S_COUNT] += 1
    accounts[account, base + S_DIGITS + leading_digit(amount) - 1] += 1
    value = np.uint64(amount)
    _add(accounts, account, base + S_SUM_HIGH, base + S_SUM_LOW, (_ZERO, value))
    _add(accounts, account, base + S_SQUARES_HIGH, base + S_SQUARES_LOW, times(value, value))


@njit(cache=True)
def _add(accounts: Int64s, account: int, high: int, low: int, value: tuple[np.uint64, np.uint64]) -> None:
    total = plus((np.uint64(accounts[account, high]), np.uint64(accounts[account, low])), value)
    accounts[account, high], accounts[account, low] = np.int64(total[0]), np.int64(total[1])


@njit(cache=True)
def _order_by_size(accounts: Int64s, events: Int64s, debtor: int, event: int) -> None:
    """Keep E_GREATER: from any payment the chain of ever larger ones finds the largest of a window in few steps."""
    at, amount = events[event, E_AT], events[event, E_AMOUNT]
    greater = events[event, E_PREVIOUS + PAID]
    while greater != NOTHING and events[greater, E_AMOUNT] < amount:
        greater = events[greater, E_GREATER]
    events[event, E_GREATER] = greater
    later = accounts[debtor, block(PAID) + S_TAIL]
    while later != event:
        known = events[later, E_GREATER]
        if events[later, E_AMOUNT] <= amount and (known == NOTHING or events[known, E_AT] <= at):
            events[later, E_GREATER] = event
        later = events[later, E_PREVIOUS + PAID]


@njit(cache=True)
def _belongs(
    party: int, account: int, at: int, links: Int64s, party_map: Int64s, counters: Int64s, most_accounts: int
) -> None:
    """Link a party with an account. Only the `most_accounts` that were seen first are kept: no rule counts further.

    A party that stands for many (an agent, an unknown one) would otherwise be walked through at each payment.
    """
    first = get(party_map, party)
    link, count, newest = first, 0, NOTHING
    while link != NOTHING:
        if links[link, L_ACCOUNT] == account:
            links[link, L_FIRST_AT] = min(links[link, L_FIRST_AT], at)
            return
        if newest == NOTHING or links[link, L_FIRST_AT] > links[newest, L_FIRST_AT]:
            newest = link
        count += 1
        link = links[link, L_NEXT]
    if count == most_accounts:
        if at < links[newest, L_FIRST_AT]:
            links[newest, L_ACCOUNT], links[newest, L_FIRST_AT] = account, at
        return
    counters[C_PARTIES] += first < 0
    new = counters[C_LINKS]
    counters[C_LINKS] += 1
    links[new, L_ACCOUNT], links[new, L_FIRST_AT], links[new, L_NEXT] = account, at, first
    put(party_map, party, new)

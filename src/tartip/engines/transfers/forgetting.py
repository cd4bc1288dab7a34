"""Forgetting what no window of any rule can reach, so that memory follows the windows and not the years.

Sums, counts and first moments of accounts stay: rules ask for them over all time. Of the events of an account stay
those since the horizon, and before it so many of each side that every walk of a rule still finds what it would find.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import put
from tartip.engines.transfers.history import block
from tartip.engines.transfers.layout import (
    C_ACCOUNTS,
    C_EVENTS,
    C_IDS,
    E_AT,
    E_GREATER,
    E_PREVIOUS,
    E_TEXT,
    NOTHING,
    PAID,
    RECEIVED,
    S_TAIL,
)

Int64s = NDArray[np.int64]


@njit(cache=True)
def number_reachable(accounts: Int64s, events: Int64s, counters: Int64s, horizon: int, recent: int) -> Int64s:
    """The new place of each event, int64[events], or NOTHING for one that no rule can reach any more.

    `recent` payments made (006, 008) and one received are kept before the horizon: a rule asks whether there was any,
    and a late transfer sees the account as it stood then.
    """
    places = np.full(counters[C_EVENTS], NOTHING, np.int64)
    for side in (RECEIVED, PAID):  # what stays as a payment made is marked last, with 1
        for account in range(counters[C_ACCOUNTS]):
            left = recent if side == PAID else 1
            node = accounts[account, block(side) + S_TAIL]
            while node != NOTHING and left > 0:
                left -= events[node, E_AT] < horizon
                places[node] = 1 if side == PAID else 0
                node = events[node, E_PREVIOUS + side]
    for event in range(places.size):
        greater = events[event, E_GREATER]
        if greater != NOTHING and places[greater] != 1:
            events[event, E_GREATER] = NOTHING  # older than the window of 018, which ends there anyway
    count = 0
    for event in range(places.size):
        if places[event] != NOTHING:
            places[event] = count
            count += 1
    return places


@njit(cache=True)
def move_events(accounts: Int64s, events: Int64s, counters: Int64s, places: Int64s) -> None:
    """Move the kept events to their new places. Links to forgotten ones end: nothing asks behind them."""
    kept = 0
    for event in range(places.size):
        if places[event] == NOTHING:
            continue
        for column in (E_PREVIOUS + PAID, E_PREVIOUS + RECEIVED, E_GREATER):
            if events[event, column] != NOTHING:
                events[event, column] = places[events[event, column]]
        events[kept, :] = events[event, :]  # never upwards, so nothing is overwritten that is still to move
        kept += 1
    events[kept : places.size, :] = 0
    for account in range(counters[C_ACCOUNTS]):
        for side in range(2):
            tail = block(side) + S_TAIL
            if accounts[account, tail] != NOTHING:
                accounts[account, tail] = places[accounts[account, tail]]
    counters[C_EVENTS] = kept


@njit(cache=True)
def number_texts(events: Int64s, counters: Int64s, texts: int) -> Int64s:
    """The new number of each description, int64[texts]: 0 for none and for those of no kept event."""
    numbers = np.zeros(texts, np.int64)
    for event in range(counters[C_EVENTS]):
        numbers[events[event, E_TEXT]] = 1
    numbers[0], count = 0, 0
    for text in range(texts):
        if numbers[text]:
            count += 1
            numbers[text] = count
    for event in range(counters[C_EVENTS]):
        events[event, E_TEXT] = numbers[events[event, E_TEXT]]
    return numbers


@njit(cache=True)
def copy_known_ids(old: Int64s, new: Int64s, counters: Int64s, oldest: int) -> None:
    """Copy the ids of transfers since `oldest` to an empty map."""
    count = 0
    for at in range(old.shape[0]):
        if old[at, 1] > oldest:  # the value is one more than the time
            put(new, old[at, 0], old[at, 1] - 1)
            count += 1
    counters[C_IDS] = count


@njit(cache=True)
def count_known_ids(old: Int64s, oldest: int) -> int:
    count = 0
    for at in range(old.shape[0]):
        count += old[at, 1] > oldest
    return count

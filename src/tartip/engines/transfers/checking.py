"""Can this memory be right? Asked before compiled code, which checks no bounds, walks along its links."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import get
from tartip.engines.transfers.history import block
from tartip.engines.transfers.layout import (
    C_ACCOUNTS,
    C_EVENTS,
    C_IDS,
    C_LINKS,
    C_NEWEST,
    C_PAIRS,
    C_PARTIES,
    E_AMOUNT,
    E_AT,
    E_CREDITOR,
    E_DEBTOR,
    E_GREATER,
    E_PREVIOUS,
    E_TEXT,
    L_ACCOUNT,
    L_NEXT,
    LONG_AGO,
    MAX_AMOUNT,
    MAX_AT,
    NOTHING,
    PAID,
    S_COUNT,
    S_TAIL,
)
from tartip.engines.transfers.memory import State

Int64s = NDArray[np.int64]


def find_fault(state: State) -> str:
    """What cannot be right, in words; empty if nothing is found."""
    c = state.counters.tolist()
    sizes = (("accounts", C_ACCOUNTS), ("events", C_EVENTS), ("links", C_LINKS))
    if any(count < 0 for count in c[:C_NEWEST]) or any(len(getattr(state, name)) != c[at] for name, at in sizes):
        return "its counters do not fit its arrays"
    if c[C_NEWEST] != LONG_AGO and not 0 <= c[C_NEWEST] <= MAX_AT:
        return "its newest time is none that is taken"
    texts, points = state.texts, state.points
    if len(texts) < 2 or texts[0] or texts[1] or np.any(np.diff(texts) < 0) or texts[-1] != len(points):
        return "its descriptions do not fit their points"
    for name, counter, most in (
        ("account_map", C_ACCOUNTS, c[C_ACCOUNTS]),
        ("party_map", C_PARTIES, c[C_LINKS]),
        ("pair_map", C_PAIRS, 2**31),
        ("id_map", C_IDS, MAX_AT + 1),
    ):
        if not _is_map(getattr(state, name), c[counter], most):
            return f"its {name} is no map"
    if not _links_fit(state.links, state.party_map, c[C_ACCOUNTS]):
        return "the accounts of its parties do not fit"
    if not _events_fit(state.events, c[C_ACCOUNTS], len(texts) - 1) or not _lists_fit(state.accounts, state.events):
        return "its lists of payments do not fit its accounts"
    return ""


def _is_map(table: Int64s, count: int, most: int) -> bool:
    size = len(table)
    return size >= 16 and size & (size - 1) == 0 and 2 * count <= size and bool(_entries_fit(table, count, most))


@njit(cache=True)
def _entries_fit(table: Int64s, count: int, most: int) -> bool:
    """As many entries as told (so that a search ends), each where a search finds it, with a value below `most`."""
    found = 0
    for at in range(table.shape[0]):
        found += table[at, 1] != 0
    if found != count:
        return False
    for at in range(table.shape[0]):
        if table[at, 1] != 0:
            value = table[at, 1] - 1
            if value < 0 or value >= most or get(table, table[at, 0]) != value:
                return False
    return True


@njit(cache=True)
def _links_fit(links: Int64s, party_map: Int64s, accounts: int) -> bool:
    """Each list of a party ends, and all lists together are as long as there are links."""
    for link in range(links.shape[0]):
        if not 0 <= links[link, L_ACCOUNT] < accounts or not NOTHING <= links[link, L_NEXT] < links.shape[0]:
            return False
    steps = 0
    for at in range(party_map.shape[0]):
        if party_map[at, 1] != 0:
            link = party_map[at, 1] - 1
            while link != NOTHING and steps <= links.shape[0]:
                steps += 1
                link = links[link, L_NEXT]
    return bool(steps == links.shape[0])


@njit(cache=True)
def _events_fit(events: Int64s, accounts: int, texts: int) -> bool:
    for event in range(events.shape[0]):
        if not 0 <= events[event, E_DEBTOR] < accounts or not 0 <= events[event, E_CREDITOR] < accounts:
            return False
        if not 0 <= events[event, E_AT] <= MAX_AT or not 1 <= events[event, E_AMOUNT] <= MAX_AMOUNT:
            return False
        if not 0 <= events[event, E_TEXT] < texts:
            return False
        for column in (E_PREVIOUS, E_PREVIOUS + 1, E_GREATER):
            if not NOTHING <= events[event, column] < events.shape[0]:
                return False
    return True


@njit(cache=True)
def _lists_fit(accounts: Int64s, events: Int64s) -> bool:
    """Each list is of its own account, goes back in time and ends; a larger payment stands before, in the same list."""
    order = np.zeros(events.shape[0], np.int64)
    for side in range(2):
        steps = 0
        for account in range(accounts.shape[0]):
            node, length = accounts[account, block(side) + S_TAIL], 0
            if not NOTHING <= node < events.shape[0]:
                return False
            later = MAX_AT
            while node != NOTHING:
                steps += 1
                length += 1
                own = events[node, E_DEBTOR if side == PAID else E_CREDITOR]
                if steps > events.shape[0] or own != account or events[node, E_AT] > later:
                    return False
                if side == PAID:
                    order[node] = steps
                later, node = events[node, E_AT], events[node, E_PREVIOUS + side]
            if length > accounts[account, block(side) + S_COUNT]:
                return False
    for event in range(events.shape[0]):
        greater = events[event, E_GREATER]
        if greater == NOTHING or order[event] == 0:
            continue
        if events[greater, E_DEBTOR] != events[event, E_DEBTOR] or order[greater] <= order[event]:
            return False
    return True

"""The arrays that the compiled rules read and write, and the questions that several rules ask of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import get
from tartip.engines.transfers.history import block
from tartip.engines.transfers.layout import (
    E_AT,
    E_CREDITOR,
    E_PREVIOUS,
    L_ACCOUNT,
    L_FIRST_AT,
    L_NEXT,
    NOTHING,
    PAID,
    S_COUNT,
    S_TAIL,
)
from tartip.engines.transfers.params import Numbers

Int64s = NDArray[np.int64]


class State(NamedTuple):
    """All memory of the engine; `texts` and `points` hold the descriptions as code points (text i: texts[i:i+2])."""

    accounts: Int64s
    events: Int64s
    links: Int64s
    account_map: Int64s
    party_map: Int64s
    pair_map: Int64s
    id_map: Int64s
    counters: Int64s
    texts: Int64s
    points: NDArray[np.int32]
    params: Numbers


@njit(cache=True)
def node_at(accounts: Int64s, events: Int64s, account: int, side: int, at: int) -> int:
    """The last event of one side of an account with event time <= at."""
    if account == NOTHING:
        return NOTHING
    node = accounts[account, block(side) + S_TAIL]
    while node != NOTHING and events[node, E_AT] > at:
        node = events[node, E_PREVIOUS + side]
    return int(node)


@njit(cache=True)
def payments_until(accounts: Int64s, events: Int64s, account: int, side: int, node: int) -> int:
    """Payments of one side up to `node`, forgotten ones included."""
    if node == NOTHING:
        return 0
    count, later = accounts[account, block(side) + S_COUNT], accounts[account, block(side) + S_TAIL]
    while later != node:
        count -= 1
        later = events[later, E_PREVIOUS + side]
    return int(count)


@njit(cache=True)
def pair_payments_until(state: State, debtor: int, creditor: int, node: int) -> int:
    """Payments from one account to another up to the debtor's `node`, forgotten ones included."""
    if debtor == NOTHING or creditor == NOTHING:
        return 0
    count = max(0, get(state.pair_map, debtor << 32 | creditor))
    later = state.accounts[debtor, block(PAID) + S_TAIL]
    while later != node:
        count -= state.events[later, E_CREDITOR] == creditor
        later = state.events[later, E_PREVIOUS + PAID]
    return int(count)


@njit(cache=True)
def accounts_of(state: State, party: int, account: int, at: int, most: int) -> int:
    """Accounts linked with a party until `at`, this one included, up to `most`."""
    count, link = 1, get(state.party_map, party)
    while link != NOTHING and count < most:
        count += state.links[link, L_ACCOUNT] != account and state.links[link, L_FIRST_AT] <= at
        link = state.links[link, L_NEXT]
    return int(count)

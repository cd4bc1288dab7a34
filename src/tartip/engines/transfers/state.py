"""The engine's memory as arrays that grow by doubling, after forgetting what no window can reach."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.hashing import copy_into, new_map
from tartip.engines.transfers.forgetting import (
    copy_known_ids,
    count_known_ids,
    move_events,
    number_reachable,
    number_texts,
)
from tartip.engines.transfers.layout import (
    ACCOUNT_WIDTH,
    C_ACCOUNTS,
    C_EVENTS,
    C_IDS,
    C_LINKS,
    C_NEWEST,
    C_PAIRS,
    C_PARTIES,
    COUNTERS,
    EVENT_WIDTH,
    LONG_AGO,
    NOTHING,
)
from tartip.engines.transfers.memory import State
from tartip.engines.transfers.params import RuleParams
from tartip.engines.transfers.texts import Texts

Int64s = NDArray[np.int64]
SPARE_TEXTS: Final = 65_536  # descriptions of refused payments that may lie about before they are forgotten


def empty_state(params: RuleParams) -> State:
    counters = np.zeros(COUNTERS, np.int64)
    counters[C_NEWEST] = LONG_AGO
    return State(
        accounts=np.zeros((16, ACCOUNT_WIDTH), np.int64),
        events=np.zeros((16, EVENT_WIDTH), np.int64),
        links=np.zeros((16, 3), np.int64),
        account_map=new_map(16),
        party_map=new_map(16),
        pair_map=new_map(16),
        id_map=new_map(16),
        counters=counters,
        texts=np.zeros(16, np.int64),
        points=np.zeros(256, np.int32),
        params=params.as_numbers(),
    )


def make_room(state: State, texts: Texts, params: RuleParams, count: int) -> State:
    """The same history with room for `count` more transfers; what no window can reach is forgotten before it grows."""
    events = int(state.counters[C_EVENTS])
    if events + count > len(state.events) or len(texts.words) > 2 * events + SPARE_TEXTS:
        forget(state, texts, params)
    c = state.counters.tolist()
    return state._replace(
        accounts=_rows(state.accounts, c[C_ACCOUNTS] + 2 * count),
        events=_rows(state.events, c[C_EVENTS] + count),
        links=_rows(state.links, c[C_LINKS] + 2 * count),
        account_map=_map(state.account_map, c[C_ACCOUNTS] + 2 * count),
        party_map=_map(state.party_map, c[C_PARTIES] + 2 * count),
        pair_map=_map(state.pair_map, c[C_PAIRS] + count),
        id_map=_ids(state, params, count),
    )


def forget(state: State, texts: Texts, params: RuleParams) -> None:
    """Forget events that no rule can reach and descriptions of no event. Little to forget is left for later."""
    horizon = int(state.counters[C_NEWEST]) - params.lateness_ms - params.horizon_ms
    places = number_reachable(state.accounts, state.events, state.counters, horizon, params.recent)
    if 4 * np.count_nonzero(places == NOTHING) >= len(places):
        move_events(state.accounts, state.events, state.counters, places)
    texts.keep(number_texts(state.events, state.counters, len(texts.words)))


def _ids(state: State, params: RuleParams, count: int) -> Int64s:
    known = int(state.counters[C_IDS])
    if 2 * (known + count) <= len(state.id_map):
        return state.id_map
    oldest = max(0, int(state.counters[C_NEWEST]) - params.repeated_ms)
    known = count_known_ids(state.id_map, oldest)
    fresh = new_map(max(2 * known, known + count))
    copy_known_ids(state.id_map, fresh, state.counters, oldest)
    return fresh


def _rows(array: Int64s, need: int) -> Int64s:
    if need <= len(array):
        return array
    larger = np.zeros((max(need, 2 * len(array)), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def _map(table: Int64s, need: int) -> Int64s:
    if 2 * need <= len(table):
        return table
    larger = new_map(max(need, len(table)))
    copy_into(table, larger)
    return larger

"""The engine's memory as arrays that grow by doubling, and its descriptions as code points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.hashing import copy_into, new_map
from tartip.engines.rules.evaluate import State
from tartip.engines.rules.layout import (
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
)
from tartip.engines.rules.params import RuleParams

Int64s = NDArray[np.int64]
LONG_AGO = -(2**62)


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
        params=params.as_array(),
    )


def with_room(state: State, count: int) -> State:
    """The same state with room for `count` more transfers."""
    c = state.counters.tolist()
    return state._replace(
        accounts=_rows(state.accounts, c[C_ACCOUNTS] + 2 * count),
        events=_rows(state.events, c[C_EVENTS] + count),
        links=_rows(state.links, c[C_LINKS] + 2 * count),
        account_map=_map(state.account_map, c[C_ACCOUNTS] + 2 * count),
        party_map=_map(state.party_map, c[C_PARTIES] + 2 * count),
        pair_map=_map(state.pair_map, c[C_PAIRS] + count),
        id_map=_map(state.id_map, c[C_IDS] + count),
    )


def _rows(array: NDArray[np.int64], need: int) -> NDArray[np.int64]:
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


class Texts:
    """Descriptions, each kept once: number of a text, and its code points for the compiled edit distance. 0 is none."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {"": 0}
        self.words = [""]
        self.ends = np.zeros(16, np.int64)
        self.points = np.zeros(256, np.int32)

    def add(self, text: str) -> int:
        """Number of a text; a new one gets the next."""
        known = self.number.get(text)
        if known is not None:
            return known
        number = len(self.number)
        start = int(self.ends[number])
        end = start + len(text)
        self.ends = _grown(self.ends, number + 2)
        self.points = _grown(self.points, end)
        self.points[start:end] = np.frombuffer(text.encode("utf-32-le"), np.int32)
        self.ends[number + 1] = end
        self.number[text] = number
        self.words.append(text)
        return number

    def fit(self, state: State) -> State:
        return state._replace(texts=self.ends, points=self.points)


def _grown(array: NDArray[Any], need: int) -> NDArray[Any]:
    return array if need <= len(array) else np.concatenate((array, np.zeros(max(need, len(array)), array.dtype)))

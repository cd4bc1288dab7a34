"""Where all units stand at one moment: the arrays a search reads. Nobody writes into a board that somebody reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import Ints
from tartip.engines.routing.places.position import Positions

ARRAYS = ("chain", "following", "before", "edge", "share", "extra", "unit_id")


class Attached(NamedTuple):
    """What a search reads of a board: see Board."""

    chain: Ints
    following: Ints
    edge: Ints
    share: Ints
    extra: Ints


class Board:
    """chain: int32 [states], first entry of the units that reach a state next. An entry is 2 * slot + direction;
    following, before: int32 [2 * slots] link the entries of one state.

    Each slot is one unit: edge (-1: none), share, extra (int32 [slots, 2], ms for setting off each way), unit_id.
    readers: how many searches are reading now.
    """

    def __init__(self, states: int, slots: int) -> None:
        self.chain: Ints = np.full(states, -1, np.int32)
        self.following: Ints = np.full(2 * slots, -1, np.int32)
        self.before: Ints = np.full(2 * slots, -1, np.int32)
        self.edge: Ints = np.full(slots, -1, np.int32)
        self.share: Ints = np.zeros(slots, np.int32)
        self.extra: Ints = np.zeros((slots, 2), np.int32)
        self.unit_id: npt.NDArray[np.object_] = np.empty(slots, object)
        self.readers = 0

    @property
    def attached(self) -> Attached:
        return Attached(self.chain, self.following, self.edge, self.share, self.extra)

    @property
    def slots(self) -> int:
        return len(self.edge)

    def copy(self, spare: Board | None) -> Board:
        """The same board for the writer, in the arrays of a spare one where its size fits (no pages to fault in)."""
        if spare is None or spare.slots != self.slots:
            spare = Board.__new__(Board)
            for name in ARRAYS:
                setattr(spare, name, getattr(self, name).copy())
        else:
            for name in ARRAYS:
                np.copyto(getattr(spare, name), getattr(self, name))
        spare.readers = 0
        return spare

    def grown(self, slots: int) -> Board:
        """The same units on a board with more slots."""
        board = Board(len(self.chain), slots)
        board.chain = self.chain.copy()
        for name in ARRAYS[1:]:
            getattr(board, name)[: len(getattr(self, name))] = getattr(self, name)
        return board

    def attach(self, arc_end: Ints, slots: Ints, found: Positions, turn_around_ms: int) -> None:
        """Move each unit of `slots` to its place; a row without a road leaves its unit where it is."""
        from tartip.engines.routing.places.chains import attach

        attach(
            self.chain, self.following, self.before, arc_end, self.edge, self.share, self.extra,
            slots, found.edge, found.share, found.against, turn_around_ms,
        )  # fmt: skip

    def detach(self, arc_end: Ints, slot: int) -> None:
        """Take a unit off; its slot is free."""
        from tartip.engines.routing.places.chains import detach

        detach(self.chain, self.following, self.before, arc_end, self.edge, slot)
        self.unit_id[slot] = None

    def names(self, slots: npt.NDArray[Any] | Sequence[int]) -> list[Any]:
        named: list[Any] = self.unit_id[slots].tolist()
        return named

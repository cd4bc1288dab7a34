"""Scratch arrays for one search at a time; each thread borrows its own, so reading needs no lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import Ints

Longs = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.uint32]
HEAP = 1 << 18
LARGEST_K = 256


class Workspace(NamedTuple):
    """label: int64 [states], all 2**63 - 1 whenever nobody works with it; touched: the states where it is not.
    keys, items: a heap. best, who: labels and slots of the nearest units. seed…: states next to a place."""

    label: Longs
    touched: Ranks
    keys: Longs
    items: Ranks
    best: Longs
    who: Ints
    seed: Ranks
    seed_ms: Ints
    seed_dm: Ints
    seed_arc: Ints

    @classmethod
    def of(cls, states: int, seeds: int) -> Workspace:
        room = max(HEAP, seeds)  # a junction of 100,000 roads has more states than that
        label: Longs = np.full(states, np.iinfo(np.int64).max)
        heap = np.empty(room, np.int64), np.empty(room, np.uint32)
        found = np.empty(LARGEST_K, np.int64), np.empty(LARGEST_K, np.int32)
        ms, dm, arc = (np.empty(seeds, np.int32) for _ in range(3))
        return cls(label, np.empty(states, np.uint32), *heap, *found, np.empty(seeds, np.uint32), ms, dm, arc)


@dataclass
class Workspaces:
    """A pile of free workspaces. A workspace whose search failed half-way is dropped, not put back."""

    states: int
    seeds: int
    free: list[Workspace] = field(default_factory=list)

    @contextmanager
    def borrow(self) -> Iterator[Workspace]:
        try:
            space = self.free.pop()
        except IndexError:
            space = Workspace.of(self.states, self.seeds)
        yield space
        self.free.append(space)

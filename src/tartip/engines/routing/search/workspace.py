"""Scratch arrays for one search at a time; each thread borrows its own, so reading needs no lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import Ints

HEAP = 1 << 18
LARGEST_K = 256


class Workspace:
    """label int64 [states] is all 2**63 - 1 whenever nobody works with it."""

    def __init__(self, states: int, seeds: int) -> None:
        self.label: npt.NDArray[np.int64] = np.full(states, np.iinfo(np.int64).max)
        self.touched = np.empty(states, np.uint32)
        room = max(HEAP, seeds)  # a junction of 100,000 roads has more states than that
        self.keys: npt.NDArray[np.int64] = np.empty(room, np.int64)
        self.items = np.empty(room, np.uint32)
        self.best: npt.NDArray[np.int64] = np.empty(LARGEST_K, np.int64)
        self.who: Ints = np.empty(LARGEST_K, np.int32)
        self.seed = np.empty(seeds, np.uint32)
        self.seed_ms: Ints = np.empty(seeds, np.int32)
        self.seed_dm: Ints = np.empty(seeds, np.int32)
        self.seed_arc: Ints = np.empty(seeds, np.int32)


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
            space = Workspace(self.states, self.seeds)
        yield space
        self.free.append(space)

"""What the processes of a replay tell each other: how far each is, what it has done, and whether to stop."""

from __future__ import annotations

from collections.abc import MutableSequence
from multiprocessing import get_context
from typing import cast

from tartip.simulation.replay.process_times import FOREVER, ProcessTimes


class Board:
    """Whole numbers in shared memory, each written by one process only: acts, calls, simulated second; and a flag."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.acts, self.calls, self.far = (_shared(workers) for _ in range(3))
        self._stop = _shared(1)

    def stop(self) -> None:
        self._stop[0] = 1

    def stopping(self) -> bool:
        return bool(self._stop[0])

    def finished(self) -> bool:
        return all(far == FOREVER for far in self.far)

    def times(self, me: int) -> ProcessTimes:
        return ProcessTimes(self.far, me, self.stopping)


def _shared(count: int) -> MutableSequence[int]:
    return cast("MutableSequence[int]", get_context("spawn").RawArray("q", count))

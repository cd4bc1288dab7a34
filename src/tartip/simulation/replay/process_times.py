"""How far each process of a replay is in simulated time, and waiting for those who are behind. Knows no Django."""

from __future__ import annotations

import time
from collections.abc import Callable, MutableSequence
from datetime import UTC, datetime

START = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = 1 << 62
WAIT = 0.0005


class Stopped(Exception):
    """Somebody asked the replay to stop; what is done is whole and stays."""


class ProcessTimes:
    """How far each process is, in whole seconds of simulated time; `far` may live in shared memory.

    `settle` commits what this process has done and publishes how far it is: nobody waits with unseen work in hand.
    """

    def __init__(self, far: MutableSequence[int], me: int, stopping: Callable[[], bool] = lambda: False) -> None:
        self.far, self.me, self.stopping = far, me, stopping
        self.settle: Callable[[], None] = lambda: None

    def at(self, moment: datetime | None) -> None:
        """Everything before this moment is done; None: everything is."""
        self.far[self.me] = FOREVER if moment is None else int((moment - START).total_seconds())

    def wait_for_others(self, moment: datetime) -> None:
        needed = int((moment - START).total_seconds())
        if self._ahead(needed):
            self.settle()
        while self._ahead(needed):
            if self.stopping():
                raise Stopped
            time.sleep(WAIT)

    def _ahead(self, needed: int) -> bool:
        return any(far < needed for number, far in enumerate(self.far) if number != self.me)

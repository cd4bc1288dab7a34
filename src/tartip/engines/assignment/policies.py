"""Rules that send free units to waiting calls, behind one Protocol: the simulator and the apps ask them alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tartip.engines.assignment.checks import Ints, whole
from tartip.engines.assignment.problem import LARGEST_SIDE
from tartip.engines.assignment.unreachable import UNREACHABLE
from tartip.engines.errors import BadInput


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rule may look at. Calls stand by priority, then by arrival."""

    priority: Ints  # (calls,) 1 is the most urgent
    waited_ms: Ints  # (calls,)
    travel_ms: Ints  # (calls, free units); UNREACHABLE: no way


class Policy(Protocol):
    """A rule of dispatching. A rule of your own is any object with this method."""

    def decide(self, now: Situation) -> list[tuple[int, int]]:
        """Pairs (row, column of travel_ms) to send at once; no call and no unit twice, no pair without a way."""


@dataclass(frozen=True, slots=True)
class ClosestIdle:
    """Each call in turn gets the nearest free unit; ties go to the lower column."""

    def decide(self, now: Situation) -> list[tuple[int, int]]:
        return in_turn(now, None)


@dataclass(frozen=True, slots=True)
class Reserve:
    """Closest-idle, but a call of priority p is served only while more than cutoff[p - 1] units are free.

    Sacks, Larson, Schaack, J. Quant. Criminology 9(2), 1993. Cut-offs do not fall with the priority; a priority past
    the last has the last. A call whose cut-off is not below the size of the fleet is never served.
    """

    cutoff: tuple[int, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.cutoff, tuple | list):
            raise BadInput("cutoff", type(self.cutoff).__name__, "must be one whole number per priority, as a tuple")
        if not self.cutoff or self.cutoff[0] != 0:
            raise BadInput("cutoff", 0, "priority 1 must have cut-off 0: nothing is held back from it")
        for cutoff in self.cutoff:
            whole("cutoff", cutoff, 0, LARGEST_SIDE)
        for at, (before, after) in enumerate(zip(self.cutoff, self.cutoff[1:], strict=False), 1):
            if after < before:
                raise BadInput("cutoff", at, "must not fall as urgency falls")

    def decide(self, now: Situation) -> list[tuple[int, int]]:
        return in_turn(now, self.cutoff)


@dataclass(frozen=True, slots=True)
class Optimal:
    """All waiting calls and free units at once, by `assign`: most urgent first, least travel among equals.

    With one call waiting it is closest-idle. Among equals the nearer call goes first, however long the other waits.
    """

    longest_ms: int = 86_400_000

    def decide(self, now: Situation) -> list[tuple[int, int]]:
        if len(now.priority) == 1:
            return in_turn(now, None)
        from tartip.engines.assignment.optimal import AssignParams, assign
        from tartip.engines.assignment.problem import Incidents

        sides = Incidents(len(now.priority), now.priority)
        answer = assign(now.travel_ms, sides, params=AssignParams(longest=self.longest_ms))
        sent = np.flatnonzero(answer.unit >= 0)
        return list(zip(answer.incident[sent].tolist(), answer.unit[sent].tolist(), strict=True))


def in_turn(now: Situation, cutoff: tuple[int, ...] | None) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    free = now.travel_ms.shape[1]
    travel = now.travel_ms
    for call, level in enumerate(now.priority.tolist()):
        # Calls stand by priority and cut-offs do not fall, so whoever follows is refused too.
        if free == 0 or (cutoff is not None and free <= cutoff[min(level, len(cutoff)) - 1]):
            break
        unit = int(travel[call].argmin())
        if travel[call, unit] >= UNREACHABLE:
            continue
        pairs.append((call, unit))
        free -= 1
        if free:
            travel = travel.copy() if travel is now.travel_ms else travel
            travel[:, unit] = UNREACHABLE
    return pairs

"""A plan: per shift a route of timed visits, and what they earn."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Literal


@dataclass(frozen=True, slots=True)
class Visit:
    """At `place` (row in Problem.places) from `start` until `end`, seconds; earns `weight`."""

    place: int
    start: int
    end: int
    weight: int


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one shift (row in Problem.shifts); it leaves and returns once, or has no visits and stays in."""

    shift: int
    leaves: int
    returns: int
    visits: tuple[Visit, ...]

    @property
    def duration(self) -> int:
        return self.returns - self.leaves


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes in order of shifts; shifts that stay in are absent. `source` says which method found it."""

    routes: tuple[Route, ...]
    prize: int
    source: Literal["greedy", "pyvrp"]

    @property
    def visits(self) -> int:
        return sum(len(route.visits) for route in self.routes)

    @property
    def longest(self) -> int:
        """Seconds of the longest route, 0 without routes."""
        return max((route.duration for route in self.routes), default=0)

    @property
    def unevenness(self) -> float:
        """Standard deviation of the route durations over their mean; 0 is even. For screens, never published."""
        durations = [route.duration for route in self.routes]
        return pstdev(durations) / fmean(durations) if durations and fmean(durations) else 0.0

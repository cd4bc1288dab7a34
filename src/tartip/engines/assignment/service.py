"""How long a unit stays at a call: drawn from the generator that is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Protocol

import numpy as np

from tartip.engines.assignment.checks import Ints, whole

LONGEST_MS = 2**40


class ServiceTimes(Protocol):
    """How long calls last. A distribution of your own is any object with this method."""

    def draw(self, rng: np.random.Generator, priority: Ints) -> Ints:
        """(calls,) whole ms >= 1, one for each call in the order of the calls."""


@dataclass(frozen=True, slots=True)
class Exponential:
    """Memoryless, as queueing models have it."""

    mean_ms: int

    def draw(self, rng: np.random.Generator, priority: Ints) -> Ints:
        whole("mean_ms", self.mean_ms, 1, LONGEST_MS)
        return rounded(rng.exponential(self.mean_ms, len(priority)))


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Most calls are short, few are very long. spread: standard deviation of the logarithm, in thousandths."""

    median_ms: int
    spread_permille: int = 600

    def draw(self, rng: np.random.Generator, priority: Ints) -> Ints:
        whole("median_ms", self.median_ms, 1, LONGEST_MS)
        whole("spread_permille", self.spread_permille, 0, 10_000)
        return rounded(rng.lognormal(log(self.median_ms), self.spread_permille / 1000, len(priority)))


def rounded(drawn: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Ints:
    return np.clip(np.rint(drawn), 1, LONGEST_MS).astype(np.int64)

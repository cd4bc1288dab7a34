"""How long a unit stays at a call: drawn from the generator that is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Protocol

import numpy as np

from tartip.engines.assignment.checks import Ints
from tartip.engines.errors import BadInput


class ServiceTimes(Protocol):
    def draw(self, rng: np.random.Generator, priority: Ints) -> Ints:
        """(calls,) whole ms >= 1, one for each call in the order of the calls."""


@dataclass(frozen=True, slots=True)
class Exponential:
    """Memoryless, as queueing models have it."""

    mean_ms: int

    def draw(self, rng: np.random.Generator, priority: Ints) -> Ints:
        positive("mean_ms", self.mean_ms)
        return whole(rng.exponential(self.mean_ms, len(priority)))


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Most calls are short, few are very long. spread: standard deviation of the logarithm, in thousandths."""

    median_ms: int
    spread_permille: int = 600

    def draw(self, rng: np.random.Generator, priority: Ints) -> Ints:
        positive("median_ms", self.median_ms)
        return whole(rng.lognormal(log(self.median_ms), self.spread_permille / 1000, len(priority)))


def whole(drawn: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Ints:
    return np.clip(np.rint(drawn), 1, 2**40).astype(np.int64)


def positive(what: str, value: int) -> None:
    if value < 1:
        raise BadInput(what, value, "must be at least 1")

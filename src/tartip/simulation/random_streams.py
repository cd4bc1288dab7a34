"""Random generators by name: the same seed and name give the same draws, whatever was drawn before.

So a replay that is resumed, split among processes or cut to its first rows draws what the whole would have drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RandomStreams:
    seed: int

    def of(self, *name: object) -> Random:
        """A generator of its own for the thing of this name."""
        return Random(f"{self.seed}/" + "/".join(map(str, name)))


def around(random: Random, median: float, spread: float, *, least: int = 1) -> int:
    """Whole seconds, log-normal: half the draws lie below the median; `spread` is the deviation of the logarithm."""
    return max(least, round(median * math.exp(random.gauss(0, spread))))


def weighted(random: Random, weights: Mapping[T, int]) -> T:
    """One key, by its weight."""
    keys: Sequence[T] = list(weights)
    return random.choices(keys, weights=[weights[key] for key in keys])[0]

"""How long and how to search."""

from __future__ import annotations

from dataclasses import dataclass

from tartip.engines.errors import BadInput, expect
from tartip.engines.patrol.problem import LARGEST_WEIGHT, LATEST, whole


@dataclass(frozen=True, slots=True)
class Balance:
    """Each hour of a route beyond `target` seconds costs `prize_per_hour`: long routes must be worth it."""

    target: int
    prize_per_hour: int

    def __post_init__(self) -> None:
        whole("balance", "target", self.target, 1, LATEST)
        whole("balance", "prize_per_hour", self.prize_per_hour, 1, LARGEST_WEIGHT)


@dataclass(frozen=True, slots=True)
class SolveParams:
    """Limits of the search in one district: seconds, iterations, or both (the first reached ends it).

    With `iterations` alone the answer depends on the problem and the seed only; with seconds also on the machine.
    """

    seconds: float | None = 3.0
    iterations: int | None = None
    seed: int = 0
    balance: Balance | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            raise BadInput("params", "seconds, iterations", "one limit is needed")
        if self.seconds is not None and not (isinstance(self.seconds, int | float) and 0 <= self.seconds < 1e6):
            raise BadInput("params", "seconds", "must lie in 0..1000000")
        if self.iterations is not None:
            whole("params", "iterations", self.iterations, 0, 2**62)
        whole("params", "seed", self.seed, 0, 2**32 - 1)
        expect("params.balance", self.balance, Balance, type(None))

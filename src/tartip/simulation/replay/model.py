"""What a source does not tell and a seed draws: operators, decisions, crews. Ours, and said so in every report."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from tartip.operations.dispatch.queries import DETOUR_PERCENT, METRES_PER_SECOND
from tartip.operations.incidents.queries import LIKELY
from tartip.simulation.random_streams import around

FILE = Path(__file__).parent / "data" / "service.toml"


@dataclass(frozen=True, slots=True)
class Model:
    """Medians in seconds, `_spread` the deviation of the logarithm; each draw is log-normal and whole.

    `operators` take calls in the order they ring; a call that finds none free waits. `decide` is by priority, 1 to 4.
    `reserve` units of a division are held back from priorities 3 and 4 (Sacks, Larson & Schaack 1993). `join_score`
    is the likeness from which the replayed operator believes the suggestion of a duplicate.
    """

    operators: int = 5
    pick_up: int = 5
    pick_up_spread: float = 0.5
    talk: int = 75
    talk_spread: float = 0.5
    wrap_up: int = 10
    assess_percent: int = 60
    decide: tuple[int, int, int, int] = (12, 25, 45, 75)
    office_spread: float = 0.6
    acknowledge: int = 10
    turn_out: int = 40
    crew_spread: float = 0.6
    travel_spread: float = 0.25
    no_place: int = 480
    immediate_percent: int = 75
    service_spread: float = 0.6
    recall: int = 240
    stand_down: int = 420
    broadcast: int = 90
    units: int = 120
    fewest: int = 2
    reserve: int = 1
    join_score: int = LIKELY

    def travel(self, random: Random, metres: int | None, priority: int) -> int:
        """Seconds on the way: the straight line with the usual detour and speed; with blue light at priority 1."""
        usual = self.no_place if metres is None else metres * DETOUR_PERCENT // 100 // METRES_PER_SECOND + 20
        if priority == 1:
            usual = usual * self.immediate_percent // 100
        return around(random, max(1, usual), self.travel_spread)

    def on_scene(self, random: Random, kind: str, *, long: bool) -> int:
        """Seconds on the scene."""
        known = service()
        minutes: int = known["minutes"].get(kind, known["usual"]) * (known["long"] if long else 1)
        return around(random, minutes * 60, self.service_spread, least=60)


@lru_cache(maxsize=1)
def service() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))

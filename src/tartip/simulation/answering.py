"""Who answered when: the source knows only when a call came, so a queue of operators is drawn for it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tartip.simulation.draws import Draws, around
from tartip.simulation.model import Model
from tartip.simulation.source import Row


@dataclass(frozen=True, slots=True)
class Talk:
    """One telephone call: taken, understood (then the incident is opened), over."""

    answered: datetime
    assessed: datetime
    released: datetime


def talks(rows: Iterable[Row], draws: Draws, model: Model) -> dict[str, Talk]:
    """The talk of each row (in order of time) by its number; the first free operator takes the oldest."""
    free: list[datetime] = []
    found = {}
    for row in rows:
        random = draws.of("talk", row.number)
        picked_up = row.at + timedelta(seconds=around(random, model.pick_up, model.pick_up_spread))
        if len(free) == model.operators:
            picked_up = max(picked_up, heapq.heappop(free))
        length = around(random, model.talk, model.talk_spread, least=10)
        over = picked_up + timedelta(seconds=length)
        understood = picked_up + timedelta(seconds=max(1, length * model.assess_percent // 100))
        heapq.heappush(free, over + timedelta(seconds=model.wrap_up))
        found[row.number] = Talk(picked_up, understood, over)
    return found

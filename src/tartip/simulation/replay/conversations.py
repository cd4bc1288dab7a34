"""Who answered when: the source knows only when a call came, so a queue of operators is drawn for it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tartip.simulation.random_streams import RandomStreams, around
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.source import Row


@dataclass(frozen=True, slots=True)
class Conversation:
    """One telephone call: taken, understood (then the incident is opened), over."""

    answered: datetime
    assessed: datetime
    released: datetime


def draw_conversations(rows: Iterable[Row], streams: RandomStreams, model: Model) -> dict[str, Conversation]:
    """The conversation of each row (in order of time) by its number; the first free operator takes the oldest."""
    free: list[datetime] = []
    found = {}
    for row in rows:
        random = streams.of("talk", row.number)
        picked_up = row.at + timedelta(seconds=around(random, model.pick_up, model.pick_up_spread))
        if len(free) == model.operators:
            picked_up = max(picked_up, heapq.heappop(free))
        length = around(random, model.talk, model.talk_spread, least=10)
        over = picked_up + timedelta(seconds=length)
        understood = picked_up + timedelta(seconds=max(1, length * model.assess_percent // 100))
        heapq.heappush(free, over + timedelta(seconds=model.wrap_up))
        found[row.number] = Conversation(picked_up, understood, over)
    return found

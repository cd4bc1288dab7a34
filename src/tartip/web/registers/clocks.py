"""The clocks of a record in words, for its list and its card."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from tartip.core.clocks import queries
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.models import Clock
from tartip.core.language import language
from tartip.core.time import now
from tartip.web.dates import duration

LAST_HOUR = 3600


def next_clocks(subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """For each record its running clock that runs out first."""
    return {subject: clock_words(clock) for subject, clock in queries.next_clocks(subjects).items()}


def clocks_of(subject: uuid.UUID) -> list[dict[str, Any]]:
    """The clocks of one record that were not stopped, the one that runs out first in front."""
    rows = Clock.objects.filter(subject=subject).exclude(state="stopped").order_by("due_at")
    return [clock_words(clock) for clock in rows]


def clock_words(clock: Clock) -> dict[str, Any]:
    """One clock for a page: its name, when it ends, what is left of it."""
    rule = rule_of(clock).rule
    left = int((clock.due_at - (clock.paused_at or now())).total_seconds())
    total = max(1, int((clock.due_at - clock.started_at).total_seconds()))
    return {
        "name": rule.name(language()),
        "until": clock.due_at,
        "left": left,
        "days": duration(left),
        "shape": "breached" if left < 0 else "soon" if left * 4 < total or left < LAST_HOUR else "ok",
        "percent": max(0, min(100, left * 100 // total)),
        "confirmed": rule.confirmed,
        "paused": clock.paused_at is not None,
    }

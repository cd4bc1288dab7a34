"""The highest priority an incident ever had, since when it waits, and which rule of a term fits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet

from tartip.core.acts import Choice
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry, Payload
from tartip.operations.incidents.models import Incident


def by_priority(prefix: str, begins: Callable[[Any], bool] = lambda record: True) -> Choice:
    """A clock rule that depends on the priority of the record; none where `begins` says no."""
    return Choice(
        tuple(f"{prefix}-{priority}" for priority in (1, 2, 3, 4)),
        lambda record: f"{prefix}-{record.priority}" if begins(record) else None,
    )


def highest_of(incident: Incident) -> int:
    """The most urgent priority the incident ever had."""
    if incident.highest_priority is not None:
        return min(incident.highest_priority, incident.priority)
    bodies = Payload.objects.filter(entry__subject=incident.pk, entry__register="incident").values_list(
        "body", flat=True
    )
    told = [orjson.loads(body).get("after", {}).get("priority") for body in bodies]
    return min(incident.priority, *(int(priority) for priority in told if priority), incident.priority)


def is_waiting(incident: Incident) -> bool:
    """Whether the term to send a unit runs, missed or not; it was met for good where a crew had come."""
    return _dispatch_clocks(incident).filter(state=Clock.State.RUNNING).exists()


def waited_when_merged(incident: Incident) -> bool:
    """Whether the last merging stopped the term to send a unit."""
    merged = Entry.objects.filter(subject=incident.pk, act="incident.merge").order_by("-version")
    return _dispatch_clocks(incident).filter(stopped_by=merged.values_list("pk", flat=True).first()).exists()


def _dispatch_clocks(incident: Incident) -> QuerySet[Clock]:
    return Clock.objects.filter(subject=incident.pk, rule__startswith="ops-dispatch")


def waiting_since(incident: Incident) -> datetime:
    """In rows from before it was kept: from the opening."""
    return incident.waiting_since or incident.opened_at

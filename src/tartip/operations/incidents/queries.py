"""What is read about incidents: the queue, look-alikes, one card."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.clocks.models import Clock
from tartip.core.places import cells_around, metres_between
from tartip.operations.incidents.models import Incident

OPEN = ("opened", "assigned")
QUEUE = 500

# Two calls about one thing: how near in time and place they must be. Kinds that people mix up are one family.
LOOKALIKE_MINUTES = 60
LOOKALIKE_METRES = 500
FAMILIES = (
    {"attack", "fight", "threat", "hooliganism", "shooting", "domestic", "self_harm"},
    {"crash", "crash_injured", "traffic", "drunk_driver"},
    {"robbery", "theft", "burglary", "alarm"},
    {"suspicious", "suspicious_object", "drugs"},
    {"noise", "hooliganism", "fight", "drunk", "domestic"},
    {"missing", "child", "check_person", "self_harm"},
)


def queue(actor: Actor, limit: int = QUEUE) -> list[dict[str, Any]]:
    """Open incidents the actor may see: those without a unit first, then by priority and age."""
    rows = (
        visible(actor, Incident.objects.filter(state__in=OPEN))
        .annotate(joined=Count("joinings", filter=Q(joinings__state="joined")))
        .order_by("-state", "priority", "opened_at")
        .values(
            "id", "version", "code", "state", "kind", "priority", "territory_id", "opened_at", "address", "note",
            "lon_e6", "lat_e6", "radius_m", "joined", "stand_down_by",
        )[:limit]
    )  # fmt: skip
    found = list(rows)
    clocks = next_clocks([row["id"] for row in found])
    for row in found:
        row["clock"] = clocks.get(row["id"])
    return found


def next_clocks(subjects: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """The clock of each record that runs out first: rule, due, how long it was, whether it is breached."""
    rows = Clock.objects.filter(subject__in=subjects, state="running").order_by("-due_at")
    return {
        clock.subject: {
            "rule": clock.rule,
            "due_at": clock.due_at,
            "started_at": clock.started_at,
            "breached": clock.breached_by is not None,
        }
        for clock in rows
    }


def lookalikes(
    actor: Actor, *, kind: str, at: datetime, lon_e6: int | None, lat_e6: int | None, cell: int | None,
    without: uuid.UUID | None = None, minutes: int = LOOKALIKE_MINUTES, metres: int = LOOKALIKE_METRES,
) -> list[dict[str, Any]]:  # fmt: skip
    """Open incidents that may be the same thing, likeliest first, each with its reasons.

    Near in time and place and of the same family of kinds. A machine only suggests: joining is a person's act.
    """
    if lon_e6 is None or lat_e6 is None or cell is None:
        return []
    window = timedelta(minutes=minutes)
    near = Incident.objects.filter(
        cell__in=cells_around(cell, 3), opened_at__range=(at - window, at + window), state__in=OPEN
    )
    found = []
    if without is not None:
        near = near.exclude(pk=without)
    for incident in visible(actor, near)[:50]:
        assert incident.lon_e6 is not None
        assert incident.lat_e6 is not None
        away = metres_between(lon_e6, lat_e6, incident.lon_e6, incident.lat_e6)
        likeness = _likeness(kind, incident.kind)
        if away > metres + incident.radius_m or not likeness:
            continue
        apart = abs(int((at - incident.opened_at).total_seconds()))
        score = likeness * 100 - away * 40 // metres - apart * 40 // int(window.total_seconds())
        found.append(
            {
                "id": incident.pk, "code": incident.code, "kind": incident.kind, "address": incident.address,
                "metres": away, "seconds": apart, "same_kind": kind == incident.kind, "score": score,
                "version": incident.version,
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: (-int(str(row["score"])), str(row["id"])))[:5]


def _likeness(kind: str, other: str) -> int:
    if kind == other:
        return 2
    return int(any(kind in family and other in family for family in FAMILIES))

"""What is read about incidents: the queue, look-alikes, one card."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
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

# Two calls about one thing: how near in time and place they must be at all.
LOOKALIKE_MINUTES = 60
LOOKALIKE_METRES = 500
# Kinds that people mix up are one family; vague is what a caller says who does not know what he sees.
FAMILIES = (
    {"attack", "fight", "threat", "hooliganism", "shooting", "domestic", "self_harm"},
    {"crash", "crash_injured", "traffic", "drunk_driver"},
    {"robbery", "theft", "burglary", "alarm", "damage"},
    {"suspicious", "suspicious_object", "drugs"},
    {"noise", "hooliganism", "fight", "drunk", "domestic", "shooting"},
    {"missing", "child", "check_person", "self_harm", "death"},
    {"fire", "damage", "assist"},
)
VAGUE = {"other", "suspicious", "check_person", "assist", "information"}
SAME_KIND, SAME_FAMILY, VAGUE_KIND = 30, 22, 16
SAME_PLACE, SAME_TIME = 40, 30
# From here on a suggestion is worth a second look before a new incident is opened (bench/duplicates.py).
LIKELY = 75
# Callers at one event stand this far apart, or are put this far apart by the map.
AROUND_METRES = 60
# The time after which half of what nearness in time is worth is gone.
HALF_SECONDS = 480


@dataclass(frozen=True, slots=True)
class Seen:
    """What one call or incident tells of itself: kind, moment, place with its radius, address as a person reads it."""

    kind: str
    at: datetime
    lon_e6: int
    lat_e6: int
    radius_m: int = 0
    address: str = ""


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
    radius_m: int = 0, address: str = "", without: uuid.UUID | None = None,
    minutes: int = LOOKALIKE_MINUTES, metres: int = LOOKALIKE_METRES,
) -> list[dict[str, Any]]:  # fmt: skip
    """Open incidents that may be the same thing, likeliest first, each with its reasons.

    Near in time and place and of kinds that people mix up. A machine only suggests: joining is a person's act.
    """
    if lon_e6 is None or lat_e6 is None or cell is None:
        return []
    window = timedelta(minutes=minutes)
    near = Incident.objects.filter(
        cell__in=cells_around(cell, 3), opened_at__range=(at - window, at + window), state__in=OPEN
    )
    if without is not None:
        near = near.exclude(pk=without)
    asked = Seen(kind, at, lon_e6, lat_e6, radius_m, address)
    found = []
    for incident in visible(actor, near).order_by("-opened_at")[:50]:
        assert incident.lon_e6 is not None
        assert incident.lat_e6 is not None
        known = Seen(
            incident.kind, incident.opened_at, incident.lon_e6, incident.lat_e6, incident.radius_m, incident.address
        )
        score, away, apart = likeness(asked, known, metres)
        if score:
            found.append(
                {
                    "id": incident.pk, "code": incident.code, "kind": incident.kind, "address": incident.address,
                    "metres": away, "seconds": apart, "same_kind": kind == incident.kind,
                    "same_address": same_address(asked, known), "score": score, "version": incident.version,
                }
            )  # fmt: skip
    return sorted(found, key=lambda row: (-int(str(row["score"])), str(row["id"])))[:5]


def likeness(one: Seen, other: Seen, metres: int = LOOKALIKE_METRES) -> tuple[int, int, int]:
    """How alike two reports are, 0 (not at all) to 100, with the metres and the seconds between them.

    Kinds give up to 30 points, the place up to 40, the time up to 30. Whoever knows his place badly may be as far
    away as his radius says; an address said in the same words is the same place.
    """
    away = metres_between(one.lon_e6, one.lat_e6, other.lon_e6, other.lat_e6)
    apart = abs(int((one.at - other.at).total_seconds()))
    kinds = _kinds_alike(one.kind, other.kind)
    beyond = max(0, away - one.radius_m - other.radius_m - AROUND_METRES)
    if not kinds or beyond > metres:
        return 0, away, apart
    place = SAME_PLACE if same_address(one, other) else SAME_PLACE * (metres - beyond) // (metres + 2 * beyond)
    return kinds + place + SAME_TIME * HALF_SECONDS // (HALF_SECONDS + apart), away, apart


def same_address(one: Seen, other: Seen) -> bool:
    """The same words but for spaces and case; an empty address is no address."""
    return bool(one.address.strip()) and one.address.casefold().split() == other.address.casefold().split()


def _kinds_alike(kind: str, other: str) -> int:
    if kind == other:
        return SAME_KIND
    if any(kind in family and other in family for family in FAMILIES):
        return SAME_FAMILY
    return VAGUE_KIND if kind in VAGUE or other in VAGUE else 0

"""What is read about units."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.acts.errors import NotOnShift
from tartip.core.acts.rights import has_role, on_duty
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.operations.relations import own_crew
from tartip.operations.units.models import Unit


class NoReporter(TartipError):
    code = "position.denied"
    text = "Your role does not send positions of units."
    http_status = 403


# A position older than this says where the unit was, not where it is.
STALE_AFTER = timedelta(minutes=5)


# Who reports where a unit is: a system that tracks the cars, and on shift the crew itself and the floor.
REPORTERS = ("patrol", "dispatcher", "supervisor")
reports = on_duty(*REPORTERS) | has_role("gateway")


def positioned_by(actor: Actor, asked: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the units whose position this actor may send: a crew its own, the others those of their territories.

    Raises NotOnShift where beginning the shift would open it, NoReporter for roles that report no positions at all.
    """
    if not reports.test(actor):
        raise NotOnShift if actor.role in REPORTERS else NoReporter
    found = Unit.objects.filter(pk__in=asked)
    if actor.role == "patrol":
        found = found.filter(own_crew.q(actor))
    elif actor.territory != "KZ":
        found = found.filter(territory__in=tree.subtree(actor.territory))
    return set(found.values_list("pk", flat=True))


def units(actor: Actor, *, on_duty: bool = True) -> list[dict[str, Any]]:
    """Units with their last position, by call sign."""
    found = visible(actor, Unit.objects.all())
    if on_duty:
        found = found.exclude(state="off")
    rows = found.order_by("callsign").values(
        "id", "version", "state", "territory_id", "callsign", "kind", "crew", "skills", "alarm_taken_by",
        "alarm_at", "alarm_level",
        "position__lon_e6", "position__lat_e6", "position__at",
    )  # fmt: skip
    fresh = now() - STALE_AFTER
    return [
        {
            **{name: value for name, value in row.items() if not name.startswith("position__")},
            "lon_e6": row["position__lon_e6"],
            "lat_e6": row["position__lat_e6"],
            "seen_at": row["position__at"],
            "stale": row["position__at"] is None or row["position__at"] < fresh,
        }
        for row in rows
    ]

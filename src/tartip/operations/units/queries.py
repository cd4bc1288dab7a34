"""What is read about units."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.time import now
from tartip.operations.units.models import Unit

# A position older than this says where the unit was, not where it is.
STALE_AFTER = timedelta(minutes=5)


def units(actor: Actor, *, on_duty: bool = True) -> list[dict[str, Any]]:
    """Units with their last position, by call sign."""
    found = visible(actor, Unit.objects.all())
    if on_duty:
        found = found.exclude(state="off")
    rows = found.order_by("callsign").values(
        "id", "version", "state", "territory_id", "callsign", "kind", "crew", "skills", "alarm_taken_by",
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

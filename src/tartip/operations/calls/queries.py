"""What is read about calls."""

from __future__ import annotations

from typing import Any

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.places import place
from tartip.core.territory.locate import locate
from tartip.errors import TartipError
from tartip.operations.calls.models import Call

PAGE = 100


class NoTerritory(TartipError):
    code = "territory.unknown"
    text = "territory: give a territory code, or a place with longitude and latitude."
    http_status = 422


def territory_of(actor: Actor, lon: float | None, lat: float | None) -> str:
    """The territory a position lies in; raises NoTerritory where neither is given."""
    if lon is None or lat is None:
        place(lon, lat)  # one without the other is named
        raise NoTerritory
    return locate(lon, lat).code


def newest(actor: Actor, limit: int = PAGE) -> list[dict[str, Any]]:
    """The newest calls the actor may see, as plain values: a hot list."""
    rows = visible(actor, Call.objects.all()).order_by("-offered_at").values(
        "id", "version", "state", "territory_id", "kind", "offered_at", "answered_at", "released_at",
        "lon_e6", "lat_e6", "radius_m", "address", "channel", "source_number",
    )  # fmt: skip
    return [dict(row) for row in rows[:limit]]

"""What is read about calls."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.places import place
from tartip.core.territory import tree
from tartip.core.territory.errors import OutsideCountry
from tartip.core.territory.locate import FAR_M, locate_e6
from tartip.errors import TartipError
from tartip.operations.calls.models import Call

PAGE = 100


class NoTerritory(TartipError):
    code = "territory.unknown"
    text = "territory: give a territory code, or a place with longitude and latitude."
    http_status = 422


def territory_of(actor: Actor, lon: float | None, lat: float | None) -> str:
    """The territory of what a system hands over without naming one: where the position lies, else the sender's own.

    At sea and just over the border it is the nearest. Raises NoTerritory where the sender's own is the republic and
    nothing else tells it: no desk would see it.
    """
    where = place(lon, lat)
    with suppress(OutsideCountry):
        if where["lon_e6"] is not None:
            return locate_e6(where["lon_e6"], where["lat_e6"], FAR_M).code
    if actor.territory == tree.ROOT:
        raise NoTerritory
    return actor.territory


def newest(actor: Actor, limit: int = PAGE) -> list[dict[str, Any]]:
    """The newest calls the actor may see, as plain values: a hot list."""
    rows = visible(actor, Call.objects.all()).order_by("-offered_at").values(
        "id", "version", "state", "territory_id", "kind", "offered_at", "answered_at", "released_at",
        "lon_e6", "lat_e6", "radius_m", "address", "channel", "source_number",
    )  # fmt: skip
    return [dict(row) for row in rows[:limit]]

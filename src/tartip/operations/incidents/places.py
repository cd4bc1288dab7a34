"""Where an incident was ever said to be, and by whom: the place it has now is only the last word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from tartip.core.journal.models import Entry
from tartip.operations.incidents.models import Incident

WORD = re.compile(r"[\w/-]+")
FIELDS = ("lon_e6", "lat_e6", "radius_m", "address")


@dataclass(frozen=True, slots=True)
class Said:
    """A place as somebody said it: from this moment of the server on, until the next one said."""

    point: tuple[int, int] | None
    radius_m: int
    address: str
    at: datetime
    by: str

    @property
    def is_given(self) -> bool:
        return self.point is not None or bool(self.address.strip())


def places_of(incident: Incident) -> list[Said]:
    """Every place it was said to be at, the first one first.

    Each correction keeps what was before it. Where its payload was erased, that place is one nobody can compare.
    """
    acts = ("incident.open", "incident.correct_place")
    rows = Entry.objects.filter(subject=incident.pk, act__in=acts).order_by("version")
    entries = list(rows.values_list("act", "recorded_at", "actor", "content__body"))
    opening = next(((at, by) for act, at, by, _ in entries if act == "incident.open"), (incident.opened_at, ""))
    corrections = [(at, by, _before(body, at)) for act, at, by, body in entries if act == "incident.correct_place"]
    said_by = [opening, *((at, by) for at, by, _ in corrections)]
    places = [*(before for _, _, before in corrections), {name: getattr(incident, name) for name in FIELDS}]
    return [_said(place, at, by) for place, (at, by) in zip(places, said_by, strict=True)]


def _before(body: str | None, at: datetime) -> dict[str, Any]:
    lost = {"address": f"? {at.isoformat()}"}  # like no other
    return (orjson.loads(body).get("notes", {}).get("before") if body else None) or lost


def _said(place: dict[str, Any], at: datetime, by: str) -> Said:
    lon, lat = place.get("lon_e6"), place.get("lat_e6")
    point = None if lon is None or lat is None else (int(lon), int(lat))
    return Said(point, int(place.get("radius_m") or 0), str(place.get("address") or ""), at, by)


def same_words(address: str, other: str) -> bool:
    """The same words but for case, spaces and marks between them; an empty address is no address."""
    words = WORD.findall(address.casefold())
    return bool(words) and words == WORD.findall(other.casefold())

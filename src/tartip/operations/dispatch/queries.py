"""Whom to send, and why."""

from __future__ import annotations

import uuid
from typing import Any

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.places import metres_between
from tartip.operations.dispatch.models import OPEN_STATES, Assignment
from tartip.operations.incidents.models import Incident
from tartip.operations.units import queries as units

OFFERED = 3
NOT_OFFERED = 6
# Without a road network the way is the straight line times a usual detour, at a usual speed in town.
DETOUR_PERCENT = 135
METRES_PER_SECOND = 10

# What a kind of event asks of a crew.
TWO_OFFICERS = {"attack", "shooting", "robbery", "fight", "domestic", "burglary"}


def open_assignments(actor: Actor) -> list[dict[str, Any]]:
    """Assignments that are not ended, with unit and incident."""
    rows = visible(actor, Assignment.objects.filter(state__in=OPEN_STATES)).values(
        "id", "version", "state", "incident_id", "incident__code", "unit_id", "unit__callsign", "priority",
        "sent_at", "acknowledged_at", "en_route_at", "on_scene_at",
    )  # fmt: skip
    return [dict(row) for row in rows.order_by("sent_at")]


def of_incident(actor: Actor, incident: Incident) -> list[Assignment]:
    """The incident's assignments, open ones first.

    Whoever may see the incident sees who was sent to it, also the crews of the territory that handed it over.
    """
    rows = incident.assignments.select_related("unit").order_by("sent_at")
    if not visible(actor, Incident.objects.filter(pk=incident.pk)).exists():
        rows = rows.none()
    return sorted(rows, key=lambda row: row.state not in OPEN_STATES)


def unit_states(actor: Actor) -> list[dict[str, Any]]:
    """Every unit on duty with what it does now: free, sent, acknowledged, en_route, on_scene or alarm."""
    busy = {row["unit_id"]: row for row in open_assignments(actor)}
    found = units.units(actor)
    for unit in found:
        taken = busy.get(unit["id"])
        unit["assignment"] = taken
        unit["status"] = "alarm" if unit["state"] == "alarm" else taken["state"] if taken else "free"
    return found


def recommend(actor: Actor, incident: Incident) -> dict[str, Any]:
    """Up to three free units by time to arrive, each with reasons; and nearer ones with why they are not offered.

    Codes of reasons are for the page to word: alone, stale, no_position, busy, alarm.
    """
    candidates = [_weighed(unit, incident) for unit in unit_states(actor)]
    placed = sorted((c for c in candidates if c["seconds"] is not None), key=lambda c: (c["seconds"], c["callsign"]))
    free = [c for c in placed if c["status"] == "free"]
    # A lone officer is no answer to a knife where a crew of two comes only little later.
    if incident.kind in TWO_OFFICERS:
        free.sort(key=lambda c: (c["seconds"] + (300 if c["crew"] < 2 else 0), c["callsign"]))
    unplaced = [c for c in candidates if c["seconds"] is None and c["status"] == "free"]
    offered = (free + unplaced)[:OFFERED]
    farthest = max((c["seconds"] for c in offered if c["seconds"] is not None), default=None)
    nearer = [c for c in placed if c["status"] != "free" and (farthest is None or c["seconds"] <= farthest)]
    return {"incident": incident.pk, "by": "straight_line", "offered": offered, "not_offered": nearer[:NOT_OFFERED]}


def _weighed(unit: dict[str, Any], incident: Incident) -> dict[str, Any]:
    metres: int | None = None
    if unit["lon_e6"] is not None and incident.lon_e6 is not None and incident.lat_e6 is not None:
        straight = metres_between(unit["lon_e6"], unit["lat_e6"], incident.lon_e6, incident.lat_e6)
        metres = straight * DETOUR_PERCENT // 100
    reasons = []
    if unit["crew"] >= 2:
        reasons.append("two_officers")
    elif incident.kind in TWO_OFFICERS:
        reasons.append("alone")
    if unit["lon_e6"] is None:
        reasons.append("no_position")
    elif unit["stale"]:
        reasons.append("stale")
    identity: uuid.UUID = unit["id"]
    return {
        "unit": identity, "callsign": unit["callsign"], "status": unit["status"], "crew": unit["crew"],
        "metres": metres, "seconds": None if metres is None else metres // METRES_PER_SECOND, "reasons": reasons,
        "version": unit["version"],
        "busy_with": unit["assignment"]["incident__code"] if unit["assignment"] else None,
    }  # fmt: skip

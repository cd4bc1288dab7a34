"""What is read about incidents: the queue, look-alikes, one card."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.models import Clock
from tartip.core.clocks.queries import next_clocks
from tartip.core.codes import pretty
from tartip.core.journal.models import Payload
from tartip.core.places import cells_around, metres_between
from tartip.core.territory import tree
from tartip.core.territory.addresses import address_key, names_a_house
from tartip.operations.calls.models import Call
from tartip.operations.incidents.models import HandOver, Incident, Joining, Remark

OPEN = ("opened", "assigned")
QUEUE = 500

# Two calls about one thing: how near in time and place they must be at all.
LOOKALIKE_MINUTES = 60
LOOKALIKE_METRES = 500
# So many of the newest open incidents are compared by their address.
LOOKALIKE_ADDRESSES = 300
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
    lon_e6: int | None
    lat_e6: int | None
    radius_m: int = 0
    address: str = ""


def queue(actor: Actor, limit: int = QUEUE) -> list[dict[str, Any]]:
    """Open incidents the actor may see: those without a unit first, then by priority and age."""
    rows = (
        visible(actor, Incident.objects.filter(state__in=OPEN))
        .order_by("-state", "priority", "opened_at")
        .values(
            "id", "version", "code", "state", "kind", "priority", "territory_id", "opened_at", "address", "note",
            "lon_e6", "lat_e6", "radius_m", "stand_down_by", "highest_priority", "first_call_id",
        )[:limit]
    )  # fmt: skip
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    ids = [row["id"] for row in found]
    clocks, calls = next_clocks(ids), count_calls(ids)
    for row in found:
        row["clock"] = clock_row(clocks[row["id"]]) if row["id"] in clocks else None
        row["calls"] = calls.get(row["id"], 0)
        # Calls beside the one that opened it: joined ones, and all of what was merged into it.
        row["joined"] = row["calls"] - (row.pop("first_call_id") is not None)
    return found


def families(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The incidents, and all that is merged into them, however long the chain: each with the one it belongs to.

    One level after the other: a recursive statement is planned as if everything were merged, and reads all tables.
    """
    tops = {identity: identity for identity in ids}
    level = list(ids)
    while level:
        merged = Incident.objects.filter(merged_into__in=level, state="merged").values_list("pk", "merged_into_id")
        # What is known already is not followed again: a chain that goes round ends.
        found = [(pk, into) for pk, into in merged if pk not in tops and into is not None]
        tops |= {pk: tops[into] for pk, into in found}
        level = [pk for pk, _into in found]
    return tops


def count_calls(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many calls speak of each incident: its own, the joined ones, and those of what was merged into it."""
    tops = families(ids)
    first = Incident.objects.filter(pk__in=tops, first_call__isnull=False).values_list("pk", "first_call_id")
    joined = Joining.objects.filter(incident__in=tops, state="joined").values_list("incident_id", "call_id")
    calls: dict[uuid.UUID, set[uuid.UUID | None]] = {}
    for incident, call in [*first, *joined]:
        calls.setdefault(tops[incident], set()).add(call)
    return {incident: len(found) for incident, found in calls.items()}


def family_of(incident: Incident) -> list[uuid.UUID]:
    """The incident and all that is merged into it."""
    return list(families([incident.pk]))


def calls_of(incident: Incident) -> list[dict[str, Any]]:
    """Every caller's words: the first call, the joined ones, and those of incidents merged into this one, by time.

    `by` says how the call came: first, joined or merged; `code` is the incident it came by; `missed` are the terms to
    answer or to assess that were missed. No personal data.
    """
    family = family_of(incident)
    found = []
    opened = Incident.objects.filter(pk__in=family, first_call__isnull=False).select_related("first_call")
    for one in opened:
        assert one.first_call is not None
        how = "first" if one.pk == incident.pk else "merged"
        found.append(_heard(one.first_call, how, one, None))
    joined = Joining.objects.filter(incident__in=family, state="joined").select_related("call", "incident")
    for joining in joined:
        how = "joined" if joining.incident_id == incident.pk else "merged"
        found.append(_heard(joining.call, how, joining.incident, joining.pk))
    missed: dict[uuid.UUID, list[str]] = {}
    late = Clock.objects.filter(subject__in=[row["id"] for row in found], breached_by__isnull=False).order_by("id")
    for subject, rule in late.values_list("subject", "rule"):
        missed.setdefault(subject, []).append(rule)
    for row in found:
        row["missed"] = missed.get(row["id"], [])
    return sorted(found, key=lambda row: (row["offered_at"], str(row["id"])))


def _heard(call: Call, how: str, incident: Incident, joining: uuid.UUID | None) -> dict[str, Any]:
    return {
        "id": call.pk, "by": how, "code": incident.code, "incident": incident.pk, "joining": joining,
        "state": call.state, "version": call.version, "channel": call.channel, "kind": call.kind, "note": call.note,
        "card": call.card, "offered_at": call.offered_at, "answered_at": call.answered_at,
        "released_at": call.released_at, "address": call.address, "has_caller": call.caller_id is not None,
        "receipt": pretty(call.receipt or ""),
    }  # fmt: skip


def remarks_of(incident: Incident) -> list[dict[str, Any]]:
    """The timed lines of the incident and of what was merged into it, oldest first."""
    rows = Remark.objects.filter(incident__in=family_of(incident)).order_by("at", "id")
    return [dict(row) for row in rows.values("id", "at", "text", "by", "role", "incident_id", "incident__code")]


def hand_overs(actor: Actor, *, waiting: bool = True) -> list[dict[str, Any]]:
    """Hand-overs that concern the actor's territories, the oldest first: those to take, and those sent."""
    rows = visible(actor, HandOver.objects.all())
    if waiting:
        # The sender may have closed it meanwhile: nobody waits for that.
        rows = rows.filter(state="handed_over").exclude(incident__state__in=("closed", "merged"))
    found = rows.order_by("handed_at").values(
        "id", "version", "state", "sender_id", "territory_id", "call_id", "incident_id", "incident__code",
        "reason", "handed_at", "handed_by", "answered_at",
    )  # fmt: skip
    return [dict(row) for row in found[:QUEUE]]


def asked_reason(incident: Incident) -> str:
    """The reason of the newest request to stand down, as its entry says; empty where its payload was erased."""
    found = Payload.objects.filter(
        entry__subject=incident.pk, entry__register="incident", entry__act="incident.ask_stand_down"
    ).order_by("-entry__version")
    body = found.values_list("body", flat=True).first()
    reason = orjson.loads(body).get("notes", {}).get("reason", "") if body else ""
    return str(reason)


def owner_of(record: Incident | Call) -> dict[str, Any]:
    """Whose the record is, and to whom it is handed over, until the other side has taken it."""
    waiting = record.hand_overs.filter(state="handed_over").first()
    return {
        "owner": record.territory_id,
        "handed_over_to": waiting.territory_id if waiting else None,
        "hand_over": waiting.pk if waiting else None,
    }


def clock_row(clock: Clock) -> dict[str, Any]:
    """A clock as the queue shows it: rule and its edition, due, how long it was, whether breached."""
    return {
        "rule": clock.rule,
        "due_at": clock.due_at,
        "started_at": clock.started_at,
        "breached": clock.breached_by is not None,
        "followed": rule_of(clock),
    }


def lookalikes(
    actor: Actor, *, kind: str, at: datetime, lon_e6: int | None, lat_e6: int | None, cell: int | None,
    radius_m: int = 0, address: str = "", without: uuid.UUID | None = None, territory: str = "",
    minutes: int = LOOKALIKE_MINUTES, metres: int = LOOKALIKE_METRES,
) -> list[dict[str, Any]]:  # fmt: skip
    """Open incidents that may be the same thing, likeliest first, each with its reasons.

    Near in time and place and of kinds that people mix up. Where one of the two has no coordinates, the address
    decides, within the region of `territory` (the actor's where none is given): streets of one name are in many towns.
    A machine only suggests: joining is a person's act.
    """
    window = timedelta(minutes=minutes)
    recent = visible(actor, Incident.objects.filter(opened_at__range=(at - window, at + window), state__in=OPEN))
    if without is not None:
        recent = recent.exclude(pk=without)
    asked = Seen(kind, at, lon_e6, lat_e6, radius_m, address)
    candidates: list[Incident] = []
    if cell is not None:
        candidates += recent.filter(cell__in=cells_around(cell, 3)).order_by("-opened_at")[:50]
    if address_key(address):
        region = tree.region(territory or actor.territory)
        said = recent.exclude(address="").order_by("-opened_at")
        candidates += [
            incident
            for incident in (said.filter(cell=None) if cell is not None else said)[:LOOKALIKE_ADDRESSES]
            if same_address(asked, seen(incident)) and (region is None or tree.contains(region, incident.territory_id))
        ]
    found = []
    for incident in candidates:
        known = seen(incident)
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


def seen(incident: Incident) -> Seen:
    """What an incident tells of itself, for comparing it."""
    return Seen(
        incident.kind, incident.opened_at, incident.lon_e6, incident.lat_e6, incident.radius_m, incident.address
    )


def likeness(one: Seen, other: Seen, metres: int = LOOKALIKE_METRES) -> tuple[int, int | None, int]:
    """How alike two reports are, 0 (not at all) to 100, with the metres (if known) and the seconds between them.

    Kinds give up to 30 points, the place up to 40, the time up to 30. Whoever knows his place badly may be as far
    away as his radius says; one address is one place. Without coordinates the address alone tells, and a street
    without a house is worth half.
    """
    apart = abs(int((one.at - other.at).total_seconds()))
    kinds, alike = _kinds_alike(one.kind, other.kind), same_address(one, other)
    away = None
    if one.lon_e6 is None or one.lat_e6 is None or other.lon_e6 is None or other.lat_e6 is None:
        place = 0 if not alike else SAME_PLACE if names_a_house(address_key(one.address)) else SAME_PLACE // 2
    else:
        away = metres_between(one.lon_e6, one.lat_e6, other.lon_e6, other.lat_e6)
        beyond = max(0, away - one.radius_m - other.radius_m - AROUND_METRES)
        if beyond > metres:
            return 0, away, apart
        place = SAME_PLACE if alike else SAME_PLACE * (metres - beyond) // (metres + 2 * beyond)
    if not kinds or (away is None and not place):
        return 0, away, apart
    return kinds + place + SAME_TIME * HALF_SECONDS // (HALF_SECONDS + apart), away, apart


def same_address(one: Seen, other: Seen) -> bool:
    """The same place in whatever spelling; an empty address is no address."""
    return bool(address_key(one.address)) and address_key(one.address) == address_key(other.address)


def _kinds_alike(kind: str, other: str) -> int:
    if kind == other:
        return SAME_KIND
    if any(kind in family and other in family for family in FAMILIES):
        return SAME_FAMILY
    return VAGUE_KIND if kind in VAGUE or other in VAGUE else 0

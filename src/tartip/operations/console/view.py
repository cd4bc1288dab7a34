"""What the console shows: rows, card and figures of the shift, as plain values with words in the reader's language."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection

from tartip.core import law
from tartip.core.acts import Actor, open_acts
from tartip.core.journal.queries import history
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.core.words import act_name, language, named
from tartip.operations.calls.kinds import kind, kinds
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import queries as dispatch
from tartip.operations.incidents import queries as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.outcomes import OUTCOMES

# How a unit's work is drawn: the five shapes of the design system.
SHAPES = {
    "free": "free", "sent": "enroute", "acknowledged": "enroute", "en_route": "enroute", "on_scene": "onscene",
    "alarm": "panic", "off": "off",
}  # fmt: skip


def board(actor: Actor) -> dict[str, Any]:
    """Everything the page holds at one moment; a page kept live by the stream must equal a fresh one."""
    units = dispatch.unit_states(actor)
    busy: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for unit in units:
        unit["shape"] = SHAPES[unit["status"]]
        if unit["assignment"]:
            busy.setdefault(unit["assignment"]["incident_id"], []).append(unit)
    rows = [_row(row, busy.get(row["id"], [])) for row in incidents.queue(actor)]
    waiting = [row for row in rows if row["state"] == "opened"]
    working = [row for row in rows if row["state"] == "assigned"]
    return {
        "groups": [("waiting", waiting), ("working", working)],
        "waiting": len(waiting),
        "working": len(working),
        "units": units,
        "free": sum(unit["status"] == "free" for unit in units),
        "breached": sum(bool(row["clock"] and row["clock"]["left"] < 0) for row in rows),
        "median": arrival_median(actor),
        "alarms": [unit for unit in units if unit["status"] == "alarm"],
        "map": map_data(rows, units),
    }


def _row(row: dict[str, Any], units: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **row,
        "name": named(kind(row["kind"]).names),
        "units": units,
        "calls": row["joined"] + 1,
        "clock": _clock(row["clock"]),
    }


def _clock(clock: dict[str, Any] | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    rule = law.deadline(clock["rule"], clock["started_at"].date())
    return {
        "left": int((clock["due_at"] - now()).total_seconds()),
        "total": max(1, int((clock["due_at"] - clock["started_at"]).total_seconds())),
        "name": rule.name(language()),
        "confirmed": rule.confirmed,
    }


def map_data(rows: list[dict[str, Any]], units: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "incidents": [
            {"id": str(r["id"]), "n": r["priority"], "lon": r["lon_e6"] / 1e6, "lat": r["lat_e6"] / 1e6}
            for r in rows
            if r["lon_e6"] is not None
        ],
        "units": [
            {"id": str(u["id"]), "name": u["callsign"], "state": u["shape"], "lon": u["lon_e6"] / 1e6,
             "lat": u["lat_e6"] / 1e6}
            for u in units
            if u["lon_e6"] is not None
        ],
    }  # fmt: skip


def arrival_median(actor: Actor) -> int | None:
    """Median seconds from sending to the scene over the last day, or None while nobody has arrived."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM on_scene_at - sent_at)) "
            "FROM dispatch_assignment WHERE on_scene_at > %s AND territory_id = ANY(%s)",
            (now().replace(hour=0, minute=0, second=0), sorted(tree.subtree(actor.territory))),
        )
        (median,) = cursor.fetchone()
    return None if median is None else int(median)


def card(actor: Actor, incident: Incident) -> dict[str, Any]:
    """One incident with whom to send, what is known, what may be done and what was done."""
    clocks = incidents.next_clocks([incident.pk])
    advice = dispatch.recommend(actor, incident)
    for unit in [*advice["offered"], *advice["not_offered"]]:
        unit["shape"] = SHAPES[unit["status"]]
    acts = {act.code: act for act in open_acts(actor, incident)}
    alike = incidents.lookalikes(
        actor, kind=incident.kind, at=incident.opened_at, lon_e6=incident.lon_e6, lat_e6=incident.lat_e6,
        cell=incident.cell, without=incident.pk, radius_m=incident.radius_m, address=incident.address,
    )  # fmt: skip
    return {
        "incident": incident,
        "name": named(kind(incident.kind).names),
        "clock": _clock(clocks.get(incident.pk)),
        "advice": advice,
        "assignments": [_assignment(actor, row) for row in dispatch.of_incident(actor, incident)],
        "alike": [{**row, "name": named(kind(row["kind"]).names)} for row in alike],
        "calls": _calls(incident),
        "acts": acts,
        "kinds": [{"code": k.code, "name": named(k.names)} for k in kinds().values()],
        "outcomes": [{"code": o.code, "name": named(o.names)} for o in OUTCOMES.values() if not o.stood_down],
        "reasons": [{"code": o.code, "name": named(o.names)} for o in OUTCOMES.values() if o.stood_down],
        "history": [_told(row) for row in reversed(history(incident.pk))],
        "closed": incident.state == "closed",
        "outcome": named(OUTCOMES[incident.outcome].names) if incident.outcome else "",
    }


def _assignment(actor: Actor, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "shape": SHAPES.get(row.state, "off"),
        "steps": [{"code": act.code.split(".")[1], "name": named(act.names)} for act in open_acts(actor, row)],
    }


def _calls(incident: Incident) -> list[dict[str, Any]]:
    """The calls that speak of the incident, with their answers in words; who called stays closed."""
    ids = [incident.first_call_id] if incident.first_call_id else []
    joined = {j.call_id: j for j in incident.joinings.filter(state="joined")}
    found = Call.objects.filter(pk__in=[*ids, *joined]).order_by("offered_at")
    return [
        {
            "call": call,
            "joining": joined.get(call.pk),
            "answers": _answers(call),
            "has_caller": call.caller_id is not None,
        }
        for call in found
    ]


def _answers(call: Call) -> list[tuple[str, Any]]:
    if not call.kind:
        return []
    return [(named(q.names), call.card[q.code]) for q in kind(call.kind).questions if q.code in call.card]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "name": act_name(row["act"])}

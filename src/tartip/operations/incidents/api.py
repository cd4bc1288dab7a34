"""Incidents by HTTP."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema, Status

from tartip.core.acts import Actor, open_acts, perform_together, request_hash
from tartip.core.acts.access import must_read
from tartip.core.journal.queries import history
from tartip.core.people.actors import acting
from tartip.core.places import place
from tartip.core.registers.present import presents
from tartip.core.schema import Input
from tartip.core.territory.locate import near
from tartip.operations.calls import api as calls
from tartip.operations.calls.queries import territory_of
from tartip.operations.incidents import actions, queries
from tartip.operations.incidents.access import access_incident
from tartip.operations.incidents.models import HandOver, Incident, Remark
from tartip.operations.incidents.outcomes import OUTCOMES
from tartip.operations.incidents.places import same_words

router = Router(tags=["incidents"])
routers = {"/incidents": router}


class IncidentIn(Input):
    """Open an incident: from a call given here (one request from the telephone to the queue), or without one."""

    call: calls.CallIn | None = None
    territory: str | None = Field(None, max_length=9)
    kind: str = Field("", max_length=32)
    priority: int | None = None
    place: calls.Place = calls.NOWHERE
    note: str = ""


class Opened(Schema):
    id: uuid.UUID
    code: str
    version: int
    state: str
    kind: str
    priority: int
    call: uuid.UUID | None = None
    receipt: str | None = None
    repeated: bool = False
    place_refused: str = ""


def opened(incident: Incident, *, repeated: bool = False) -> dict[str, Any]:
    return {
        "id": incident.pk, "code": incident.code, "version": incident.version, "state": incident.state,
        "kind": incident.kind, "priority": incident.priority, "call": incident.first_call_id, "repeated": repeated,
        "receipt": incident.first_call.receipt if incident.first_call else None,
    }  # fmt: skip


@presents(Incident)
def presented(actor: Actor, incident: Incident) -> dict[str, Any]:
    return opened(incident)


@presents(Remark)
def presented_remark(actor: Actor, remark: Remark) -> dict[str, Any]:
    return {"id": remark.pk, "incident": remark.incident_id, "at": remark.at, "text": remark.text}


@presents(HandOver)
def presented_hand_over(actor: Actor, made: HandOver) -> dict[str, Any]:
    return {
        "id": made.pk, "version": made.version, "state": made.state, "sender": made.sender_id,
        "to": made.territory_id, "call": made.call_id, "incident": made.incident_id,
    }  # fmt: skip


@router.get("")
def queue(request: HttpRequest, limit: Annotated[int, Field(ge=1, le=500)] = 100) -> list[dict[str, Any]]:
    """The queue: open incidents the actor may read, with the clock that runs out first."""
    must_read(acting(request), Incident)
    return queries.queue(acting(request), limit)


@router.get("/outcomes", auth=None)
def outcomes(request: HttpRequest) -> list[dict[str, Any]]:
    language = (get_language() or "kk")[:2]
    return [
        {"code": o.code, "name": o.names[language], "case": o.case, "stood_down": o.stood_down}
        for o in OUTCOMES.values()
    ]


def _place_of(payload: IncidentIn) -> tuple[calls.Place, str]:
    """Where it is: what is said of the incident, and what that leaves open as its call says it.

    Another address than the call's is the whole place, as in a correction. With a call, a position that is none is left
    out, for no call is lost; the field that was wrong comes with the place.
    """
    if payload.call is None:
        return payload.place, ""
    (said, refused), (called, refused_of_call) = calls.usable(payload.place), calls.usable(payload.call.place)
    own, theirs = said.address.strip(), called.address.strip()
    point = called if said.lon is None and not (own and theirs and not same_words(own, theirs)) else said
    where = calls.Place(lon=point.lon, lat=point.lat, radius_m=point.radius_m, address=own or theirs)
    return where, refused or refused_of_call


def _territory_said(who: Actor, said: calls.Place) -> str:
    """The territory of an incident that no call brought; far outside the country it is refused, as in a correction."""
    lies_in = near(place(said.lon, said.lat), typed=True)
    return lies_in.code if lies_in else territory_of(who, said.lon, said.lat)


@router.post("", response={201: Opened, 200: Opened})
def open_incident(request: HttpRequest, payload: IncidentIn) -> Status[dict[str, Any]]:
    """Open an incident, with its call in the same transaction. The same Idempotency-Key gives the same incident."""
    # The key stands for the whole request: the same one sent to /calls is another request.
    who = acting(request).saying(request=request_hash("POST /incidents", payload.model_dump(mode="json")))
    where, refused = _place_of(payload)

    def work() -> Incident:
        call = calls.enter(who, payload.call, rated=True) if payload.call else None
        if call is not None and call.repeated:
            incident = Incident.objects.get(first_call=call)
            incident.repeated = True
            return incident
        return actions.open_incident(
            who.inside().saying(at=call.offered_at) if call else who,
            territory=call.territory_id if call else payload.territory or _territory_said(who, where),
            kind_code=payload.kind or (call.kind if call else ""),
            priority=payload.priority,
            call=call,
            lon=where.lon,
            lat=where.lat,
            radius_m=where.radius_m,
            address=where.address,
            note=payload.note or (payload.call.note if payload.call else ""),
        )

    incident = perform_together(work, who)
    answer = opened(incident, repeated=incident.repeated) | {"place_refused": refused}
    return Status(200 if incident.repeated else 201, answer)


@router.get("/{uuid:incident_id}")
def show(request: HttpRequest, incident_id: uuid.UUID) -> dict[str, Any]:
    """One incident with its history and the acts open to the caller now."""
    who = acting(request)
    incident = access_incident(who, incident_id)
    return {
        **opened(incident),
        "address": incident.address,
        "opened_at": incident.opened_at,
        "outcome": incident.outcome,
        "note": incident.note,
        "highest_priority": actions.highest_of(incident),
        "lon_e6": incident.lon_e6,
        "lat_e6": incident.lat_e6,
        "radius_m": incident.radius_m,
        "stand_down_asked": bool(incident.stand_down_by),
        "merged_into": incident.merged_into_id,
        **queries.owner_of(incident),
        "calls": queries.calls_of(incident),
        "remarks": queries.remarks_of(incident),
        "acts": [act.code for act in open_acts(who, incident)],
        "history": history(incident.pk),
    }


@router.get("/{uuid:incident_id}/lookalikes")
def lookalikes(request: HttpRequest, incident_id: uuid.UUID) -> list[dict[str, Any]]:
    """Open incidents that may be the same thing, with the reasons."""
    who = acting(request)
    incident = access_incident(who, incident_id)
    return queries.lookalikes(
        who, kind=incident.kind, at=incident.opened_at, lon_e6=incident.lon_e6, lat_e6=incident.lat_e6,
        cell=incident.cell, without=incident.pk, radius_m=incident.radius_m, address=incident.address,
        territory=incident.territory_id,
    )  # fmt: skip


@router.get("/hand_overs")
def hand_overs(request: HttpRequest, waiting: bool = True) -> list[dict[str, Any]]:
    """Hand-overs from and to the actor's territories."""
    must_read(acting(request), HandOver)
    return queries.hand_overs(acting(request), waiting=waiting)

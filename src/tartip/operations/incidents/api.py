"""Incidents by HTTP."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from tartip.core.acts import open_acts, together
from tartip.core.journal.queries import history
from tartip.core.people.actors import acting
from tartip.operations.calls import api as calls
from tartip.operations.calls.queries import territory_of
from tartip.operations.incidents import actions, queries
from tartip.operations.incidents.access import access_incident
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.outcomes import OUTCOMES

router = Router(tags=["incidents"])


class IncidentIn(Schema):
    """Open an incident: from a call given here (one request from the telephone to the queue), or without one."""

    model_config = ConfigDict(extra="forbid")
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
    repeated: bool = False


class JoinIn(Schema):
    call: uuid.UUID


class ReasonIn(Schema):
    reason: str = Field(max_length=32)


class AssessIn(Schema):
    kind: str = Field(max_length=32)
    priority: int
    note: str = ""


class MergeIn(Schema):
    into: uuid.UUID


def opened(incident: Incident, *, repeated: bool = False) -> dict[str, Any]:
    return {
        "id": incident.pk, "code": incident.code, "version": incident.version, "state": incident.state,
        "kind": incident.kind, "priority": incident.priority, "call": incident.first_call_id, "repeated": repeated,
    }  # fmt: skip


@router.get("")
def queue(request: HttpRequest, limit: Annotated[int, Field(ge=1, le=500)] = 100) -> list[dict[str, Any]]:
    """The queue: open incidents in the actor's territories, with the clock that runs out first."""
    return queries.queue(acting(request), limit)


@router.get("/outcomes", auth=None)
def outcomes(request: HttpRequest) -> list[dict[str, Any]]:
    language = (get_language() or "kk")[:2]
    return [
        {"code": o.code, "name": o.names[language], "case": o.case, "stood_down": o.stood_down}
        for o in OUTCOMES.values()
    ]


@router.post("", response={201: Opened, 200: Opened})
def open_incident(request: HttpRequest, payload: IncidentIn) -> Status[dict[str, Any]]:
    """Open an incident, with its call in the same transaction. The same Idempotency-Key gives the same incident."""
    who = acting(request)
    with together():
        call = calls.enter(request, payload.call) if payload.call else None
        if call is not None and call.repeated:
            return Status(200, opened(Incident.objects.get(first_call=call), repeated=True))
        place = payload.call.place if payload.call and payload.place.lon is None else payload.place
        incident = actions.open_incident(
            who.inside().saying(at=call.offered_at) if call else who,
            territory=call.territory_id if call else payload.territory or territory_of(who, place.lon, place.lat),
            kind_code=payload.kind or (call.kind if call else ""),
            priority=payload.priority,
            call=call,
            lon=place.lon,
            lat=place.lat,
            radius_m=place.radius_m,
            address=place.address,
            note=payload.note or (payload.call.note if payload.call else ""),
        )
    return Status(200 if incident.repeated else 201, opened(incident, repeated=incident.repeated))


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
    )  # fmt: skip


@router.post("/{uuid:incident_id}/join", response=dict[str, Any])
def join(request: HttpRequest, incident_id: uuid.UUID, payload: JoinIn) -> dict[str, Any]:
    """The call speaks of this incident."""
    from tartip.operations.calls.access import access_call

    who = acting(request)
    joining = actions.join_call(who, access_call(who, payload.call), access_incident(who, incident_id))
    return {"id": joining.pk, "version": joining.version, "state": joining.state}


@router.post("/{uuid:incident_id}/assess", response=Opened)
def assess(request: HttpRequest, incident_id: uuid.UUID, payload: AssessIn) -> dict[str, Any]:
    incident = access_incident(acting(request), incident_id)
    return opened(
        actions.assess(acting(request), incident, kind_code=payload.kind, priority=payload.priority, note=payload.note)
    )


@router.post("/{uuid:incident_id}/merge", response=Opened)
def merge(request: HttpRequest, incident_id: uuid.UUID, payload: MergeIn) -> dict[str, Any]:
    who = acting(request)
    return opened(actions.merge(who, access_incident(who, incident_id), into=access_incident(who, payload.into)))


@router.post("/{uuid:incident_id}/unmerge", response=Opened)
def unmerge(request: HttpRequest, incident_id: uuid.UUID) -> dict[str, Any]:
    return opened(actions.unmerge(acting(request), access_incident(acting(request), incident_id)))


@router.post("/{uuid:incident_id}/ask_stand_down", response=Opened)
def ask_stand_down(request: HttpRequest, incident_id: uuid.UUID, payload: ReasonIn) -> dict[str, Any]:
    incident = access_incident(acting(request), incident_id)
    return opened(actions.ask_stand_down(acting(request), incident, reason=payload.reason))

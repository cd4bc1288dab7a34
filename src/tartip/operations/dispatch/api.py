"""Sending units, by HTTP."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tartip.core.people.actors import acting
from tartip.core.schema import Id, Input
from tartip.operations.dispatch import actions, queries
from tartip.operations.dispatch.access import access_assignment
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.access import access_incident
from tartip.operations.incidents.api import Opened, ReasonIn, opened
from tartip.operations.units.access import access_unit

router = Router(tags=["dispatch"])
routers = {"/dispatch": router}


class SendIn(Input):
    incident: Id
    unit: Id
    reason: str = Field("", max_length=200)


class AssignmentOut(Schema):
    id: uuid.UUID
    version: int
    state: str
    incident: uuid.UUID = Field(alias="incident_id")
    unit: uuid.UUID = Field(alias="unit_id")
    repeated: bool


class CloseIn(Input):
    outcome: str = Field(max_length=32)
    note: str = ""


@router.post("/send", response={201: AssignmentOut, 200: AssignmentOut}, by_alias=False)
def send(request: HttpRequest, payload: SendIn) -> Status[Assignment]:
    """Send a unit to an incident. 409 unit.busy when it is out already."""
    who = acting(request)
    made = actions.send_unit(
        who, access_incident(who, payload.incident), access_unit(who, payload.unit), reason=payload.reason
    )
    return Status(200 if made.repeated else 201, made)


@router.get("/recommend/{uuid:incident_id}")
def recommend(request: HttpRequest, incident_id: uuid.UUID) -> dict[str, Any]:
    """Whom to send, with reasons; and why nearer units are not offered."""
    return queries.recommend(acting(request), access_incident(acting(request), incident_id))


@router.post("/assignments/{uuid:assignment_id}/{step}", response=AssignmentOut, by_alias=False)
def act_on(
    request: HttpRequest,
    assignment_id: uuid.UUID,
    step: Literal["acknowledge", "en_route", "arrive", "clear", "release"],
) -> Assignment:
    """What the unit answers: one button each."""
    steps = {
        "acknowledge": actions.acknowledge,
        "en_route": actions.en_route,
        "arrive": actions.arrive,
        "clear": actions.clear,
        "release": actions.release,
    }
    return steps[step](acting(request), access_assignment(acting(request), assignment_id))


@router.post("/close/{uuid:incident_id}", response=Opened)
def close(request: HttpRequest, incident_id: uuid.UUID, payload: CloseIn) -> dict[str, Any]:
    """Close an incident whose units are all back."""
    incident = access_incident(acting(request), incident_id)
    return opened(actions.close(acting(request), incident, outcome=payload.outcome, note=payload.note))


@router.post("/stand_down/{uuid:incident_id}", response=Opened)
def stand_down(request: HttpRequest, incident_id: uuid.UUID, payload: ReasonIn) -> dict[str, Any]:
    """Call an incident off and free its units; at priority 1 after another person asked for it."""
    incident = access_incident(acting(request), incident_id)
    return opened(actions.stand_down(acting(request), incident, reason=payload.reason))

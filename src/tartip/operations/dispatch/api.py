"""Sending units, by HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tartip.core.acts import Actor
from tartip.core.people.actors import acting
from tartip.core.registers.present import presents
from tartip.operations.dispatch import queries
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.access import access_incident

router = Router(tags=["dispatch"])
routers = {"/dispatch": router}


@presents(Assignment)
def presented(actor: Actor, made: Assignment) -> dict[str, Any]:
    return {
        "id": made.pk, "version": made.version, "state": made.state, "incident": made.incident_id,
        "unit": made.unit_id,
    }  # fmt: skip


@router.get("/recommend/{uuid:incident_id}")
def recommend(request: HttpRequest, incident_id: uuid.UUID) -> dict[str, Any]:
    """Whom to send, with reasons; and why nearer units are not offered."""
    return queries.recommend(acting(request), access_incident(acting(request), incident_id))

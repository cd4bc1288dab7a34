"""Who may see which incident."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor
from tartip.core.acts.access import access
from tartip.operations.incidents.models import HandOver, Incident, Joining


def access_incident(actor: Actor, incident_id: uuid.UUID) -> Incident:
    return access(actor, Incident.objects.select_related("territory"), incident_id)


def access_joining(actor: Actor, joining_id: uuid.UUID) -> Joining:
    return access(actor, Joining.objects.select_related("territory"), joining_id)


def access_hand_over(actor: Actor, hand_over_id: uuid.UUID) -> HandOver:
    return access(actor, HandOver.objects.select_related("territory"), hand_over_id)

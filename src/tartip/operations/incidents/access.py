"""Who may see which incident."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor
from tartip.core.acts.access import access
from tartip.operations.incidents.models import Incident


def access_incident(actor: Actor, incident_id: uuid.UUID) -> Incident:
    return access(actor, Incident.objects.select_related("territory"), incident_id)

"""Who may see which assignment."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor
from tartip.core.acts.access import access
from tartip.operations.dispatch.models import Assignment


def access_assignment(actor: Actor, assignment_id: uuid.UUID) -> Assignment:
    return access(actor, Assignment.objects.select_related("territory"), assignment_id)

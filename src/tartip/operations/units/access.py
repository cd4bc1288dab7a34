"""Who may see which unit."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor
from tartip.core.acts.access import access
from tartip.operations.units.models import Unit


def access_unit(actor: Actor, unit_id: uuid.UUID) -> Unit:
    return access(actor, Unit.objects.select_related("territory"), unit_id)

"""Who may see which call."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor
from tartip.core.acts.access import access
from tartip.operations.calls.models import Call


def access_call(actor: Actor, call_id: uuid.UUID) -> Call:
    return access(actor, Call.objects.select_related("territory"), call_id)

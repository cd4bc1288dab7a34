"""Who may see which appeal: reviewers in its territory, never the one it is about; the person by the receipt."""

from __future__ import annotations

import uuid

from tartip.appeals.models import Appeal
from tartip.core.acts import Actor, NotFound
from tartip.core.acts.access import access


def access_appeal(actor: Actor, appeal_id: uuid.UUID) -> Appeal:
    appeal = access(actor, Appeal.objects.select_related("case", "territory"), appeal_id)
    if actor.role == "patrol" or appeal.case.decided_by == actor.name:
        raise NotFound(register="appeal", id=appeal_id)
    return appeal


def access_by_receipt(code: str) -> Appeal:
    appeal = Appeal.objects.select_related("case").filter(receipt=code.strip().upper()).first()
    if appeal is None:
        raise NotFound(register="appeal", id=code)
    return appeal

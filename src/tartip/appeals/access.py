"""Who may see which appeal: reviewers in its territory, never the one it is about; the person by the receipt."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from tartip.appeals.models import Appeal
from tartip.core.acts import Actor, NotFound
from tartip.core.acts.access import access, visible

# Those who pass on, review or supervise. A crew never sees what is said about it.
REVIEWERS = ("inspector", "supervisor", "prosecutor", "judge")


def access_appeal(actor: Actor, appeal_id: uuid.UUID) -> Appeal:
    appeal = access(actor, Appeal.objects.select_related("case__territory", "territory"), appeal_id)
    if actor.role not in REVIEWERS or appeal.case.decided_by == actor.name:
        raise NotFound(register="appeal", id=appeal_id)
    return appeal


def visible_appeals(actor: Actor) -> QuerySet[Appeal]:
    """The list that `access_appeal` opens one by one."""
    appeals = Appeal.objects.select_related("case__territory", "territory")
    if actor.role not in REVIEWERS:
        return appeals.none()
    return visible(actor, appeals).exclude(case__decided_by=actor.name)


def access_by_receipt(code: str) -> Appeal:
    appeal = Appeal.objects.select_related("case__territory", "territory").filter(receipt=code.strip().upper()).first()
    if appeal is None:
        raise NotFound(register="appeal", id=code)
    return appeal

"""Who may see which appeal: reviewers in its territory, never the one it is about; the person by the receipt."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from tartip.appeals.models import Appeal
from tartip.core.acts import Actor, NotFound
from tartip.core.acts.access import access, visible
from tartip.core.registers.sees import TERRITORY


def access_appeal(actor: Actor, appeal_id: uuid.UUID) -> Appeal:
    return access(actor, Appeal.objects.select_related("case__territory", "territory"), appeal_id)


def visible_appeals(actor: Actor) -> QuerySet[Appeal]:
    """The list that `access_appeal` opens one by one."""
    return visible(actor, Appeal.objects.select_related("case__territory", "case__incident", "territory"))


def own_decisions(actor: Actor) -> QuerySet[Appeal]:
    """Appeals against what the actor decided: that they exist and their terms, never what they say.

    Under whichever account: `may_see` closes all of these to the person, and this leaves what is to be passed on.
    """
    mine = Appeal.objects.select_related("case__territory", "case__incident", "territory")
    return mine.filter(TERRITORY.q(actor), case__decided_by__in=actor.names)


def access_to_pass_on(actor: Actor, appeal_id: uuid.UUID) -> Appeal:
    """A complaint goes to the body whose decision is attacked; it passes it on, whoever decided (КоАП ст. 826.2)."""
    appeal = own_decisions(actor).filter(pk=appeal_id).first()
    return appeal or access_appeal(actor, appeal_id)


def access_by_receipt(code: str) -> Appeal:
    appeal = Appeal.objects.select_related("case__territory", "territory").filter(receipt=code.strip().upper()).first()
    if appeal is None:
        raise NotFound(register="appeal", id=code)
    return appeal

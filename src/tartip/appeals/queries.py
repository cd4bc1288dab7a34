"""What is read about appeals: the board of clocks, one appeal, and what the holder of its receipt sees."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tartip.appeals.access import visible_appeals
from tartip.appeals.models import Appeal
from tartip.cases.queries import clocks_of, told
from tartip.core.acts import Actor
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.words import act_name


def board(actor: Actor, state: str = "open") -> QuerySet[Appeal]:
    """Appeals the actor may see, overdue first: in the order in which their terms end."""
    clock = Clock.objects.filter(subject=OuterRef("pk"), state="running").order_by("due_at")
    appeals = visible_appeals(actor)
    if state == "open":
        appeals = appeals.exclude(state="decided")
    elif state in Appeal.states():
        appeals = appeals.filter(state=state)
    return appeals.annotate(due=Subquery(clock.values("due_at")[:1])).order_by(
        F("due").asc(nulls_last=True), "-filed_at"
    )


def state_name(state: str) -> str:
    return {
        "filed": _("filed, to be passed to the higher body"),
        "forwarded": _("with the higher body"),
        "decided": _("appeal decided"),
    }.get(state, state)


def result_name(result: str) -> str:
    return {
        "left": _("the decision stands"),
        "changed": _("the decision is changed"),
        "cancelled": _("the decision is cancelled"),
    }.get(result, result)


def receipt_of(appeal: Appeal) -> dict[str, Any]:
    """What the person who filed it sees: text, state, terms, result with reasons, and the acts with their seals."""
    filed = Entry.objects.filter(subject=appeal.pk, act="appeal.file").select_related("seal").first()
    seal = getattr(filed, "seal", None)
    return {
        "code": appeal.receipt,
        "case_code": appeal.case.receipt,
        "state": appeal.state,
        "state_name": state_name(appeal.state),
        "filed_at": appeal.filed_at,
        "late": appeal.late,
        "text": appeal.text,
        "attacked": act_name(appeal.attacked_act),
        "forwarded_at": appeal.forwarded_at,
        "decided_at": appeal.decided_at,
        "result": appeal.result,
        "result_name": result_name(appeal.result) if appeal.result else "",
        "reasons": appeal.reasons,
        "clocks": clocks_of(appeal.pk),
        "acts": told(appeal.pk),
        "entry": filed.pk if filed else None,
        "index": seal.index if seal else None,
        "hash": bytes(filed.leaf).hex() if filed else "",
    }

"""What is read about appeals: the board of clocks, one appeal, and what the holder of its receipt sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from tartip.appeals import instances
from tartip.appeals.access import visible_appeals
from tartip.appeals.models import OPEN, Appeal
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.next_step import penalty_done, penalty_kept
from tartip.cases.queries import clocks_of, told
from tartip.cases.reviews import (
    instance_name,
    is_protest,
    recorded_later,
    result_name,
    state_name,
    suspends,
    terms_of,
)
from tartip.core.acts import Actor
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.time import now
from tartip.core.words import act_name


def board(actor: Actor, state: str = "open") -> QuerySet[Appeal]:
    """Appeals the actor may see: open ones in the order in which their terms end, all others newest first."""
    appeals = visible_appeals(actor)
    if state == "open":
        appeals = appeals.filter(state__in=OPEN)
    elif state in Appeal.states():
        appeals = appeals.filter(state=state)
    if state != "open" and state not in OPEN:
        return appeals.order_by("-filed_at")
    clock = Clock.objects.filter(subject=OuterRef("pk"), state="running").order_by("due_at")
    return appeals.annotate(due=Subquery(clock.values("due_at")[:1])).order_by(
        F("due").asc(nulls_last=True), "-filed_at"
    )


def _court(appeal: Appeal) -> dict[str, Any]:
    """Whether the court is the next to go to for the person, or for the prosecutor who protested; until which day.

    `court_late`: that day is over, and what is filed now is taken and marked as late.
    """
    case, by = appeal.case, appeal.filed_by or "citizen"
    decided = appeal.decided_at is not None
    offered = decided and instances.left(case, by) == instances.COURT and case.state in instances.ATTACKABLE
    last = instances.last_moment(case, instances.COURT, by) if offered else None
    return {"court_next": offered, **_until("court", case, last)}


def _again(appeal: Appeal) -> dict[str, Any]:
    """Whether the person may appeal again after a withdrawal, until which day in time, and whether that is over."""
    case = appeal.case
    instance = instances.left(case) if appeal.withdrawn_at and case.state in instances.ATTACKABLE else None
    last = instances.last_moment(case, instance) if instance else None
    return {"again": instance is not None, **_until("again", case, last)}


def _until(name: str, case: Case, last: datetime | None) -> dict[str, Any]:
    return {
        f"{name}_until": local_day(case, last) if last else None,
        f"{name}_late": last is not None and now() > last,
    }


def _if_withdrawn(appeal: Appeal) -> dict[str, Any]:
    """What follows from withdrawing it: whether the penalty goes on at once, and whether another would be in time.

    Nothing goes on where the copy was not handed over yet, or where another appeal suspends the penalty.
    """
    case = appeal.case
    waits = suspends(appeal) and case.state == "under_appeal" and not instances.waits_for_another(appeal)
    last = instances.last_moment(case, instances.of(appeal), appeal.filed_by or "citizen")
    return {
        "goes_on": waits and case.state_before_appeal != "decided" and not penalty_done(case),
        "repeat": last is None or now() <= last,
    }


def told_to_staff(appeal: Appeal) -> dict[str, Any]:
    """What the receipt says, without the codes: they are the person's keys."""
    return {name: value for name, value in receipt_of(appeal).items() if name not in ("code", "case_code")}


def receipt_of(appeal: Appeal) -> dict[str, Any]:
    """What the person who filed it sees: text, state, terms, result with reasons, and the acts with their seals."""
    filed = (
        Entry.objects.filter(subject=appeal.pk, act__in=("appeal.file", "appeal.file_court"))
        .select_related("seal")
        .first()
    )
    seal = getattr(filed, "seal", None)
    return {
        "code": appeal.receipt,
        "case_code": appeal.case.receipt,
        "state": appeal.state,
        "protest": is_protest(appeal),
        "state_name": state_name(appeal.state, instances.of(appeal), is_protest(appeal)),
        "instance": instances.of(appeal),
        "instance_name": instance_name(instances.of(appeal)),
        "open": appeal.state in OPEN,
        "filed_at": appeal.filed_at,
        "late": appeal.late,
        "in_time_after_all": appeal.state in OPEN and instances.is_in_time_after_all(appeal),
        "suspends": suspends(appeal),
        "penalty_done": penalty_done(appeal.case),
        "penalty_kept": penalty_kept(appeal.case),
        "cancelled": appeal.case.state == "cancelled",
        "term_restored_at": appeal.term_restored_at,
        "term_reason": appeal.term_reason or "",
        "text": appeal.text,
        "attacked": act_name(appeal.attacked_act),
        "forwarded_at": appeal.forwarded_at,
        "decided_at": appeal.decided_at,
        "withdrawn_at": appeal.withdrawn_at,
        "may_withdraw": appeal.state in OPEN and appeal.filed_by != instances.PROSECUTOR,
        **_again(appeal),
        **_if_withdrawn(appeal),
        "handed_over_at": appeal.handed_over_at,
        # Where that was another day than the one on which it was entered: when it was entered.
        "handed_over_recorded_at": recorded_later([appeal]).get(appeal.pk),
        **_court(appeal),
        "result": appeal.result,
        "result_name": result_name(appeal.result, is_protest(appeal)) if appeal.result else "",
        "reasons": appeal.reasons,
        "clocks": terms_of(appeal, clocks_of(appeal.pk)),
        "acts": told(appeal.pk, appeal.wording),
        "entry": filed.pk if filed else None,
        "index": seal.index if seal else None,
        "hash": bytes(filed.leaf).hex() if filed else "",
    }

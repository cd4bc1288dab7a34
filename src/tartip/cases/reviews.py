"""The appeals and protests against a decision, in words: where each is, its result, and what changed the decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _, pgettext

from tartip.cases import instances
from tartip.cases.models import Case
from tartip.core.acts.legal_day import legal_days
from tartip.core.journal.models import Entry

# The acts that change a decision: each is proven by its own entry.
CHANGES = ("case.lessen", "case.cancel")
HAND_OVER = "appeal.hand_over"


def state_name(state: str, instance: str | None, protest: bool = False) -> str:
    """Where the appeal is; a protest of the prosecutor is called so."""
    court = instance == instances.COURT
    if protest:
        return {
            "filed": _("protest filed, to be passed to the court")
            if court
            else _("protest filed, to be passed to the higher body"),
            "forwarded": _("protest with the court") if court else _("protest with the higher body"),
            "decided": _("protest decided"),
            "handed_over": _("protest decided, result handed over"),
            "withdrawn": _("protest withdrawn"),
            "ended": _("protest left without review"),
        }.get(state, state)
    return {
        "filed": _("filed, to be passed to the court") if court else _("filed, to be passed to the higher body"),
        "forwarded": _("with the court") if court else _("with the higher body"),
        "decided": _("appeal decided"),
        "handed_over": _("appeal decided, result handed over"),
        "withdrawn": _("appeal withdrawn"),
        "ended": _("appeal left without review"),
    }.get(state, state)


def instance_name(instance: str | None) -> str:
    """Older appeals do not say their instance: they went to the higher body."""
    instance = instance or instances.HIGHER_BODY
    return {"higher_body": _("the higher body"), "court": _("the court")}.get(instance, instance)


def result_name(result: str, protest: bool = False) -> str:
    """A whole sentence: its subject is the decision, or what was left without review."""
    if result == "not_reviewed":
        late = _("appeal left without review, because it was late")
        return _("protest left without review, because it was late") if protest else late
    if result == "nothing_left":
        ended = _("appeal left without review, because the decision is cancelled")
        return _("protest left without review, because the decision is cancelled") if protest else ended
    return {
        "left": _("the decision stands"),
        "changed": _("the decision is changed"),
        "cancelled": _("the decision is cancelled"),
    }.get(result, result)


def result_after_noun(result: str, protest: bool = False) -> str:
    """The same behind words that name the appeal or the protest already: «Appeal of 5 May: left without review …»."""
    if result == "not_reviewed":
        late = pgettext("of an appeal", "left without review, because it was late")
        return pgettext("of a protest", "left without review, because it was late") if protest else late
    if result == "nothing_left":
        ended = pgettext("of an appeal", "left without review, because the decision is cancelled")
        return pgettext("of a protest", "left without review, because the decision is cancelled") if protest else ended
    return result_name(result, protest)


def outcome(appeal: Any) -> str:
    """Where it is and its result, in one phrase; what ended by itself has no other state than its result."""
    protest = is_protest(appeal)
    if appeal.state == "ended":
        return result_name(appeal.result, protest)
    state = state_name(appeal.state, appeal.instance, protest)
    return f"{state}: {result_after_noun(appeal.result, protest)}" if appeal.result else state


def is_protest(appeal: Any) -> bool:
    return bool(appeal.filed_by == instances.PROSECUTOR)


def suspends(appeal: Any) -> bool:
    """Whether the penalty waits for this appeal."""
    return not appeal.late or appeal.term_restored_at is not None


def recorded_later(appeals: Iterable[Any]) -> dict[uuid.UUID, datetime]:
    """Of these appeals, those whose result was handed over on another day than the entry says: when it was entered."""
    entries = Entry.objects.filter(subject__in=[one.pk for one in appeals], act=HAND_OVER)
    rows = list(entries.values("id", "act", "subject", "occurred_at"))
    days = legal_days(rows)
    return {row["subject"]: row["occurred_at"] for row in rows if row["id"] in days and row["subject"]}


def told(case: Case) -> list[dict[str, Any]]:
    """Every appeal and protest as the receipt of the case tells it.

    The code opens the person's own. A protest has none for the person, so its result and reasons stand here; nobody's
    name does.
    """
    rows = list(case.appeals.order_by("filed_at", "id"))
    recorded = recorded_later(rows)
    return [
        {
            "protest": is_protest(one),
            "code": None if is_protest(one) else one.receipt,
            "state": one.state,
            "state_name": state_name(one.state, one.instance, is_protest(one)),
            "open": one.state in instances.OPEN,
            "filed_at": one.filed_at,
            "instance": one.instance or instances.HIGHER_BODY,
            "instance_name": instance_name(one.instance),
            "suspends": suspends(one),
            "late": one.late,
            "term_restored_at": one.term_restored_at,
            "term_reason": one.term_reason or "",
            "decided_at": one.decided_at,
            "result": one.result,
            "result_name": result_name(one.result, is_protest(one)) if one.result else "",
            "result_after_noun": result_after_noun(one.result, is_protest(one)) if one.result else "",
            "handed_over_at": one.handed_over_at,
            "handed_over_recorded_at": recorded.get(one.pk),
            "reasons": one.reasons,
        }
        for one in rows
    ]


def change(case: Case) -> dict[str, Any] | None:
    """The last entry that changed or cancelled the decision, and whether a protest did it; None where nothing did."""
    entry = Entry.objects.filter(subject=case.pk, act__in=CHANGES).select_related("seal").order_by("-version").first()
    if entry is None:
        return None
    causes = Entry.objects.filter(pk__in=[entry.cause] if entry.cause else [])
    by = case.appeals.filter(pk__in=causes.values("subject")).first()
    seal = getattr(entry, "seal", None)
    return {
        "entry": entry.pk,
        "at": entry.occurred_at,
        "index": seal.index if seal else None,
        "protest": by is not None and is_protest(by),
        "code": by.receipt if by is not None and not is_protest(by) else None,
    }


def terms_of(appeal: Any, clocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The clocks of an appeal in words: the prosecutor takes a protest to the court, and no appeal."""
    if is_protest(appeal):
        for row in clocks:
            if row["rule"] == instances.TO_COURT:
                row["name"] = _("Protest to the court against the decision of the higher body")
                row["then"] = _("After this day a protest is still taken, marked as late; its term may be restored.")
    return clocks


def waiting_for(case: Case) -> str:
    """Whose review is open: "appeal" of the person, "protest" of the prosecutor, or "both"; not of what is late."""
    rows = [one for one in case.appeals.filter(state__in=instances.OPEN) if suspends(one)]
    protests = [is_protest(one) for one in rows]
    return "both" if len(set(protests)) == 2 else "protest" if protests and all(protests) else "appeal"

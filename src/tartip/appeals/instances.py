"""Which instance an appeal goes to, and why it is refused: each hears a decision once, the court comes second."""

from __future__ import annotations

from django.db.models import Q

from tartip.appeals.errors import (
    AlreadyAppealed,
    AlreadyProtested,
    BadAppeal,
    HeardBefore,
    NotAppealable,
    NotProtestable,
    NotYet,
)
from tartip.appeals.models import OPEN, Appeal
from tartip.cases.instances import (
    ATTACKABLE,
    COURT,
    HIGHER_BODY,
    INSTANCES,
    PROSECUTOR,
    TO_COURT,
    ends_with_force,
    in_force_since,
    is_in_court,
    last_moment,
    left,
    path,
)
from tartip.cases.models import Case

__all__ = [
    "ATTACKABLE",
    "COURT",
    "HIGHER_BODY",
    "PROSECUTOR",
    "TO_COURT",
    "in_force_since",
    "is_against_arrest",
    "last_moment",
    "left",
    "next_of",
    "of",
    "opens_court",
]


def of(appeal: Appeal) -> str:
    """Older appeals do not say their instance: they went to the higher body."""
    return appeal.instance or HIGHER_BODY


def is_in_time_after_all(appeal: Appeal) -> bool:
    """Marked as late, but what was entered after it was filed, a decree or a hand-over, has moved the end of its term.

    Where the decision was cancelled meanwhile, nothing follows from that any more.
    """
    if not appeal.late or appeal.term_restored_at is not None or appeal.case.state == "cancelled":
        return False
    last = last_moment(appeal.case, of(appeal), appeal.filed_by or "citizen")
    return last is not None and appeal.filed_at <= last


def waits_for_another(appeal: Appeal) -> bool:
    """Whether another open appeal in the case suspends the penalty."""
    others = appeal.case.appeals.filter(state__in=OPEN).exclude(pk=appeal.pk)
    return any(not other.late or other.term_restored_at is not None for other in others)


def is_overtaken(appeal: Appeal) -> bool:
    """Whether the case came to the court while the higher body had this appeal: the court hears it now."""
    waits = appeal.state in OPEN and of(appeal) == HIGHER_BODY
    return waits and appeal.case.state != "cancelled" and is_in_court(appeal.case)


def next_of(case: Case, wanted: str | None = None, by: str = "citizen") -> str:
    """The instance an appeal filed now goes to. Raises why it cannot be filed, or not there.

    An open protest of the prosecutor does not stand in the person's way, nor the person's appeal in the prosecutor's.
    """
    _check_attackable(case, by)
    opened, protest = case.appeals.filter(state__in=OPEN), Q(filed_by=PROSECUTOR)
    if opened.filter(protest if by == PROSECUTOR else ~protest).exists():
        raise AlreadyProtested if by == PROSECUTOR else AlreadyAppealed
    found = left(case, by)
    if found is None:
        raise HeardBefore(rule="Every instance has decided; there is none above them here.")
    if wanted is not None and wanted not in INSTANCES:
        raise BadAppeal(field="instance", rule="must be one of %(allowed)s", allowed=found)
    if wanted in (None, found):
        return found
    if wanted == COURT:
        raise NotYet
    if wanted in path(case):
        raise HeardBefore(
            rule="This instance has an appeal or a protest already, or has decided it. The next instance is the court."
        )
    raise BadAppeal(field="instance", rule="only the court reviews a decision of the court")


def _check_attackable(case: Case, by: str) -> None:
    """Raises in words why there is nothing to attack."""
    if case.state in ATTACKABLE:
        return
    refused = NotProtestable if by == PROSECUTOR else NotAppealable
    if case.state == "cancelled":
        raise refused(rule="the decision was cancelled")
    if case.state == "closed":
        raise refused(rule="the case ended without a penalty")
    raise refused(rule="no decision was taken yet")


def opens_court(appeal: Appeal) -> bool:
    """Whether the term to go to the court begins with the hand-over of the result.

    It does not begin before the copy of the decision was handed over: then it begins with the copy. For a prosecutor it
    does not begin after the decision came into force.
    """
    decided = of(appeal) == HIGHER_BODY and appeal.result in ("left", "changed")
    return decided and not ends_with_force(appeal.case, appeal) and appeal.case.handed_over_at is not None


def is_against_arrest(appeal: Appeal) -> bool:
    rows = appeal.case.sanctions or [{"kind": appeal.case.penalty_kind}]
    return any(row["kind"] == "arrest" for row in rows)

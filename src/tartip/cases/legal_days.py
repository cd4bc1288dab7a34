"""On which day something began that follows a term: the day after its last one (КоАП ст. 883: in force after the term).

The stored moment is the last one of the term, and terms are counted from it; only the day that people read is the next.
A day that somebody named (of a payment, a hand-over) is stored as its last moment too, and stays that day.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime

from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.terms import PUNISHED
from tartip.core.acts import LegalDay
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.models import Clock
from tartip.core.clocks.zones import day_after, day_of
from tartip.core.territory import tree


def day_in_force(case: Case, since: datetime | None = None) -> date | None:
    """The first day on which the decision is in force; what the court has decided is so with its copy, on that day."""
    since = since or case.in_force_at
    if since is None:
        return None
    return local_day(case, since) if since == case.handed_over_at else day_after(since, tree.zone(case.territory_id))


def ends_by_force(case: Case) -> bool:
    """Whether the penalty is carried out by the entry into force alone, as a warning is."""
    return not case.amount_tenge and case.rest_executed_at is None


def day_counted_from(case: Case, clock: Clock) -> date:
    """From which day people read that a term of the case is counted."""
    from_force = rule_of(clock).rule.basis == "in_force_at" or (clock.rule in PUNISHED and ends_by_force(case))
    if from_force and clock.started_at == case.in_force_at:
        return day_in_force(case) or local_day(case, clock.started_at)
    return local_day(case, clock.started_at)


def _of_case(day: Callable[[Case, datetime], date | None]) -> Callable[[uuid.UUID, str, datetime], date]:
    def found(subject: uuid.UUID, territory: str, moment: datetime) -> date:
        case = Case.objects.filter(pk=subject).first()
        return (case and day(case, moment)) or day_of(moment, tree.zone(territory))

    return found


def _finished(case: Case, moment: datetime) -> date | None:
    by_force = ends_by_force(case) and moment == case.in_force_at
    return day_in_force(case) if by_force else local_day(case, moment)


# What histories show of the acts that a term brings about.
IN_FORCE = LegalDay("in_force_at", _of_case(day_in_force))
FINISHED = LegalDay("executed_at", _of_case(_finished))
EXPIRED = LegalDay("closed_at", lambda _subject, territory, moment: day_after(moment, tree.zone(territory)))

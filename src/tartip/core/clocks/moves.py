"""Which clocks a change of the calendar may still move, and how far."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from tartip.core.clocks.models import Clock
from tartip.core.terms.rules import Bound, DeadlineRule
from tartip.core.terms.zones import day_of, end_of_day


def alive(moment: datetime) -> Q:
    """Clocks whose term is not over at `moment`; one that is paused stands still.

    A term that is over stays over. Whether the background has noticed that makes no difference.
    """
    going = Q(state=Clock.State.PAUSED) | Q(state=Clock.State.RUNNING, due_at__gte=moment)
    return going & Q(breached_by=None, set_aside="")


def moved_end(rule: DeadlineRule, due: datetime, was: datetime, moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of a term whose end was `was` and is `due` by the calendar as it became known at `moment`.

    A person was told the old day and may rely on it: a person's term moves later, never earlier. A body's term may move
    earlier, but its last working day is not before the day on which anybody could know: nobody is late by a decree that
    is entered afterwards.
    """
    if due >= was:
        return due
    if rule.bound is Bound.PERSON:
        return was
    return max(due, min(was, first_end(moment, zone)))


def first_end(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the day of `moment`, or of the first working day after it."""
    # Late: the law's tables are read by the clocks' own arithmetic as well.
    from tartip.core.law.workdays import national

    return end_of_day(national().on_or_after(day_of(moment, zone)), zone)

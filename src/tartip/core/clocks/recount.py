"""A change of the working calendar moves the terms that run over it, each by an entry that says why.

A decree makes a day free or working while terms run. The table is corrected, and each running term in working days (or
one whose end waits for a working day) is counted again from its own beginning and pauses. What waits for
such a term then waits as long as that term has now (`waits.py`).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from tartip.core import law
from tartip.core.acts.retry import retried
from tartip.core.clocks.breach import put_aside, take_back
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.entries import MOVE, write
from tartip.core.clocks.models import Clock
from tartip.core.clocks.moves import alive, moved_end
from tartip.core.clocks.rebase import rebase
from tartip.core.clocks.waits import waits_again
from tartip.core.ids import new_id
from tartip.core.registers.register import utc_text
from tartip.core.registers.store import OPEN_GUARD, Rows, guard_setting
from tartip.core.terms.arithmetic import due_at
from tartip.core.terms.rules import Bound, DeadlineRule, Unit
from tartip.core.terms.zones import day_of
from tartip.core.territory import tree
from tartip.core.time import now

log = logging.getLogger("tartip.clocks")
PAGE = 1000
UPDATE = f"""
UPDATE clocks_clock SET due_at = %s::timestamptz FROM {OPEN_GUARD} WHERE clocks_clock.id = %s
"""  # noqa: S608 (a constant of ours)


# What apps look at again when the calendar may have changed: a term that had ended moves nothing, but what was done
# within it by the new calendar was in time.
AFTER: list[Callable[[], None]] = []


def after_recount(function: Callable[[], None]) -> Callable[[], None]:
    """Run the function after each recount. It finds by itself what is to be done, and does it once."""
    AFTER.append(function)
    return function


def recount(at: datetime | None = None) -> int:
    """Move every running or paused clock whose end the calendar has changed; returns how many. Repeating moves none.

    Clocks that an earlier version started from the wrong moment are mended first (`rebase.py`); those put aside are
    judged again. Breached and stopped clocks keep their end, and so do those that are over and that nobody has noticed
    yet: what was done in time by that calendar stays so. Whether a person is in time is asked of `counted_again`, which
    knows a decree that came after the term had ended.
    """
    moment = at or now()
    take_back()
    moved, last = rebase(moment), uuid.UUID(int=0)
    while page := list(_counted(moment).filter(pk__gt=last).order_by("pk")[:PAGE]):
        # Most are right already: only those that differ are locked and looked at again.
        moved += sum(retried(partial(_moved_alone, clock.pk, moment)) for clock in page if _differs(clock, moment))
        last = page[-1].pk
    moved += waits_again(moment)
    for function in AFTER:
        function()
    return moved


def by_calendar(rule: DeadlineRule) -> bool:
    """Whether the end of such a term depends on which days are working days."""
    return rule.measurable and (rule.unit is Unit.WORKING_DAYS or rule.roll_forward)


def _counted(moment: datetime) -> Any:
    keys = [key for key, rows in law.deadlines().rows.items() if any(map(by_calendar, rows))]
    return Clock.objects.filter(alive(moment), rule__in=keys)


def _moved_alone(key: uuid.UUID, moment: datetime) -> int:
    try:
        with transaction.atomic():
            clock = _counted(moment).select_for_update(skip_locked=True).filter(pk=key).first()
            return _move(clock, moment) if clock else 0
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        with transaction.atomic():
            put_aside(Clock.objects.get(pk=key), error)
        return 0


def _differs(clock: Clock, moment: datetime) -> bool:
    try:
        return _moved_end(clock, moment) != clock.due_at
    except Exception:
        return True  # put aside by the second look, under its lock


def counted_again(clock: Clock) -> datetime:
    """The end of the clock's term by the calendar of today."""
    rule, zone = rule_of(clock).rule, tree.zone(clock.territory_id)
    if not by_calendar(rule):
        return clock.due_at
    pauses = [(datetime.fromisoformat(paused), datetime.fromisoformat(resumed)) for paused, resumed in clock.pauses]
    due = due_at(rule, clock.started_at, zone, pauses=pauses)
    # A person was told the old day and may rely on it: it moves later, never earlier.
    return max(due, clock.due_at) if rule.bound is Bound.PERSON else due


def _moved_end(clock: Clock, moment: datetime) -> datetime:
    """The end the clock gets now: one that is paused stands at the moment of its pause."""
    zone = tree.zone(clock.territory_id)
    return moved_end(rule_of(clock).rule, counted_again(clock), clock.due_at, clock.paused_at or moment, zone)


def _move(clock: Clock, moment: datetime) -> int:
    due = _moved_end(clock, moment)
    if due == clock.due_at:
        return 0
    zone = tree.zone(clock.territory_id)
    days = decreed(day_of(clock.started_at, zone), day_of(max(due, clock.due_at), zone))
    told = {"was": utc_text(clock.due_at), "due_at": utc_text(due), "why": "calendar", "days": days}
    changed = Rows(UPDATE, [due, guard_setting(MOVE, clock.subject), clock.pk])
    clock.due_at = due
    write(clock, new_id(), MOVE, moment, told, beside=changed)
    return 1


def decreed(first: date, last: date) -> list[dict[str, str]]:
    """The days moved by decree inside the term: which became free or working, and where that is written."""
    return [
        {"day": swap.day.isoformat(), "kind": swap.kind, "source": swap.source}
        for swap in law.swaps().values()
        if first <= swap.day <= last
    ]

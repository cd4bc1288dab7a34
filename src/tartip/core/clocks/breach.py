"""A missed deadline is an act of the system: an entry in the journal, seen by everyone concerned at once.

Only a body that must act by then breaches. A term that a person let pass, or a measure that ended by itself, lapses:
its clock stops, and the journal says so without blame.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.entries import BREACH, LAPSE, NAMES, SET_ASIDE, TAKE_BACK, WITHDRAW, write
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.journal.listeners import wake_listeners
from tartip.core.law import LawError
from tartip.core.registers.register import utc_text
from tartip.core.registers.store import OPEN_GUARD, Rows, guard_setting
from tartip.core.terms.rules import Bound, Sense
from tartip.core.time import now

__all__ = [
    "BATCH", "BREACH", "LAPSE", "NAMES", "WITHDRAW", "breach_due", "end_overdue", "is_duty", "put_aside", "take_back",
    "withdraw",
]  # fmt: skip

log = logging.getLogger("tartip.clocks")
BATCH = 500
LONGEST_REASON = 500
UPDATE = f"""
UPDATE clocks_clock SET breached_by = %s::uuid, state = %s::text, stopped_at = %s::timestamptz, stopped_by = %s::uuid
FROM {OPEN_GUARD} WHERE clocks_clock.id = %s
"""  # noqa: S608 (a constant of ours)
UNBREACHED = f"""
UPDATE clocks_clock SET breached_by = NULL FROM {OPEN_GUARD} WHERE clocks_clock.id = %s
"""  # noqa: S608 (a constant of ours)
ASIDE = f"""
UPDATE clocks_clock SET set_aside = %s::text FROM {OPEN_GUARD} WHERE clocks_clock.id = %s
"""  # noqa: S608 (a constant of ours)


def breach_due(at: datetime | None = None) -> int:
    """Write an entry for each running clock whose term is over at `at`; returns how many. Safe to call in parallel.

    A clock that cannot be judged (its rule is gone from the tables, its record is odd) is put aside with the reason and
    reported; all others go on. Trouble of the database itself is raised: the caller waits and calls again.
    """
    moment = at or now()
    try:
        with transaction.atomic():
            clocks = list(_locked(_due(moment))[:BATCH])
            for clock in clocks:
                _end(clock, moment)
        return len(clocks)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("a clock could not be judged (%s): judging the due clocks one by one", error)
        return _one_by_one(moment)


def is_duty(clock: Clock) -> bool:
    """Whether somebody in office had to act by then."""
    rule = rule_of(clock).rule
    return rule.bound is Bound.BODY and rule.sense is Sense.LATEST


def put_aside(clock: Clock, error: Exception) -> None:
    """Keep a bad clock out of later passes until `tartip law recount` tries it again; the page of gaps lists it.

    The entry names the clock, its rule and the reason: nobody can silence a deadline without a trace.
    """
    reason = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
    log.error("clock %s (%s of %s %s) is put aside: %s", clock.pk, clock.rule, clock.register, clock.subject, reason)
    _mark(clock.pk, SET_ASIDE, reason)


def take_back() -> int:
    """Let every clock that was put aside be judged again: after the tables were corrected, or at a new start."""
    keys = list(Clock.objects.exclude(set_aside="").order_by("id").values_list("pk", flat=True))
    return sum(_mark(key, TAKE_BACK, "") for key in keys)


def _mark(key: uuid.UUID, code: str, reason: str) -> int:
    """Set the clock aside or take it back, once: another process may have done it at this moment."""
    with transaction.atomic():
        clock = _named(Clock.objects.select_for_update(of=("self",))).get(pk=key)
        if bool(clock.set_aside) == bool(reason):
            return 0
        changed = Rows(ASIDE, [reason, guard_setting(code, clock.subject), clock.pk])
        write(clock, new_id(), code, now(), {"reason": reason} if reason else {}, beside=changed)
        return 1


def _due(moment: datetime) -> QuerySet[Clock]:
    running = Clock.objects.filter(state=Clock.State.RUNNING, breached_by=None, set_aside="", due_at__lt=moment)
    return running.order_by("due_at")


def _one_by_one(moment: datetime) -> int:
    return sum(_judged_alone(key, moment) for key in list(_due(moment).values_list("pk", flat=True)[:BATCH]))


def _judged_alone(key: uuid.UUID, moment: datetime) -> int:
    """One clock in a transaction of its own: ended, put aside, or left to whoever holds it."""
    try:
        with transaction.atomic():
            clock = _locked(_due(moment)).filter(pk=key).first()
            if clock is None:
                return 0
            _end(clock, moment)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        try:
            with transaction.atomic():
                put_aside(_named(Clock.objects.filter(pk=key)).get(), error)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("clock %s can neither be judged nor put aside", key)
            return 0
    return 1


def _named(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Without the moments: one that cannot be read is a reason to put the clock aside."""
    return clocks.only("rule", "edition", "register", "subject", "territory", "started_by", "set_aside")


def _locked(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return clocks.select_for_update(skip_locked=True)


def end_overdue(clocks: list[Clock], at: datetime, done: Mapping[uuid.UUID, datetime] | None = None) -> None:
    """Write the breach or the lapse of running clocks that are over at `at`, before an act stops or pauses them.

    `done` says for some clocks when their duty was done, where that was before the act: they are judged by it.
    Without this a duty that was missed while the background process was down would leave no entry. A clock that cannot
    be judged stays as it is for the next pass, which puts it aside.
    """
    for clock in clocks:
        if clock.state != Clock.State.RUNNING or clock.breached_by or clock.set_aside:
            continue
        if clock.due_at >= (done or {}).get(clock.pk, at):
            continue
        try:
            rule_of(clock)
        except LawError as error:
            log.warning("clock %s (%s) could not be judged: %s", clock.pk, clock.rule, error)
            continue
        _end(clock, at)


def withdraw(clock: Clock, done_at: datetime, by: uuid.UUID, at: datetime) -> None:
    """Take a breach back by an entry that says why: the duty was done in time, and only its record came late.

    `by` is the entry of the act that says so. The entry of the breach stays in the journal.
    """
    try:
        rule_of(clock)
    except LawError as error:
        log.warning("clock %s (%s) could not be judged: %s", clock.pk, clock.rule, error)
        return
    told = {
        "breach": str(clock.breached_by),
        "due_at": utc_text(clock.due_at),
        "done_at": utc_text(done_at),
        "by": str(by),
        "why": "recorded late",
    }
    changed = Rows(UNBREACHED, [guard_setting(WITHDRAW, clock.subject), clock.pk])
    clock.breached_by = None
    entry = new_id()
    write(clock, entry, WITHDRAW, at, told, beside=changed)
    wake_listeners(WITHDRAW, entry)


def _end(clock: Clock, moment: datetime) -> None:
    """Write the breach or the lapse, and the clock's new state in the same statement."""
    entry = new_id()
    if is_duty(clock):
        code, clock.breached_by = BREACH, entry
    else:
        code, clock.state, clock.stopped_at, clock.stopped_by = LAPSE, Clock.State.STOPPED, clock.due_at, entry
    values = [clock.breached_by, clock.state, clock.stopped_at, clock.stopped_by]
    changed = Rows(UPDATE, [*values, guard_setting(code, clock.subject), clock.pk])
    write(clock, entry, code, moment, {"due_at": utc_text(clock.due_at)}, beside=changed)
    wake_listeners(code, entry)

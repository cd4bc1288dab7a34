"""Terms after which the law forbids an act: no decision after limitation, whoever asks and by whatever path.

The end of the term is read from its stored due date at the moment of the act. Whether the background process has
already noticed it makes no difference.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tartip.core import law
from tartip.core.acts.declare import ACTS, Act
from tartip.core.acts.errors import TermOver
from tartip.core.clocks import running
from tartip.core.clocks.declared import matches
from tartip.core.clocks.models import Clock
from tartip.core.language import named
from tartip.core.registers.models import Record
from tartip.core.terms.arithmetic import is_over
from tartip.core.time import utc


def check(declared: Act, record: Record, at: datetime) -> None:
    """Raise TermOver where a term the act must keep within has ended by `at`."""
    if not declared.within:
        return
    over = ended(declared.within, record, at)
    if over is not None:
        key, due = over
        raise TermOver(act=Named("act", declared.code), key=key, term=Named("term", key), due=_last_day(record, due))


def must_be_within(act: str, key: str, record: Record, start: datetime, at: datetime) -> None:
    """For an act that knows only in its function which term it must keep (the limitation of a minor, say)."""
    _, due = running.term(key, utc(start), running.zone_of(record))
    if is_over(due, at):
        raise TermOver(act=Named("act", act), key=key, term=Named("term", key), due=_last_day(record, due))


def ended(within: tuple[str, ...], record: Record, at: datetime) -> tuple[str, datetime] | None:
    """The rule and the end of a named term that is over at `at`, or None.

    Of the record's clocks those that still run count; where none does, the last one, if it ran out by itself. One that
    an act stopped in time forbids nothing. A record without any such clock is judged by what its acts would start.
    """
    rows = [] if record._state.adding else list(Clock.objects.filter(subject=record.pk).order_by("id"))
    clocks = [clock for clock in rows if matches(clock.rule, within)]
    if not clocks:
        return _computed(within, record, at)
    alive = [clock for clock in clocks if clock.state != Clock.State.STOPPED]
    for clock in alive or clocks[-1:]:
        if is_over(clock.due_at, _judged_at(clock, at)):
            return clock.rule, clock.due_at
    return None


def _judged_at(clock: Clock, at: datetime) -> datetime:
    """The moment up to which the term ran: it stands still in a pause, and ends there or when an act stops it.

    An act that stopped it too late changes nothing: the term was over. One that ran out by itself is over too.
    """
    if clock.paused_at is not None:
        return clock.paused_at
    if clock.state == Clock.State.STOPPED and clock.stopped_at is not None and clock.stopped_at != clock.due_at:
        return clock.stopped_at
    return at


def _computed(within: tuple[str, ...], record: Record, at: datetime) -> tuple[str, datetime] | None:
    for declared in ACTS.values():
        if declared.model is not type(record):
            continue
        for rule, field in declared.clocks.starts.items():
            key = running.key_of(rule, record)
            if key is None or not matches(key, within) or getattr(record, field) is None:
                continue
            _, due = running.term(key, running.moment_of(record, field, key), running.zone_of(record))
            if is_over(due, at):
                return key, due
    return None


class Named:
    """A word that is chosen when it is shown, in the language of whoever reads it."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key

    def __str__(self) -> str:
        if self.kind == "act":
            return named(ACTS[self.key].names)
        rows = law.deadlines().rows.get(self.key)
        return named({x: rows[-1].name(x) for x in ("kk", "ru", "en")}) if rows else self.key


def _last_day(record: Record, due: datetime) -> date | datetime:
    """The last day of a term in days (it ends at the midnight that follows), else the moment, both as it is there."""
    local = due.astimezone(running.zone_of(record))
    ends_with_its_day = (local + timedelta(microseconds=1)).date() > local.date()
    return local.date() if ends_with_its_day else local.replace(second=0, microsecond=0)

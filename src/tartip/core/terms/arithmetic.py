"""The arithmetic of terms: when they end, what a pause and an extension do to that, how much is left.

Pure functions of a rule, moments, a zone and a calendar. Days are those of the territory's zone; moments come out in
UTC. A term in days ends with its last day (КоАП ст. 739 ч. 4: at twenty-four hours), so `due` is the last moment in
which the thing may still be done. The calendar is the national one unless another is given.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tartip.core.terms.calendar import WorkCalendar
from tartip.core.terms.errors import (
    BadPause,
    ExtensionTooLate,
    ExtensionTooLong,
    NotExtendable,
    NotMeasurable,
    WrongSense,
)
from tartip.core.terms.rules import Bound, CountedFrom, DayOne, DeadlineRule, Sense, Unit
from tartip.core.terms.zones import aware, day_of, end_of_day, start_of_day

__all__ = [
    "DeadlineRule",
    "Remaining",
    "add_months",
    "due_at",
    "earliest_at",
    "extend",
    "is_breached",
    "is_over",
    "pause",
    "remaining",
    "stood",
]

LENGTH = {Unit.SECONDS: timedelta(seconds=1), Unit.HOURS: timedelta(hours=1), Unit.CALENDAR_DAYS: timedelta(days=1)}


def due_at(
    rule: DeadlineRule,
    start: datetime,
    zone: ZoneInfo,
    calendar: WorkCalendar | None = None,
    *,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> datetime:
    """The last moment of the term that began at `start`, UTC.

    `pauses` are (paused, resumed) in order; the days after the pausing day up to the resuming day do not count.
    Raises NotMeasurable for "at once", WrongSense for a waiting time, NaiveMoment, BadPause.
    """
    if rule.sense is Sense.EARLIEST:
        raise WrongSense(rule.key, rule.sense)
    calendar = calendar or _national()
    start = aware(start, "start")
    if _exact(rule):
        due = _moment_after(rule, start, zone)
    else:
        due = end_of_day(_rolled(rule, _last_day(rule, day_of(start, zone), calendar), calendar), zone)
    for paused, resumed in _checked(rule, pauses, start):
        due = pause(rule, due, paused, resumed, zone, calendar)
    return due


def earliest_at(rule: DeadlineRule, start: datetime, zone: ZoneInfo, calendar: WorkCalendar | None = None) -> datetime:
    """For a waiting time ("not later than three working days before"): the first moment the act is allowed, UTC.

    Three working days from a Monday notice allow the act from the beginning of Thursday.
    """
    if rule.sense is not Sense.EARLIEST:
        raise WrongSense(rule.key, rule.sense)
    start = aware(start, "start")
    if _exact(rule):
        return _moment_after(rule, start, zone)
    calendar = calendar or _national()
    last = _rolled(rule, _last_day(rule, day_of(start, zone), calendar), calendar)
    return max(start_of_day(last, zone), start)


def extend(
    rule: DeadlineRule,
    due: datetime,
    amount: int,
    *,
    decided_at: datetime,
    zone: ZoneInfo,
    calendar: WorkCalendar | None = None,
) -> datetime:
    """The new last moment after a lawful extension by `amount` of the extension's unit; never before the old one.

    Raises NotExtendable, ExtensionTooLong (less than 1 or more than the law allows), ExtensionTooLate.
    """
    most = rule.extendable_to
    if most is None:
        raise NotExtendable(rule.key)
    if not 1 <= amount <= most.amount:
        raise ExtensionTooLong(rule.key, given=amount, most=most.amount, unit=most.unit)
    due, decided_at = aware(due, "due"), aware(decided_at, "decided_at")
    if decided_at > due:
        raise ExtensionTooLate(rule.key, due=due.astimezone(zone), decided=decided_at.astimezone(zone))
    start = due if most.counted_from is CountedFrom.DUE else decided_at
    calendar = calendar or _national()
    last = _days_after(most.unit, amount, day_of(start, zone), calendar)
    return max(due, end_of_day(_rolled(rule, last, calendar), zone))


def pause(
    rule: DeadlineRule,
    due: datetime,
    paused_at: datetime,
    resumed_at: datetime,
    zone: ZoneInfo,
    calendar: WorkCalendar | None = None,
) -> datetime:
    """The new last moment after one pause, from the stored one: what was left at the pause is left at the end of it.

    Left is kept in the rule's unit: working days stay working days, months become the calendar days they still had.
    A `due` that had been rolled over days off is the end of the term, so the days it gained are left, too. `due_at`
    counts its pauses by this function: a recount without a change of the calendar moves nothing.
    """
    ((paused, resumed),) = _checked(rule, [(paused_at, resumed_at)])
    due = aware(due, "due")
    if paused > due:
        return due
    if _exact(rule):
        return due + (resumed - paused)
    calendar = calendar or _national()
    last = _shifted(rule, day_of(due, zone), day_of(paused, zone), day_of(resumed, zone), calendar)
    return end_of_day(_rolled(rule, last, calendar), zone)


def stood(
    rule: DeadlineRule,
    pauses: Iterable[tuple[datetime, datetime]],
    zone: ZoneInfo,
    calendar: WorkCalendar | None = None,
) -> int:
    """How many days these pauses have moved the end of the term: working days of a term in working days, else days.

    What is counted to the moment is moved by less than a day as well: only whole days are told.
    """
    checked = _checked(rule, pauses)
    if _exact(rule):
        return sum((resumed - paused for paused, resumed in checked), timedelta()).days
    days = [(day_of(paused, zone), day_of(resumed, zone)) for paused, resumed in checked]
    if rule.unit is Unit.WORKING_DAYS:
        calendar = calendar or _national()
        return sum(calendar.between(first, until) for first, until in days)
    return sum((until - first).days for first, until in days)


@dataclass(frozen=True, slots=True)
class Remaining:
    """Whole `seconds` left (negative when over), `days` left after today in the rule's own days (None if exact)."""

    seconds: int
    days: int | None
    over: bool


def remaining(
    rule: DeadlineRule, due: datetime, now: datetime, zone: ZoneInfo, calendar: WorkCalendar | None = None
) -> Remaining:
    """How much of the term is left at `now`; 0 days means that today is the last one."""
    due, now = aware(due, "due"), aware(now, "now")
    seconds = (due - now) // timedelta(seconds=1)
    over = is_over(due, now)
    if _exact(rule):
        return Remaining(seconds, None, over)
    today, last = day_of(now, zone), day_of(due, zone)
    if rule.unit is Unit.WORKING_DAYS:
        return Remaining(seconds, (calendar or _national()).between(today, last), over)
    return Remaining(seconds, max(0, (last - today).days), over)


def is_over(due: datetime, now: datetime) -> bool:
    """True when the last moment has passed."""
    return aware(now, "now") > aware(due, "due")


def is_breached(rule: DeadlineRule, due: datetime, now: datetime) -> bool:
    """True when a body has missed its deadline; the end of a measure or of a person's right is no breach."""
    return rule.bound is Bound.BODY and rule.sense is Sense.LATEST and is_over(due, now)


def add_months(day: date, months: int) -> date:
    """The same number of a later month, or its last day where there is no such number (КоАП ст. 739 ч. 5)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _exact(rule: DeadlineRule) -> bool:
    if not rule.measurable:
        raise NotMeasurable(rule.key)
    return rule.day_one is DayOne.MOMENT


def _moment_after(rule: DeadlineRule, start: datetime, zone: ZoneInfo) -> datetime:
    if rule.unit is Unit.MONTHS:
        local = start.astimezone(zone)
        return datetime.combine(add_months(local.date(), rule.amount), local.timetz()).astimezone(UTC)
    return start + rule.amount * LENGTH[rule.unit]


def _last_day(rule: DeadlineRule, first: date, calendar: WorkCalendar) -> date:
    """The nominal last day, before rolling."""
    if rule.day_one is DayOne.NEXT_DAY:
        return _days_after(rule.unit, rule.amount, first, calendar)
    if rule.unit is Unit.WORKING_DAYS:
        return calendar.after(first - timedelta(days=1), rule.amount)
    return _days_after(rule.unit, rule.amount, first, calendar) - timedelta(days=1)


def _days_after(unit: Unit, amount: int, day: date, calendar: WorkCalendar) -> date:
    if unit is Unit.WORKING_DAYS:
        return calendar.after(day, amount)
    if unit is Unit.MONTHS:
        return add_months(day, amount)
    return day + timedelta(days=amount)


def _rolled(rule: DeadlineRule, last: date, calendar: WorkCalendar) -> date:
    return calendar.on_or_after(last) if rule.roll_forward else last


def _shifted(rule: DeadlineRule, last: date, first: date, until: date, calendar: WorkCalendar) -> date:
    if rule.unit is Unit.WORKING_DAYS:
        return calendar.after(last, calendar.between(first, until))
    return last + (until - first)


def _checked(
    rule: DeadlineRule, pauses: Iterable[tuple[datetime, datetime]], start: datetime | None = None
) -> list[tuple[datetime, datetime]]:
    checked: list[tuple[datetime, datetime]] = []
    for paused, resumed in pauses:
        paused, resumed = aware(paused, "paused_at"), aware(resumed, "resumed_at")
        if resumed < paused:
            raise BadPause(rule.key, "it ends before it begins")
        before = checked[-1][1] if checked else start
        if before is not None and paused < before:
            raise BadPause(rule.key, "it begins before the term, or before the last pause has ended")
        checked.append((paused, resumed))
    return checked


def _national() -> WorkCalendar:
    # Late, so that counting knows nothing of the law tables unless it must.
    from tartip.core.law.workdays import national

    return national()

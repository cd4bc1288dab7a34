"""What must hold for every term, against the day-by-day reference."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from tartip.core.terms.arithmetic import due_at, extend, is_over, pause, remaining
from tartip.core.terms.calendar import WorkCalendar
from tartip.core.terms.rules import CountedFrom, DayOne, DeadlineRule, Extension, Unit
from tartip.core.terms.tests.examples import rule
from tartip.core.terms.tests.reference import last_day
from tartip.core.terms.zones import day_of, end_of_day

quick = settings(max_examples=80, deadline=None)
ZONES = st.sampled_from([ZoneInfo("Asia/Almaty"), ZoneInfo("Asia/Qostanay"), ZoneInfo("Asia/Aqtau"), ZoneInfo("UTC")])
DAYS = st.dates(date(2023, 12, 1), date(2024, 7, 31))
MOMENTS = st.datetimes(datetime(2023, 12, 1), datetime(2024, 6, 30), timezones=st.just(UTC))


@st.composite
def rules(draw: st.DrawFn, *, days_only: bool = True) -> DeadlineRule:
    units = [Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS]
    unit = draw(st.sampled_from(units if days_only else [*units, Unit.HOURS, Unit.SECONDS]))
    day_one = draw(st.sampled_from([DayOne.NEXT_DAY, DayOne.SAME_DAY]))
    amount = draw(st.integers(1, 14 if unit is Unit.MONTHS else 40))
    roll = draw(st.booleans()) and unit in units
    ext = Extension(20, draw(st.sampled_from(units)), draw(st.sampled_from(CountedFrom))) if unit in units else None
    return rule(unit, amount, day_one, roll=roll, ext=ext)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[frozenset[date], frozenset[date]]:
    """(holidays, worked weekend days)"""
    return draw(st.frozensets(DAYS, max_size=25)), draw(st.frozensets(DAYS, max_size=5))


def calendar_of(free: frozenset[date], work: frozenset[date]) -> WorkCalendar:
    return WorkCalendar(lambda year: [day for day in free if day.year == year], work=work)


@quick
@given(rules(), MOMENTS, ZONES, calendars())
def test_the_arithmetic_agrees_with_counting_day_by_day(term, start, zone, days):
    calendar = calendar_of(*days)
    expected = last_day(term, day_of(start, zone), calendar.is_working)
    assert due_at(term, start, zone, calendar) == end_of_day(expected, zone)


@quick
@given(rules(days_only=False), MOMENTS, ZONES, calendars())
def test_a_term_never_ends_before_it_begins(term, start, zone, days):
    assert due_at(term, start, zone, calendar_of(*days)) >= start


@quick
@given(rules(days_only=False), MOMENTS, st.integers(0, 500_000), ZONES, calendars())
def test_a_later_start_never_ends_earlier(term, start, seconds, zone, days):
    calendar = calendar_of(*days)
    later = start + timedelta(seconds=seconds)
    assert due_at(term, later, zone, calendar) >= due_at(term, start, zone, calendar)


@quick
@given(rules(), MOMENTS, ZONES, calendars(), DAYS)
def test_one_more_holiday_never_makes_a_term_end_earlier(term, start, zone, days, holiday):
    free, work = days
    before = due_at(term, start, zone, calendar_of(free, work - {holiday}))
    assert due_at(term, start, zone, calendar_of(free | {holiday}, work - {holiday})) >= before


@quick
@given(rules(days_only=False), MOMENTS, st.integers(0, 2_000_000), ZONES, calendars())
def test_a_pause_without_length_changes_nothing(term, start, seconds, zone, days):
    calendar = calendar_of(*days)
    due, moment = due_at(term, start, zone, calendar), start + timedelta(seconds=seconds)
    assert pause(term, due, moment, moment, zone, calendar) == due
    assert due_at(term, start, zone, calendar, pauses=[(moment, moment)]) == due


@quick
@given(
    rules(days_only=False), MOMENTS, st.integers(0, 900_000), st.integers(0, 900_000), st.integers(0, 900_000), ZONES,
    calendars(),
)  # fmt: skip
def test_a_longer_pause_never_ends_a_term_earlier(term, start, wait, length, more, zone, days):
    calendar = calendar_of(*days)
    due, paused = due_at(term, start, zone, calendar), start + timedelta(seconds=wait)
    resumed = paused + timedelta(seconds=length)
    short = pause(term, due, paused, resumed, zone, calendar)
    assert due <= short <= pause(term, due, paused, resumed + timedelta(seconds=more), zone, calendar)


PAUSES = st.lists(st.tuples(st.integers(0, 900_000), st.integers(0, 900_000)), max_size=4)


@quick
@given(rules(days_only=False), MOMENTS, PAUSES, ZONES, calendars())
def test_pausing_the_stored_end_and_recounting_from_the_start_agree(term, start, waits, zone, days):
    """Else a recount would move terms although no day of the calendar changed."""
    calendar, stored, spans, last = calendar_of(*days), due_at(term, start, zone, calendar_of(*days)), [], start
    for wait, length in waits:
        spans.append((last + timedelta(seconds=wait), last + timedelta(seconds=wait + length)))
        stored, last = pause(term, stored, *spans[-1], zone, calendar), spans[-1][1]
    assert due_at(term, start, zone, calendar, pauses=spans) == stored


@quick
@given(rules(), MOMENTS, st.integers(1, 19), st.integers(0, 40), ZONES, calendars())
def test_an_extension_is_monotone_and_never_shortens(term, start, amount, days_later, zone, days):
    calendar = calendar_of(*days)
    due = due_at(term, start, zone, calendar)
    decided = min(due, start + timedelta(days=days_later))
    shorter = extend(term, due, amount, decided_at=decided, zone=zone, calendar=calendar)
    assert due <= shorter <= extend(term, due, amount + 1, decided_at=decided, zone=zone, calendar=calendar)


@quick
@given(rules(), MOMENTS, ZONES, calendars())
def test_on_the_last_day_nothing_is_left_and_nothing_is_over(term, start, zone, days):
    calendar = calendar_of(*days)
    due = due_at(term, start, zone, calendar)
    left = remaining(term, due, due, zone, calendar)
    assert (left.days, left.over) == (0, False)
    assert is_over(due, due + timedelta(microseconds=1))


@quick
@given(calendars(), DAYS, st.integers(0, 60))
def test_counting_working_days_there_and_back_agrees(days, first, count):
    calendar = calendar_of(*days)
    assert calendar.between(first, calendar.after(first, count)) == count

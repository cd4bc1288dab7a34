"""Worked examples; each expected day is counted by hand in the comment."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from tartip.core.terms.arithmetic import due_at, earliest_at, extend, is_breached, is_over, pause, remaining, stood
from tartip.core.terms.errors import (
    BadPause,
    BadRule,
    ExtensionTooLate,
    ExtensionTooLong,
    NaiveMoment,
    NotExtendable,
    NotMeasurable,
    WrongSense,
)
from tartip.core.terms.rules import Bound, CountedFrom, DayOne, Extension, Sense, Unit
from tartip.core.terms.tests.examples import ALMATY, JUNE, PLAIN, last_moment, local, rule

MONDAY = local("2026-06-01 10:00")


@pytest.mark.parametrize(
    ("unit", "amount", "day_one", "roll", "start", "last"),
    [
        # Monday is not counted: Tue 2, Wed 3, Thu 4.
        (Unit.CALENDAR_DAYS, 3, DayOne.NEXT_DAY, False, "2026-06-01", "2026-06-04"),
        # Monday is the first day: Mon 1, Tue 2, Wed 3.
        (Unit.CALENDAR_DAYS, 3, DayOne.SAME_DAY, False, "2026-06-01", "2026-06-03"),
        # Thu 4 + 2 = Sat 6, rolled to Mon 8.
        (Unit.CALENDAR_DAYS, 2, DayOne.NEXT_DAY, True, "2026-06-04", "2026-06-08"),
        # No days at all: the day itself.
        (Unit.CALENDAR_DAYS, 0, DayOne.NEXT_DAY, False, "2026-06-01", "2026-06-01"),
        # Fri 5: Mon 8, Tue 9, (Wed 10 holiday), Thu 11.
        (Unit.WORKING_DAYS, 3, DayOne.NEXT_DAY, False, "2026-06-05", "2026-06-11"),
        # Thu 11: Fri 12, Sat 13 (worked by decree).
        (Unit.WORKING_DAYS, 2, DayOne.NEXT_DAY, False, "2026-06-11", "2026-06-13"),
        # Started on Saturday 6: the first counted day is Mon 8.
        (Unit.WORKING_DAYS, 1, DayOne.NEXT_DAY, False, "2026-06-06", "2026-06-08"),
        # The day of receipt, which is a Sunday: rolled to Monday.
        (Unit.WORKING_DAYS, 0, DayOne.NEXT_DAY, True, "2026-06-07", "2026-06-08"),
        # 31 January + 1 month: February 2026 has 28 days.
        (Unit.MONTHS, 1, DayOne.NEXT_DAY, False, "2026-01-31", "2026-02-28"),
        # 31 December + 2 months in a leap year.
        (Unit.MONTHS, 2, DayOne.NEXT_DAY, False, "2027-12-31", "2028-02-29"),
        # The first day counts: 10 March + 2 months ends on 9 May.
        (Unit.MONTHS, 2, DayOne.SAME_DAY, False, "2026-03-10", "2026-05-09"),
        # 13 May + 1 month = Sat 13 June, worked by decree: not rolled.
        (Unit.MONTHS, 1, DayOne.NEXT_DAY, True, "2026-05-13", "2026-06-13"),
        # 10 May + 1 month = Wed 10 June, a holiday: rolled to Thu 11.
        (Unit.MONTHS, 1, DayOne.NEXT_DAY, True, "2026-05-10", "2026-06-11"),
    ],
)
def test_a_term_in_days_ends_with_its_last_day(unit, amount, day_one, roll, start, last):
    found = due_at(rule(unit, amount, day_one, roll=roll), local(f"{start} 10:00"), ALMATY, JUNE)
    assert found == last_moment(last)
    assert found.tzinfo is UTC


def test_hours_and_seconds_run_through_nights_and_weekends_exactly():
    # Friday 23:30 + 3 h = Saturday 02:30.
    assert due_at(rule(Unit.HOURS, 3), local("2026-06-05 23:30"), ALMATY, JUNE) == local("2026-06-06 02:30")
    assert due_at(rule(Unit.SECONDS, 15), MONDAY, ALMATY, JUNE) == MONDAY + timedelta(seconds=15)


def test_a_month_from_a_moment_ends_at_the_same_time_of_day():
    found = due_at(rule(Unit.MONTHS, 1, DayOne.MOMENT), local("2026-01-31 15:45"), ALMATY, PLAIN)
    assert found == local("2026-02-28 15:45")


def test_the_day_belongs_to_the_territory_not_to_utc():
    # 20:00 UTC on Monday is already Tuesday 01:00 in Almaty, so the first counted day is Wednesday.
    assert due_at(rule(Unit.CALENDAR_DAYS, 1), local("2026-06-02 01:00"), ALMATY, PLAIN) == last_moment("2026-06-03")


def test_a_day_of_the_time_of_utc_plus_6_ends_an_hour_earlier_in_utc():
    # Until 2024-03-01 Almaty was UTC+6: the day ended at 18:00 UTC, since then at 19:00.
    before = due_at(rule(Unit.CALENDAR_DAYS, 1), local("2024-02-26 10:00"), ALMATY, PLAIN)
    after = due_at(rule(Unit.CALENDAR_DAYS, 1), local("2024-03-04 10:00"), ALMATY, PLAIN)
    assert (before + timedelta(microseconds=1)).isoformat() == "2024-02-27T18:00:00+00:00"
    assert (after + timedelta(microseconds=1)).isoformat() == "2024-03-05T19:00:00+00:00"


def test_the_day_of_the_change_lasted_25_hours():
    # 2024-02-29 began at 18:00 UTC of the 28th (+6) and ended at 19:00 UTC (+5).
    found = due_at(rule(Unit.CALENDAR_DAYS, 0), local("2024-02-29 10:00"), ALMATY, PLAIN)
    assert (found + timedelta(microseconds=1)).isoformat() == "2024-02-29T19:00:00+00:00"


def test_three_hours_of_detention_over_the_change_are_three_hours():
    start = local("2024-02-29 22:30")  # +6, 16:30 UTC
    assert due_at(rule(Unit.HOURS, 3), start, ALMATY, PLAIN).isoformat() == "2024-02-29T19:30:00+00:00"


def test_a_waiting_time_allows_the_act_from_the_beginning_of_its_last_day():
    waiting = rule(Unit.WORKING_DAYS, 3, sense=Sense.EARLIEST)
    # Notice on Monday: Tue, Wed, Thu; the act may be adopted on Thursday.
    assert earliest_at(waiting, MONDAY, ALMATY, JUNE) == local("2026-06-04 00:00")
    with pytest.raises(WrongSense):
        due_at(waiting, MONDAY, ALMATY, JUNE)
    with pytest.raises(WrongSense):
        earliest_at(rule(Unit.WORKING_DAYS, 3), MONDAY, ALMATY, JUNE)


def test_a_pause_keeps_the_working_days_that_were_left():
    five = rule(Unit.WORKING_DAYS, 5)
    due = due_at(five, MONDAY, ALMATY, JUNE)
    assert due == last_moment("2026-06-08")  # Tue 2 … Fri 5, Mon 8
    # Paused on Wed 3 with Thu 4, Fri 5, Mon 8 left; resumed on Fri 12: Sat 13 (worked), Mon 15, Tue 16.
    paused, resumed = local("2026-06-03 12:00"), local("2026-06-12 09:00")
    assert pause(five, due, paused, resumed, ALMATY, JUNE) == last_moment("2026-06-16")
    assert due_at(five, MONDAY, ALMATY, JUNE, pauses=[(paused, resumed)]) == last_moment("2026-06-16")
    assert stood(five, [(paused, resumed)], ALMATY, JUNE) == 6  # 4, 5, 8, 9, 11, 12
    assert stood(rule(Unit.CALENDAR_DAYS, 5), [(paused, resumed)], ALMATY, JUNE) == 9


@pytest.mark.parametrize(
    ("unit", "amount", "roll", "last", "paused", "resumed", "moved"),
    [
        # Ends on Thu 11; nine days of pause (2nd to 11th): Sat 20.
        (Unit.CALENDAR_DAYS, 10, False, "2026-06-11", "2026-06-02", "2026-06-11", "2026-06-20"),
        # The same, rolled to Mon 22.
        (Unit.CALENDAR_DAYS, 10, True, "2026-06-11", "2026-06-02", "2026-06-11", "2026-06-22"),
        # Ends on 1 July; what a month still had is kept in days: five days of pause, 6 July.
        (Unit.MONTHS, 1, False, "2026-07-01", "2026-06-10", "2026-06-15", "2026-07-06"),
        # Paused on the last day itself: Thu 4 and two days, Sat 6.
        (Unit.CALENDAR_DAYS, 3, False, "2026-06-04", "2026-06-04", "2026-06-06", "2026-06-06"),
        # Paused on the last working day, Thu 4, resumed on Mon 8: Fri 5 and Mon 8 are given back, so Mon 8.
        (Unit.WORKING_DAYS, 3, False, "2026-06-04", "2026-06-04", "2026-06-08", "2026-06-08"),
    ],
)
def test_a_pause_moves_the_end_by_the_days_it_took(unit, amount, roll, last, paused, resumed, moved):
    term = rule(unit, amount, roll=roll)
    due = due_at(term, MONDAY, ALMATY, PLAIN)
    assert due == last_moment(last)
    span = local(f"{paused} 12:00"), local(f"{resumed} 09:00")
    assert pause(term, due, *span, ALMATY, PLAIN) == last_moment(moved)
    assert due_at(term, MONDAY, ALMATY, PLAIN, pauses=[span]) == last_moment(moved)


def test_a_pause_of_an_exact_term_moves_it_by_its_length():
    due = due_at(rule(Unit.HOURS, 24), MONDAY, ALMATY, PLAIN)
    paused, resumed = MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=5)
    assert pause(rule(Unit.HOURS, 24), due, paused, resumed, ALMATY, PLAIN) == due + timedelta(hours=3)
    assert stood(rule(Unit.HOURS, 24), [(paused, resumed)], ALMATY, PLAIN) == 0


def test_a_pause_after_the_end_changes_nothing():
    term = rule(Unit.CALENDAR_DAYS, 3)
    due = due_at(term, MONDAY, ALMATY, PLAIN)
    late, later = local("2026-06-10 10:00"), local("2026-06-20 10:00")
    assert pause(term, due, late, later, ALMATY, PLAIN) == due
    assert due_at(term, MONDAY, ALMATY, PLAIN, pauses=[(late, later)]) == due


def test_an_extension_counts_from_the_due_day_or_from_the_decision():
    from_due = rule(Unit.WORKING_DAYS, 10, ext=Extension(10, Unit.WORKING_DAYS, CountedFrom.DUE))
    due = due_at(from_due, MONDAY, ALMATY, PLAIN)
    assert due == last_moment("2026-06-15")  # 2–5 are 4, 8–12 are 9, Mon 15
    # 16–19 are 4, 22–26 are 9, Mon 29.
    assert extend(from_due, due, 10, decided_at=MONDAY, zone=ALMATY, calendar=PLAIN) == last_moment("2026-06-29")
    from_decision = rule(Unit.WORKING_DAYS, 15, ext=Extension(2, Unit.MONTHS, CountedFrom.DECISION))
    due = due_at(from_decision, MONDAY, ALMATY, PLAIN)
    found = extend(from_decision, due, 2, decided_at=local("2026-06-18 12:00"), zone=ALMATY, calendar=PLAIN)
    assert found == last_moment("2026-08-18")


def test_extensions_the_law_does_not_allow_are_refused():
    plain, term = (
        rule(Unit.CALENDAR_DAYS, 3),
        rule(Unit.CALENDAR_DAYS, 3, ext=Extension(10, Unit.CALENDAR_DAYS, CountedFrom.DUE)),
    )
    due = due_at(term, MONDAY, ALMATY, PLAIN)
    with pytest.raises(NotExtendable):
        extend(plain, due, 1, decided_at=MONDAY, zone=ALMATY, calendar=PLAIN)
    for amount in (0, 11, -1):
        with pytest.raises(ExtensionTooLong) as refused:
            extend(term, due, amount, decided_at=MONDAY, zone=ALMATY, calendar=PLAIN)
        assert refused.value.fields["most"] == 10
    with pytest.raises(ExtensionTooLate):
        extend(term, due, 1, decided_at=due + timedelta(seconds=1), zone=ALMATY, calendar=PLAIN)


def test_what_is_left_is_told_in_the_rules_own_days():
    five = rule(Unit.WORKING_DAYS, 5)
    due = due_at(five, MONDAY, ALMATY, JUNE)  # Mon 8
    assert remaining(five, due, local("2026-06-04 12:00"), ALMATY, JUNE).days == 2  # Fri 5, Mon 8
    last = remaining(five, due, local("2026-06-08 23:59"), ALMATY, JUNE)
    assert (last.days, last.over, last.seconds) == (0, False, 59)
    over = remaining(five, due, local("2026-06-09 00:01"), ALMATY, JUNE)
    assert over.over
    assert over.seconds < 0
    assert remaining(rule(Unit.HOURS, 3), MONDAY, MONDAY - timedelta(hours=1), ALMATY, JUNE).days is None


def test_only_a_body_that_misses_its_deadline_breaches_it():
    due = due_at(rule(Unit.CALENDAR_DAYS, 3), MONDAY, ALMATY, PLAIN)
    late = due + timedelta(microseconds=1)
    assert not is_over(due, due)
    assert is_over(due, late)
    assert is_breached(rule(Unit.CALENDAR_DAYS, 3), due, late)
    assert not is_breached(rule(Unit.CALENDAR_DAYS, 3, bound=Bound.PERSON), due, late)
    assert not is_breached(rule(Unit.CALENDAR_DAYS, 3, sense=Sense.LASTS), due, late)


def test_bad_input_names_the_field_and_the_rule():
    term = rule(Unit.CALENDAR_DAYS, 3)
    with pytest.raises(NaiveMoment) as naive:
        due_at(term, MONDAY.replace(tzinfo=None), ALMATY, PLAIN)
    assert naive.value.fields == {"field": "start"}
    with pytest.raises(NotMeasurable):
        due_at(rule(Unit.AT_ONCE, 0), MONDAY, ALMATY, PLAIN)
    backwards = (MONDAY + timedelta(days=2), MONDAY + timedelta(days=1))
    with pytest.raises(BadPause):
        due_at(term, MONDAY, ALMATY, PLAIN, pauses=[backwards])
    with pytest.raises(BadPause):
        due_at(term, MONDAY, ALMATY, PLAIN, pauses=[(MONDAY - timedelta(days=1), MONDAY)])
    overlapping = [(MONDAY, MONDAY + timedelta(days=2)), (MONDAY + timedelta(days=1), MONDAY + timedelta(days=3))]
    with pytest.raises(BadPause):
        due_at(term, MONDAY, ALMATY, PLAIN, pauses=overlapping)


@pytest.mark.parametrize(
    "broken",
    [
        {"unit": Unit.CALENDAR_DAYS, "amount": -1, "day_one": DayOne.NEXT_DAY},
        {"unit": Unit.HOURS, "amount": 3, "day_one": DayOne.NEXT_DAY},
        {"unit": Unit.HOURS, "amount": 3, "day_one": DayOne.MOMENT, "roll_forward": True},
        {"unit": Unit.WORKING_DAYS, "amount": 3, "day_one": DayOne.MOMENT},
        {"unit": Unit.CALENDAR_DAYS, "amount": 0, "day_one": DayOne.SAME_DAY},
        {"unit": Unit.AT_ONCE, "amount": 1, "day_one": DayOne.MOMENT},
        {
            "unit": Unit.HOURS,
            "amount": 3,
            "day_one": DayOne.MOMENT,
            "extendable_to": Extension(1, Unit.MONTHS, CountedFrom.DUE),
        },
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(broken):
    from tartip.core.terms.rules import DeadlineRule

    with pytest.raises(BadRule):
        DeadlineRule(key="test", basis="received_at", **broken)

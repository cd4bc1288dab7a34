"""The slow, obvious way: walk from day to day with a finger on the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tartip.core.terms.rules import DayOne, DeadlineRule, Unit

ONE = timedelta(days=1)


def last_day(rule: DeadlineRule, start: date, working: Callable[[date], bool]) -> date:
    """The last day of a term in days or months, rolled where the rule says so."""
    if rule.unit is Unit.MONTHS:
        day = same_number_later(start, rule.amount)
        if rule.day_one is DayOne.SAME_DAY:
            day -= ONE
    else:
        day, counted = (start if rule.day_one is DayOne.NEXT_DAY else start - ONE), 0
        while counted < rule.amount:
            day += ONE
            if rule.unit is Unit.CALENDAR_DAYS or working(day):
                counted += 1
    while rule.roll_forward and not working(day):
        day += ONE
    return day


def same_number_later(start: date, months: int) -> date:
    """Walk to the month that many firsts ahead, then back from the wanted number to a day that exists."""
    day, firsts = start, 0
    while firsts < months:
        day += ONE
        firsts += day.day == 1
    for number in range(start.day, 0, -1):
        try:
            return day.replace(day=number)
        except ValueError:
            continue
    raise AssertionError("every month has a first")

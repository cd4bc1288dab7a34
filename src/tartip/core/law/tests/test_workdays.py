"""The working calendar of Kazakhstan."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from tartip.core import law


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-03-08", False),  # Sunday, Women's Day
        ("2026-03-09", False),  # its observed Monday
        ("2026-03-24", False),  # Nowruz on Saturday and Sunday: Tuesday and Wednesday are observed
        ("2026-03-25", False),
        ("2026-03-26", True),
        ("2026-03-16", True),  # Constitution Day is 15 March only from 2027 on
        ("2027-03-15", False),
        ("2026-08-31", True),  # no Constitution Day on 30 August in 2026
        ("2025-01-03", False),  # decree: for Sunday 5 January
        ("2025-01-05", True),
        ("2024-05-04", True),  # decree: Saturday for Wednesday 8 May
        ("2024-05-08", False),
        ("2023-07-01", True),
        ("2023-07-07", False),
        ("2022-10-22", True),
        ("2022-10-24", False),
    ],
)
def test_days_are_working_or_free_as_decreed(day, working):
    assert law.national().is_working(date.fromisoformat(day)) is working


@pytest.mark.parametrize("year", range(2021, 2028))
def test_no_decree_the_package_knows_is_missing_from_our_table(year):
    """When the package learns of a new decree, this fails and names it: add the pair to holidays.csv."""
    table = holidays.country_holidays("KZ", years=year, language="en_US")
    known = {day for day in table.weekend_workdays if day.year == year}
    known |= {day for day, name in table.items() if "substituted" in name and day.year == year}
    assert {day for day in known if day not in law.swaps()} == set()


def test_free_days_are_named_in_three_languages_and_estimates_are_marked():
    days = {free.day: free for free in law.free_days(2026)}
    assert days[date(2026, 5, 9)].ru == "День Победы"
    assert days[date(2026, 5, 27)].status == "unconfirmed"  # Eid al-Adha of a coming year is an estimate
    assert days[date(2026, 3, 22)].kk == "Наурыз мейрамы"
    assert all(re_named != free.en for free in days.values() for re_named in (free.kk, free.ru))


def test_a_decree_saturday_of_2021_is_worked():
    """Field case 23: three working days from Thursday 2021-07-01 are 2 July, Saturday 3 July and, after the day off on
    the 5th and the Capital Day on the 6th, 7 July."""
    assert law.national().after(date(2021, 7, 1), 3) == date(2021, 7, 7)


@pytest.mark.parametrize("day", [date(2020, 12, 18), date(2020, 12, 19), date(2019, 5, 4)])
def test_years_before_the_table_are_refused_instead_of_guessed(day):
    """Saturday 4 May 2019 was worked by decree; the table does not say so, and must not say the opposite."""
    with pytest.raises(law.UnknownWorkYear) as refused:
        law.national().is_working(day)
    assert str(day.year) in str(refused.value)
    with pytest.raises(law.UnknownWorkYear):
        law.national().after(day, 1)

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from tartip.web import dates, numbers

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "places", "kk", "en"),
    [
        (0, None, "0", "0"),
        (999, None, "999", "999"),
        (12907, None, f"12{NB}907", "12,907"),
        (-1234567, None, f"−1{NB}234{NB}567", "−1,234,567"),
        (Decimal("2.95"), 1, "3,0", "3.0"),  # half goes up
        (Decimal("-0.04"), 1, "0,0", "0.0"),  # no minus before nothing
        (3.5, None, "3,5", "3.5"),
    ],
)
def test_numbers_are_grouped_and_marked_by_language(value: int, places: int | None, kk: str, en: str) -> None:
    with override("kk"):
        assert numbers.number(value, places) == kk
    with override("ru"):
        assert numbers.number(value, places) == kk
    with override("en"):
        assert numbers.number(value, places) == en


def test_money_mass_shares_and_changes_carry_their_unit_and_sign() -> None:
    with override("ru"):
        assert numbers.tenge(1234567) == f"1{NB}234{NB}567{NB}₸"
        assert numbers.tiyn(1234550) == f"12{NB}345,50{NB}₸"  # 12 345 tenge and 50 tiyn
        assert numbers.tiyn(1200000) == f"12{NB}000{NB}₸"
        assert numbers.mass(12_345_678) == f"12,345678{NB}кг"
        assert numbers.mass(1_500) == f"1,5{NB}г"
        assert numbers.mass(7) == f"7{NB}мг"
        assert numbers.scaled(29, 1) == "2,9"
        assert [numbers.signed(n) for n in (5, 0, -5)] == ["+5", "0", "−5"]
        assert numbers.share(1, 3) == f"33,3{NB}%"
        assert numbers.share(1, 0) == "–"


def test_a_time_is_shown_in_the_zone_of_its_territory() -> None:
    noon = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)  # Kazakhstan is five hours ahead since March 2024
    with override("kk"):
        assert dates.when(noon, "Asia/Almaty") == "2026 ж. 22 қараша, 12:00"
        assert dates.day(noon) == "2026 ж. 22 қараша"
    with override("ru"):
        assert dates.when(noon) == "22 ноября 2026 г., 12:00"
    with override("en"):
        assert dates.when(noon) == "22 November 2026, 12:00"
    # Before that day Almaty was six hours ahead and Aqtobe five: the same moment, two clocks.
    before = datetime(2023, 11, 22, 7, 0, tzinfo=UTC)

    class Place:
        timezone = "Asia/Aqtobe"

    assert dates.clock_time(before, "Asia/Almaty") == "13:00:00"
    assert dates.clock_time(before, Place()) == "12:00:00"


def test_the_day_of_an_evening_is_the_day_people_there_had() -> None:
    late = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)  # one in the morning of the first of January in Almaty
    with override("en"):
        assert dates.day(late, "Asia/Almaty") == "1 January 2027"
        assert dates.day(date(2026, 12, 31)) == "31 December 2026"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-11-22T07:00:00"):
        dates.when(datetime(2026, 11, 22, 7, 0))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(192, "03:12"), (0, "00:00"), (3750, "1:02:30"), (-46, "−00:46"), (timedelta(minutes=-61), "−1:01:00")],
)
def test_seconds_are_shown_as_the_browser_shows_them(seconds: int | timedelta, text: str) -> None:
    assert dates.digits(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (timedelta(minutes=30), "30 минут"),
        (timedelta(hours=12), "12 часов"),
        (3540, "59 минут"),
        (-3700, "1 час"),
        (3 * 86_400, "3 дня"),
    ],
)
def test_a_length_of_time_stands_in_the_unit_people_would_say(seconds: int | timedelta, text: str) -> None:
    with override("ru"):
        assert dates.duration(seconds) == text

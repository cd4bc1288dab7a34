"""Working days and the zones of Kazakhstan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tartip.core.terms import zones
from tartip.core.terms.calendar import WorkCalendar
from tartip.core.terms.errors import OldTimeZones, UnknownZone
from tartip.core.terms.tests.examples import JUNE


def test_a_decree_makes_a_saturday_work_and_a_weekday_free():
    assert not JUNE.is_working(date(2026, 6, 10))
    assert JUNE.is_working(date(2026, 6, 13))
    assert not JUNE.is_working(date(2026, 6, 14))
    assert JUNE.on_or_after(date(2026, 6, 10)) == date(2026, 6, 11)


def test_a_year_is_asked_for_once():
    asked: list[int] = []
    calendar = WorkCalendar(lambda year: asked.append(year) or ())  # type: ignore[func-returns-value]
    for number in range(1, 29):
        calendar.is_working(date(2026, 6, number))
    assert asked == [2026]


def test_a_week_without_working_days_is_refused():
    with pytest.raises(ValueError, match="without a working day"):
        WorkCalendar(weekend=range(7))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("Asia/Almaty", 6, 5), ("Asia/Qostanay", 6, 5), ("Asia/Qyzylorda", 5, 5), ("Asia/Aqtau", 5, 5)],
)
def test_the_one_zone_of_2024_is_known_with_the_past(name, before, after):
    zone = zones.zone_named(name)
    assert datetime(2024, 2, 28, tzinfo=zone).utcoffset() == timedelta(hours=before)
    assert datetime(2024, 3, 2, tzinfo=zone).utcoffset() == timedelta(hours=after)


def test_an_unknown_zone_is_named():
    with pytest.raises(UnknownZone) as wrong:
        zones.zone_named("Asia/Atlantis")
    assert wrong.value.fields == {"zone": "Asia/Atlantis"}


def test_old_time_zone_data_is_refused_loudly(monkeypatch):
    """A machine with data before 2024a: Almaty stays at +6. Dhaka plays its part."""
    monkeypatch.setattr(zones, "ZoneInfo", lambda name: ZoneInfo("Asia/Dhaka"))
    with pytest.raises(OldTimeZones):
        zones.zone_named.__wrapped__("Asia/Almaty")

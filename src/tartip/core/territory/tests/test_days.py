"""Today is the territory's own: it begins at its midnight, not at that of Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tartip.core.territory.days import civil_day, start_of_day


@pytest.mark.parametrize(
    ("at", "day", "begun"),
    [
        # Almaty is five hours ahead (since 2024-03-01): its 27 November begins on the 26th at 19:00 UTC.
        (datetime(2026, 11, 26, 18, 59, tzinfo=UTC), date(2026, 11, 26), datetime(2026, 11, 25, 19, tzinfo=UTC)),
        (datetime(2026, 11, 26, 19, 0, tzinfo=UTC), date(2026, 11, 27), datetime(2026, 11, 26, 19, tzinfo=UTC)),
        (datetime(2026, 11, 27, 4, 30, tzinfo=UTC), date(2026, 11, 27), datetime(2026, 11, 26, 19, tzinfo=UTC)),
        # Before that it was six hours ahead.
        (datetime(2023, 11, 26, 18, 30, tzinfo=UTC), date(2023, 11, 27), datetime(2023, 11, 26, 18, tzinfo=UTC)),
    ],
)
def test_the_day_begins_at_the_midnight_of_the_territory(db, at, day, begun):
    assert civil_day("750000000", at) == day
    assert start_of_day("750000000", at) == begun

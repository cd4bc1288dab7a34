from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.months import Month, civil_dates

ZONES = {751_000_000: "Asia/Almaty", 231_000_000: "Asia/Atyrau"}


def test_the_same_instant_may_be_another_day_and_month_elsewhere():
    # 2023-01-31 18:30 UTC was 00:30 on 1 February in Almaty (UTC+6 then) and 23:30 on 31 January in Atyrau (UTC+5).
    # 2025-01-31 18:30 UTC was 23:30 in both: Almaty is UTC+5 since 2024-03-01.
    instants = [datetime(2023, 1, 31, 18, 30, tzinfo=UTC), datetime(2025, 1, 31, 18, 30, tzinfo=UTC)]
    twice = pa.array([*instants, *instants, None], pa.timestamp("us", "UTC"))
    territories = pa.array([751_000_000] * 2 + [231_000_000] * 3, pa.int32())
    days = [date(2023, 2, 1), date(2025, 1, 31), date(2023, 1, 31), date(2025, 1, 31), None]
    assert civil_dates(twice, territories, ZONES).to_pylist() == days
    assert civil_dates(pa.chunked_array([twice]), pa.chunked_array([territories]), ZONES).to_pylist() == days


def test_a_territory_without_a_zone_is_named():
    with pytest.raises(BadInput, match="territory at row 1: 999 has no time zone"):
        civil_dates(pa.array([0, 0], pa.timestamp("s", "UTC")), pa.array([751_000_000, 999]), ZONES)


def test_instants_must_be_in_utc():
    with pytest.raises(BadInput, match="must be timestamps in UTC"):
        civil_dates(pa.array([0], pa.timestamp("s")), pa.array([751_000_000]), ZONES)


def test_months_count_over_the_turn_of_the_year():
    assert (str(Month(2024, 12).plus(1)), str(Month(2024, 1).plus(-13))) == ("2025-01", "2022-12")
    assert [str(m) for m in Month(2024, 11).through(Month(2025, 2))] == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert list(Month(2025, 2).through(Month(2025, 1))) == []
    assert (Month(2024, 2).first, Month(2024, 2).last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert Month.of(date(2025, 3, 31)) == Month.parse("2025-03")

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.figures import BadPeriod, Period, Territory, _, change, share, year_over_year
from tartip.engines.figures.tests.made import AUEZOV, BOSTANDYK, indicator, row, seal
from tartip.engines.months import Month


@pytest.mark.parametrize(
    "now, before, percent",
    [
        (50_530, 54_078, "-6.6"),  # -3548 / 54078 = -6.5609 %
        (132_778, 140_272, "-5.3"),  # -7494 / 140272 = -5.3425 %
        (3, 1, "200.0"),
        (0, 7, "-100.0"),
        (7, 7, "0.0"),
        (0, 0, None),
        (12, 0, None),
        (1001, 1000, "0.1"),
        (2005, 2000, "0.2"),  # 0.25 exactly: half to even goes down
        (2007, 2000, "0.4"),  # 0.35 exactly: half to even goes up
        (1995, 2000, "-0.2"),
    ],
)
def test_change_in_percent(now, before, percent):
    found = change(now, before)
    assert (found.difference, found.percent) == (now - before, None if percent is None else Decimal(percent))
    assert found.no_base == (before == 0)


def test_a_small_base_is_flagged():
    assert (change(3, 1).small_base, change(30, 10).small_base) == (True, False)


def test_a_negative_base_has_no_percentage():
    with pytest.raises(BadInput):
        change(1, -1)


def test_share_of_nothing_is_nothing():
    # Clearance on form 1-M of 2022: 75,633 / (75,633 + 71,048) = 51.56 %.
    assert share(75_633, 75_633 + 71_048) == Decimal("51.6")
    assert share(0, 0) is None


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_percent_is_within_half_a_tenth(now, before):
    exact = Fraction(100 * (now - before), before)
    assert abs(Fraction(change(now, before).percent) - exact) <= Fraction(1, 20)


@pytest.mark.parametrize(
    "first, last, before",
    [
        ((2025, 1, 1), (2025, 10, 31), ("2024-01-01", "2024-10-31")),
        ((2025, 2, 1), (2025, 2, 28), ("2024-02-01", "2024-02-29")),  # a whole month stays whole
        ((2024, 2, 1), (2024, 2, 29), ("2023-02-01", "2023-02-28")),
        ((2024, 2, 29), (2024, 3, 5), ("2023-02-28", "2023-03-05")),
        ((2025, 2, 10), (2025, 2, 28), ("2024-02-10", "2024-02-28")),
        ((2025, 12, 20), (2026, 1, 10), ("2024-12-20", "2025-01-10")),
    ],
)
def test_the_year_before(first, last, before):
    period = Period(date(*first), date(*last)).year_before
    assert (str(period.first), str(period.last)) == before


def test_a_period_has_an_end_after_its_beginning():
    with pytest.raises(BadPeriod):
        Period(date(2025, 1, 2), date(2025, 1, 1))
    assert len(Period.of_year(2025).months) == 12
    assert not Period(date(2025, 1, 1), date(2025, 1, 30)).whole


def test_this_year_against_the_last_with_the_borders_of_each(tmp_path):
    months = {Month(2024, 3): [[row(1, date(2024, 3, 1)), row(2, date(2024, 3, 2))]]}
    months[Month(2025, 3)] = [[row(3, date(2025, 3, 1), territory=BOSTANDYK)]]
    sealed = seal(tmp_path, months)
    march = Period.of_months(Month(2025, 3))
    now, then = Territory.of("A", [BOSTANDYK]), Territory.of("A", [AUEZOV])
    pair = year_over_year(indicator(_.count()), now, march, sealed, before=then, recount=True)
    assert (pair.now.value, pair.before.value, pair.change.percent) == (1, 2, Decimal("-50.0"))
    assert year_over_year(indicator(_.count()), now, march, sealed).change.no_base


def test_a_territory_has_codes_of_one_kind():
    assert Territory.of("A", [3, 1, 3]).codes == (1, 3)
    for codes in ([], [1, "1"], [1.5], [True]):
        with pytest.raises(BadInput):
            Territory.of("A", codes)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (datetime(2025, 1, 10), datetime(2025, 1, 31)),
        (date(2025, 1, 10), datetime(2025, 1, 31, 23, 59)),
        ("2025-01-10", "2025-01-31"),
        (None, date(2025, 1, 31)),
    ],
)
def test_a_period_is_made_of_days_and_of_nothing_that_only_looks_like_days(first, last):
    """Whole months given as moments were no whole months, and texts went on until something fell."""
    with pytest.raises(BadPeriod, match="must be a date"):
        Period(first, last)


@pytest.mark.parametrize("value", [1.5, None, "5", True, float("nan"), Decimal(5)])
def test_only_whole_numbers_are_compared(value):
    for ask in (change, share):
        for numbers in ((value, 10), (10, value)):
            with pytest.raises(BadInput, match="must be a whole number"):
                ask(*numbers)


def test_nothing_is_a_share_of_less_than_nothing():
    with pytest.raises(BadInput, match="must not be negative"):
        share(5, -10)


@pytest.mark.parametrize(
    "codes", ["751310000", 5, (2**63,), (-(2**80),), ("a\0b",), ("\ud800",), ("и\u0306",), (1.0,), ()]
)
def test_codes_of_a_territory_are_several_codes_that_every_engine_can_look_for(codes):
    """One code given as text was taken for its nine digits, none of which any record bears."""
    with pytest.raises(BadInput, match="territory at KZ"):
        Territory("KZ", codes)

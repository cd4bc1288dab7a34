"""The rule on cases small enough to work out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.engines.pairing import PairingParams, Sections, explain, pair_passes
from tartip.engines.pairing.tests.made import START, entry, exit_, section, table, verdicts

ONE = Sections.of([section()])


def pair(reads, sections=ONE, params=PairingParams()):
    return verdicts(pair_passes(table(reads), sections, params))


def test_an_entry_and_its_exit_make_one_pair_with_the_speed():
    # 10 km in 5 min, +1 ms for cut stamps: 10,000,000 * 3600 / 300,001 = 119,999.6 m/h; 20 over is not reached
    found = pair([entry(0), exit_(5)])
    assert found.pairs == {(0, 1): (119_999, 1)}
    assert found.suspects == {}


def test_the_order_of_rows_does_not_matter():
    assert pair([exit_(5), entry(0)]).pairs == {(1, 0): (119_999, 1)}


def test_a_car_exactly_on_an_edge_falls_into_the_milder_band():
    # low length 11,000 m in 359,999 + 1 ms = 6 min: exactly 110 km/h, which is not *more than* 10 over the limit of 100
    road = Sections.of([section(length_mm=11_000_000)])
    exact = pair([entry(0), exit_(359_999 / 60_000)], road)
    assert exact.pairs == {(0, 1): (110_000, 0)}
    # one millisecond less: 11,000,000 * 3600 / 359,999 = 110,000.3 m/h, more than 110 km/h; the cut figure is equal
    faster = pair([entry(0), exit_(359_998 / 60_000)], road)
    assert faster.pairs == {(0, 1): (110_000, 1)}


@pytest.mark.parametrize(("minutes", "band"), [(6, 0), (5, 1), (4.5, 2), (4, 3), (3.5, 4)])
def test_bands_of_article_592(minutes, band):
    # 10 km: 6 min 100 km/h, 5 min 120 (just below for the cut), 4.5 min 133, 4 min 150, 3.5 min 171; limit 100
    assert [b for _, b in pair([entry(0), exit_(minutes)]).pairs.values()] == [band]


def test_every_uncertainty_speaks_for_the_driver():
    # 10 km - 50 m in 5 min + 500 ms + 1 ms: 9,950,000 * 3600 / 300,501 = 119,200.9 m/h
    road = Sections.of([section(tolerance_mm=50_000, clock_ms=500)])
    assert pair([entry(0), exit_(5)], road).pairs == {(0, 1): (119_200, 1)}


def test_a_second_entry_within_the_hour_makes_all_three_reads_suspects():
    """One-to-one is not enough: whose exit is it?"""
    found = pair([entry(0), entry(30), exit_(35)])
    assert found.pairs == {}
    assert found.suspects == {0: "crowded", 1: "crowded", 2: "crowded"}


def test_a_read_exactly_one_hour_away_is_still_too_close_and_one_millisecond_more_is_not():
    assert pair([entry(0), entry(60), exit_(65)]).pairs == {}
    found = pair([entry(0), entry(60 + 1 / 60_000), exit_(66)])
    assert set(found.pairs) == {(1, 2)}
    assert found.suspects == {0: "no_exit"}


def test_a_read_within_the_hour_after_the_exit_spoils_the_pair():
    assert pair([entry(0), exit_(5), exit_(65)]).suspects == {0: "crowded", 1: "crowded", 2: "crowded"}
    found = pair([entry(0), exit_(5), exit_(66)])
    assert set(found.pairs) == {(0, 1)}
    assert found.suspects == {2: "no_entry"}


def test_another_plate_or_another_section_does_not_disturb():
    both = Sections.of([section(1), section(2)])
    found = pair([entry(0), entry(1, plate=8), entry(2, section=2), exit_(5)], both)
    assert set(found.pairs) == {(0, 3)}
    assert found.suspects == {1: "no_exit", 2: "no_exit"}


def test_a_gap_of_exactly_three_hours_pairs_and_one_millisecond_more_does_not():
    assert set(pair([entry(0), exit_(180)]).pairs) == {(0, 1)}
    assert pair([entry(0), exit_(180 + 1 / 60_000)]).suspects == {0: "no_exit", 1: "no_entry"}


def test_the_same_read_delivered_three_times_counts_once():
    found = pair([entry(0), exit_(5), entry(0), entry(0)])
    assert set(found.pairs) == {(0, 1)}
    assert found.suspects == {2: "duplicate", 3: "duplicate"}


def test_faster_than_any_car_or_leaving_before_coming_is_not_one_car():
    # 10 km in 110 s is 327 km/h; entry and exit in the same millisecond have no speed at all
    assert pair([entry(0), exit_(110 / 60)]).suspects == {0: "impossible", 1: "impossible"}
    assert pair([entry(0), exit_(0)]).suspects == {0: "impossible", 1: "impossible"}


def test_an_expired_certificate_stops_the_pair():
    road = Sections.of([section(certified_until=START + timedelta(minutes=5))])
    assert pair([entry(0), exit_(5)], road).suspects == {0: "not_certified", 1: "not_certified"}
    assert set(pair([entry(0), exit_(4.99)], road).pairs) == {(0, 1)}


def test_a_clock_without_proven_time_stops_the_pair():
    lost = ((START + timedelta(minutes=4), START + timedelta(minutes=6)),)
    road = Sections.of([section(clock_lost=lost)])
    assert pair([entry(0), exit_(5)], road).suspects == {0: "clock_lost", 1: "clock_lost"}
    assert set(pair([entry(6), exit_(11)], road).pairs) == {(0, 1)}


def test_bands_are_data():
    mild = PairingParams(bands_kmh=(30,))
    assert [b for _, b in pair([entry(0), exit_(4)], params=mild).pairs.values()] == [1]


def test_the_arithmetic_shown_to_the_driver_gives_the_same_speed_and_band():
    road = Sections.of([section(tolerance_mm=50_000, clock_ms=500, certificate="KZ.L.17")])
    row = pair_passes(table([entry(0), exit_(5)]), road).pairs.to_pylist()[0]
    shown = explain(row, road)
    assert (shown.low_m_per_h, shown.band) == (row["low_m_per_h"], row["band"])
    assert shown.measured_m_per_h == 120_000
    # 9,950,000 * 3600 = 35,820,000,000 and 110 * 1000 * 300,501 = 33,055,110,000
    assert shown.proof == "9950000 mm * 3600 = 35820000000 > 33055110000 = 110 km/h * 1000 * 300501 ms"
    assert shown.certificate == "KZ.L.17"


def test_no_column_of_a_result_is_a_float():
    found = pair_passes(table([entry(0), exit_(5), exit_(300)]), ONE)
    kinds = [str(t) for t in [*found.pairs.schema.types, *found.suspects.schema.types]]
    assert not [kind for kind in kinds if "float" in kind or "double" in kind]

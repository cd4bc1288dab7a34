"""A plate read at two places that no car reaches one after the other: a copy drives, and nobody is accused.

Sections 1 and 2 lie 500 km apart. Section 3 begins 20 km after the end of section 1. All are 10 km long.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.pairing import PairingParams, Sections, pair_passes
from tartip.engines.pairing.tests.made import START, at_place, entry, exit_, section, table, verdicts

ROADS = [
    section(1, entry_place=at_place(0), exit_place=at_place(9)),
    section(2, entry_place=at_place(500), exit_place=at_place(509)),
    section(3, entry_place=at_place(29), exit_place=at_place(38)),
]
FAR = Sections.of(ROADS)
DRIVE = [entry(0), exit_(5)]
AT_ONCE = [entry(2, section=2), exit_(7, section=2)]


def pair(reads, sections=FAR, params=PairingParams()):
    return verdicts(pair_passes(table(reads), sections, params))


def test_the_same_plate_on_two_far_sections_at_once_accuses_nobody():
    found = pair([*DRIVE, *AT_ONCE])
    assert found.pairs == {}
    assert found.suspects == dict.fromkeys(range(4), "elsewhere")


def test_the_order_of_rows_does_not_matter():
    assert set(pair([*AT_ONCE, *reversed(DRIVE)]).suspects.values()) == {"elsewhere"}


def test_a_car_that_drives_on_to_the_next_section_is_one_car():
    # 20 km in 8 minutes are 150 km/h along the straight line; the limit of a journey is 160
    assert len(pair([*DRIVE, entry(13, section=3), exit_(18, section=3)]).pairs) == 2
    # in 7 minutes 171 km/h
    assert pair([*DRIVE, entry(12, section=3), exit_(17, section=3)]).pairs == {}


def test_a_single_read_far_away_spoils_the_pairs_within_an_hour():
    """One misread sign is enough for it, so the rest of the day stands."""
    later = [entry(66), exit_(71)]
    found = pair([*DRIVE, entry(5.5, section=2), *later])
    assert set(found.pairs) == {(3, 4)}
    assert found.suspects == {0: "elsewhere", 1: "elsewhere", 2: "no_exit"}


def test_two_drives_that_exclude_each_other_spoil_the_whole_day():
    day = [entry(23 * 60), exit_(23 * 60 + 5)]
    next_day = [entry(25 * 60), exit_(25 * 60 + 5)]
    found = pair([*DRIVE, *AT_ONCE, *day, *next_day])
    assert set(found.pairs) == {(6, 7)}
    assert [found.suspects[row] for row in (4, 5)] == ["elsewhere", "elsewhere"]


def test_two_separate_single_reads_far_away_spoil_the_whole_day():
    """One misread happens; two of the same plate at places it cannot be are a second car."""
    lone = [exit_(5.5, section=2), entry(400), entry(400.5, section=2)]
    quiet = [entry(700), exit_(705)]
    assert set(pair([*DRIVE, *lone[:1], *quiet]).pairs) == {(3, 4)}
    assert pair([*DRIVE, *lone, *quiet]).pairs == {}


def test_a_journey_longer_than_an_hour_is_not_judged():
    # 500 km in 61 minutes; the default judges journeys up to an hour
    found = pair([*DRIVE, entry(66, section=2), exit_(71, section=2)])
    assert len(found.pairs) == 2
    assert pair([*DRIVE, entry(64, section=2), exit_(69, section=2)]).pairs == {}
    wider = PairingParams(journey_within=timedelta(hours=3))
    assert pair([*DRIVE, entry(66, section=2), exit_(71, section=2)], params=wider).pairs == {}


def test_sections_without_places_judge_no_journeys():
    bare = Sections.of([replace(road, entry_place=None, exit_place=None) for road in ROADS])
    assert len(pair([*DRIVE, *AT_ONCE], bare).pairs) == 2


def test_a_section_without_places_does_not_hide_what_lies_around_it():
    bare = Sections.of([*ROADS, section(4)])
    found = pair([*DRIVE, entry(5.2, section=4), *[entry(6, section=2), exit_(11, section=2)]], bare)
    assert found.pairs == {}


def test_a_read_without_proven_time_proves_no_journey():
    lost = ((START, START + timedelta(minutes=10)),)
    roads = Sections.of([ROADS[0], replace(ROADS[1], clock_lost=lost)])
    found = pair([*DRIVE, *AT_ONCE], roads)
    assert set(found.pairs) == {(0, 1)}
    assert found.suspects == {2: "clock_lost", 3: "clock_lost"}


def test_clocks_that_differ_give_the_journey_more_time():
    # 20 km in 7 minutes 29 seconds are 160.4 km/h; with a minute of clock errors on either side fewer
    roads = Sections.of([replace(road, clock_ms=60_000) for road in ROADS])
    onward = [*DRIVE, entry(12, section=3), exit_(17, section=3)]
    assert pair(onward).pairs == {}
    assert len(pair(onward, roads).pairs) == 2


def test_two_reads_of_one_device_are_no_journey():
    """A car read twice within 300 ms is crowded, because which read counts is open; it is nowhere else."""
    found = pair([entry(0), entry(0.005), exit_(2 + 3)])
    assert found.suspects == dict.fromkeys(range(3), "crowded")


def test_another_plate_far_away_does_not_disturb():
    assert len(pair([*DRIVE, *(read._replace(plate=8) for read in AT_ONCE)]).pairs) == 2


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 55), st.floats(0.1, 30), st.integers(200, 5_000), st.booleans())
def test_no_pair_stands_beside_a_drive_it_excludes(gap, took, east_km, turned):
    """README: a plate at two places no car reaches one after the other accuses nobody, in any order of the rows."""
    roads = Sections.of([ROADS[0], section(2, entry_place=at_place(east_km), exit_place=at_place(east_km + 9))])
    other = [entry(5 + gap, section=2), exit_(5 + gap + took, section=2)]
    reads = [*DRIVE, *other] if turned else [*other, *DRIVE]
    if east_km - 10 > 160 / 60 * gap:  # straight line, exit of section 1 to entry of section 2
        assert pair(reads, roads).pairs == {}
    elif 0.98 * east_km < 160 / 60 * gap - 9:
        assert "elsewhere" not in pair(reads, roads).suspects.values()


@pytest.mark.parametrize("change", [{"journey_kmh": 0}, {"copied_within": timedelta(0)}, {"place_error_m": -1}])
def test_parameters_of_journeys_are_checked(change):
    from tartip.engines.errors import BadInput

    with pytest.raises(BadInput):
        PairingParams(**change)

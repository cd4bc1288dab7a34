"""Moments are compared by the time that passed, not by the wall clock; what says no time is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from tartip.engines.errors import BadInput
from tartip.engines.pairing import PairingStream, Sections, explain, pair_passes
from tartip.engines.pairing.tests.made import SECTIONS, START, section, table, verdicts
from tartip.engines.pairing.tests.reference_pairing import Read

ALMATY = ZoneInfo("Asia/Almaty")
# In the night to 1 March 2024 Almaty set its clocks back from +6 to +5: the hour from 23:00 came twice.
BEFORE = datetime(2024, 2, 29, 23, 50, tzinfo=ALMATY)  # 17:50 UTC
AFTER = datetime(2024, 2, 29, 23, 10, tzinfo=ALMATY, fold=1)  # 18:10 UTC, twenty minutes later


class Silent(tzinfo):
    """A zone that does not know how far it is from UTC."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return None


class Broken(tzinfo):
    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(days=3)


def at_utc(hour: int, minute: int) -> int:
    return int(datetime(2024, 2, 29, hour, minute, tzinfo=UTC).timestamp() * 1000)


def test_a_lost_clock_is_a_span_also_over_the_hour_that_comes_twice():
    lost = Sections.of([section(1, clock_lost=((BEFORE, AFTER),))])
    reads = [Read(7, 1, at_utc(18, 0), 0), Read(7, 1, at_utc(18, 20), 1)]
    assert set(verdicts(pair_passes(table(reads), lost)).suspects.values()) == {"clock_lost"}


@pytest.mark.parametrize("name", ["clock_lost", "certified"])
def test_a_span_that_ends_before_it_starts_is_refused_whatever_the_wall_clock_says(name):
    span = {"certified_from": AFTER, "certified_until": BEFORE} if name == "certified" else {name: ((AFTER, BEFORE),)}
    with pytest.raises(BadInput, match="must end after it starts"):
        Sections.of([section(1, **span)])


def test_limits_that_change_in_the_hour_that_comes_twice_are_in_force_in_their_order():
    """80 from 17:50 UTC on, 60 from 18:10 on; a drive from 18:30 to 18:34 has 60, in every spelling of its times."""
    own = Sections.of([section(1, limit_changes=((BEFORE, 80), (AFTER, 60)))])
    reads = [Read(7, 1, at_utc(18, 30), 0), Read(7, 1, at_utc(18, 34), 1)]  # 10 km in 4 minutes: 150 km/h, 90 above
    pairs = pair_passes(table(reads), own).pairs.to_pylist()
    assert [row["band"] for row in pairs] == [4]
    assert explain(pairs[0], own).limit_kmh == 60
    local = {name: pairs[0][name].astimezone(ALMATY) for name in ("entered_at", "exited_at")}
    assert explain(pairs[0] | local, own) == explain(pairs[0], own)
    with pytest.raises(BadInput, match="ascending"):
        Sections.of([section(1, limit_changes=((AFTER, 60), (BEFORE, 80)))])


def test_a_drive_over_the_hour_that_comes_twice_has_the_arithmetic_of_its_verdict():
    """From 17:58 to 18:02 UTC, by the wall clock from 23:58 to 23:02: four minutes have passed."""
    own = Sections.of([section(1)])
    reads = [Read(7, 1, at_utc(17, 58), 0), Read(7, 1, at_utc(18, 2), 1)]
    pair = pair_passes(table(reads), own).pairs.to_pylist()[0]
    local = {name: pair[name].astimezone(ALMATY) for name in ("entered_at", "exited_at")}
    assert explain(pair | local, own) == explain(pair, own)
    assert explain(pair | local, own).duration_ms == 240_000


@pytest.mark.parametrize("name", ["entered_at", "exited_at"])
@pytest.mark.parametrize("zone", [Silent(), Broken()])
def test_a_stored_stamp_whose_zone_does_not_know_its_offset_has_no_arithmetic(name, zone):
    own = Sections.of([section(1)])
    reads = [Read(7, 1, at_utc(17, 58), 0), Read(7, 1, at_utc(18, 2), 1)]
    pair = pair_passes(table(reads), own).pairs.to_pylist()[0]
    with pytest.raises(BadInput, match="time zone"):
        explain(pair | {name: pair[name].replace(tzinfo=zone)}, own)


def test_a_change_of_limit_within_a_millisecond_is_the_same_for_verdict_and_arithmetic():
    moment = START + timedelta(minutes=5, microseconds=500)
    own = Sections.of([section(1, limit_changes=((moment, 130),))])
    reads = [Read(7, 1, int(START.timestamp() * 1000), 0), Read(7, 1, int(START.timestamp() * 1000) + 300_000, 1)]
    pair = pair_passes(table(reads), own).pairs.to_pylist()[0]  # 120 km/h less one millisecond
    assert (pair["band"], explain(pair, own).band) == (0, 0)


@pytest.mark.parametrize("zone", [Silent(), Broken()])
def test_a_zone_that_does_not_know_its_offset_is_refused(zone):
    moment = datetime(2026, 3, 1, tzinfo=zone)
    with pytest.raises(BadInput, match="time zone"):
        PairingStream(SECTIONS).advance(moment)
    for given in ({"certified_from": moment}, {"clock_lost": ((moment, moment),)}, {"limit_changes": ((moment, 60),)}):
        with pytest.raises(BadInput, match="time zone"):
            Sections.of([section(1, **given)])


@pytest.mark.parametrize(
    "now",
    [
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_a_present_outside_of_all_reads_is_refused_and_leaves_the_stream_as_it_was(now):
    stream = PairingStream(SECTIONS)
    with pytest.raises(BadInput, match="between 1970 and 9999"):
        stream.advance(now)
    assert stream.watermark is None
    stream.advance(START)
    assert stream.watermark == START - timedelta(minutes=10)


def test_the_first_and_the_last_present_have_a_watermark():
    for now in (datetime(1970, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        stream = PairingStream(SECTIONS, lateness=timedelta(days=7))
        stream.advance(now)
        assert abs(stream.watermark - (now - timedelta(days=7))) < timedelta(milliseconds=1)

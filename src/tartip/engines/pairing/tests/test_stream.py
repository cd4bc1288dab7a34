"""The stream settles exactly what the batch finds, in whatever order the reads come in."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.pairing import PairingParams, PairingStream, Pairs, Sections, UnknownSection, pair_passes
from tartip.engines.pairing.tests.made import (
    SECTIONS,
    START,
    START_MS,
    at_place,
    entry,
    exit_,
    reads,
    section,
    table,
    verdicts,
)
from tartip.engines.pairing.tests.reference_pairing import Verdicts, reference
from tartip.simulation.generators.passes import PassParams, make_passes

MINUTE = timedelta(minutes=1)
ONE = Sections.of([section()])


def joined(parts: list[Pairs]) -> Pairs:
    return Pairs(pa.concat_tables([p.pairs for p in parts]), pa.concat_tables([p.suspects for p in parts]))


def replay(arrivals, stream: PairingStream) -> Verdicts:
    """Push reads one by one; each arrival is (read, minute of arrival)."""
    parts = [stream.push(table([read]), START + at * MINUTE).settled for read, at in arrivals]
    return verdicts(joined([*parts, stream.close()]))


@settings(max_examples=150, deadline=None)
@given(reads, st.lists(st.integers(0, 9), min_size=30, max_size=30), st.booleans())
def test_stream_and_batch_and_reference_agree(given_reads, delays, short):
    """Reads arrive up to nine minutes late, so out of order; the stream allows ten."""
    params = PairingParams(max_gap=20 * MINUTE, alone_within=10 * MINUTE) if short else PairingParams()
    arrivals = sorted(
        (((r.at - START_MS) / 60_000 + delay, r) for r, delay in zip(given_reads, delays, strict=False)),
        key=lambda pair: pair[0],
    )
    stream = PairingStream(SECTIONS, params, capacity=1)
    found = replay([(read, at) for at, read in arrivals], stream)
    in_order = [read for _, read in arrivals]
    assert found == verdicts(pair_passes(table(in_order), SECTIONS, params))
    assert found == reference(in_order, SECTIONS, params)


def test_a_made_day_streamed_in_small_pushes_equals_the_batch():
    world = make_passes(PassParams(cars=1_500, sections=6, hours=10), 4)
    passes, n = world.passes, world.passes.num_rows
    late = np.random.default_rng(1).integers(0, 400_000, n)  # up to 7 minutes on the way
    arrival = passes["at"].cast(pa.int64()).to_numpy() + late
    order = np.argsort(arrival, kind="stable")
    stream, parts, most = PairingStream(world.sections, ahead=MINUTE, capacity=1), [], 0
    minutes = arrival[order] // 60_000
    for minute in range(minutes[0], minutes[-1] + 1):
        some = order[np.searchsorted(minutes, minute) : np.searchsorted(minutes, minute + 1)]
        now = START.fromtimestamp((minute + 1) * 60, START.tzinfo)
        parts.append(stream.push(passes.take(some), now).settled)
        most = max(most, stream.live)
    found = verdicts(joined([*parts, stream.close()]))
    assert found == verdicts(pair_passes(passes.take(order), world.sections))
    assert len(found.pairs) > 3_000
    assert most < n  # old reads leave while the day goes on


def test_first_sight_comes_with_the_exit_and_the_verdict_an_hour_later():
    stream = PairingStream(ONE, lateness=0 * MINUTE)
    assert stream.push(table([entry(0)]), START).first_sight.num_rows == 0
    seen = stream.push(table([exit_(5)]), START + 5 * MINUTE)
    assert seen.first_sight["low_m_per_h"].to_pylist() == [119_999]
    assert seen.settled.pairs.num_rows == 0
    assert stream.advance(START + 65 * MINUTE).settled.pairs.num_rows == 0
    assert stream.advance(START + 66 * MINUTE).settled.pairs["low_m_per_h"].to_pylist() == [119_999]


def test_a_read_within_the_hour_spoils_what_was_seen_at_first():
    stream = PairingStream(ONE)
    stream.push(table([entry(0)]), START)
    assert stream.push(table([exit_(5)]), START + 5 * MINUTE).first_sight.num_rows == 1
    stream.push(table([exit_(40)]), START + 40 * MINUTE)
    assert verdicts(stream.close()).suspects == {0: "crowded", 1: "crowded", 2: "crowded"}


def test_an_entry_that_comes_after_its_exit_makes_the_same_pair():
    stream = PairingStream(ONE)
    assert stream.push(table([exit_(5)]), START + 5 * MINUTE).first_sight.num_rows == 0
    assert stream.push(table([entry(0)]), START + 6 * MINUTE).first_sight["exit"].to_pylist() == [0]
    assert set(verdicts(stream.close()).pairs) == {(1, 0)}


def test_a_read_that_comes_too_late_is_a_suspect_and_changes_nothing_else():
    arrivals = [(entry(0), 0), (exit_(5), 5), (exit_(4), 14 + 1 / 60), (exit_(4.5), 14.5)]
    found = replay(arrivals, PairingStream(ONE))
    # ten minutes are allowed: the third is a second too old, the fourth just in time and spoils the pair
    assert found.suspects == {0: "crowded", 1: "crowded", 2: "late", 3: "crowded"}


def test_a_device_with_a_clock_in_the_future_cannot_close_the_day_for_the_others():
    arrivals = [(entry(0), 0), (exit_(600, plate=9), 1), (exit_(5), 5)]
    found = replay(arrivals, PairingStream(ONE))
    assert found.suspects == {1: "future"}
    assert set(found.pairs) == {(0, 2)}


def test_a_read_delivered_twice_is_told_at_once():
    stream = PairingStream(ONE)
    stream.push(table([entry(0)]), START)
    assert stream.push(table([entry(0)]), START + MINUTE).settled.suspects["reason"].to_pylist() == ["duplicate"]
    assert verdicts(stream.close()).suspects == {0: "no_exit"}


def test_after_days_of_silence_everything_is_settled_and_nothing_is_held():
    stream = PairingStream(ONE)
    stream.push(table([entry(0), exit_(5), entry(6, plate=8)]), START + 6 * MINUTE)
    settled = stream.advance(START + timedelta(days=9)).settled
    assert set(verdicts(settled).pairs) == {(0, 1)}
    assert verdicts(settled).suspects == {2: "no_exit"}
    assert stream.live == 0
    assert stream.push(table([entry(60 * 24 * 9)]), START + timedelta(days=9)).settled.suspects.num_rows == 0
    assert verdicts(stream.close()).suspects == {3: "no_exit"}


def test_a_push_that_is_refused_leaves_no_trace():
    stream = PairingStream(ONE)
    with pytest.raises(UnknownSection, match="row 1: 5 is not among"):
        stream.push(table([entry(0), entry(0, section=5)]), START)
    assert stream.live == 0
    stream.push(table([entry(0)]), START)
    assert verdicts(stream.close()).suspects == {0: "no_exit"}


def test_time_without_zone_or_running_backwards_is_refused():
    stream = PairingStream(ONE)
    with pytest.raises(BadInput, match="time zone"):
        stream.advance(START.replace(tzinfo=None))
    stream.advance(START)
    with pytest.raises(BadInput, match="must not be before the last push"):
        stream.advance(START - MINUTE)


def test_a_closed_stream_has_told_every_read_once():
    stream = PairingStream(ONE)
    stream.push(table([entry(0), exit_(5)]), START + 5 * MINUTE)
    assert len(verdicts(stream.close()).pairs) == 1
    assert stream.close().pairs.num_rows == 0
    with pytest.raises(BadInput, match="the stream is closed"):
        stream.advance(START + timedelta(days=1))


def far_away(minute: float, side: int):
    read = entry(minute) if side == 0 else exit_(minute)
    return read._replace(section=2)


FAR = Sections.of(
    [
        section(1, entry_place=at_place(0), exit_place=at_place(9)),
        section(2, entry_place=at_place(500), exit_place=at_place(509)),
    ]
)


def test_a_read_far_away_spoils_what_was_seen_at_first():
    stream = PairingStream(FAR)
    seen = stream.push(table([entry(0), exit_(5)]), START + 5 * MINUTE).first_sight
    assert seen.num_rows == 1
    assert stream.push(table([far_away(20, 0), far_away(25, 1)]), START + 25 * MINUTE).first_sight.num_rows == 0
    assert verdicts(stream.close()).suspects == dict.fromkeys(range(4), "elsewhere")


def test_with_places_a_pair_settles_when_no_second_car_can_show_any_more():
    """3 hours for the exit of the other drive, 1 for the journey, 24 for its reach, 10 minutes of lateness."""
    stream = PairingStream(FAR)
    assert stream.wait == timedelta(hours=28, minutes=10, milliseconds=250)
    stream.push(table([entry(0), exit_(5)]), START + 5 * MINUTE)
    assert stream.advance(START + 5 * MINUTE + timedelta(hours=28, minutes=10)).settled.pairs.num_rows == 0
    assert stream.advance(START + 5 * MINUTE + stream.wait).settled.pairs.num_rows == 1
    assert PairingStream(ONE).wait == timedelta(hours=1, minutes=10, milliseconds=250)


def test_two_drives_a_day_later_still_spoil_a_pair_that_has_not_settled():
    day = 24 * 60
    other = [entry(day), far_away(day + 2, 0), exit_(day + 5), far_away(day + 7, 1)]
    arrivals = [(entry(0), 0), (exit_(5), 5), *((read, day + 8) for read in other)]
    stream = PairingStream(FAR)
    found = replay(arrivals, stream)
    assert found == reference([read for read, _ in arrivals], FAR, PairingParams())
    assert set(found.suspects.values()) == {"elsewhere"}


def test_one_push_with_very_many_reads_of_one_plate_judges_the_plate_once():
    """A device that reads its own frame as a plate: 60,000 reads of one plate; judged one by one this never ends."""
    flood = [entry(k / 600) for k in range(60_000)]
    stream = PairingStream(FAR, lateness=timedelta(days=1))
    stream.push(table(flood), START + timedelta(hours=2))
    assert verdicts(stream.close()).suspects == dict.fromkeys(range(60_000), "crowded")


def as_time_goes_by(reads) -> None:
    """Each read arrives at its own time, with a read of another plate every hour, for three days in all."""
    ticking = [entry(60 * hour, plate=8) for hour in range(72)]
    arrivals = sorted(((read, (read.at - START_MS) / 60_000) for read in [*reads, *ticking]), key=lambda a: a[1])
    found = replay(arrivals, PairingStream(FAR))
    assert found == reference([read for read, _ in arrivals], FAR, PairingParams())
    assert not found.pairs


def test_two_drives_a_day_before_are_still_held_when_a_pair_settles():
    day = 23 * 60
    as_time_goes_by([entry(1), far_away(3, 0), exit_(6), far_away(8, 1), entry(day), exit_(day + 5)])


def test_the_end_of_a_drive_hours_later_still_makes_its_beginning_a_proof():
    """A day after the pair two entries exclude each other; that both are drives shows only with exits hours on."""
    day = 24 * 60
    other = [entry(day + 2), far_away(day + 4, 0), exit_(day + 172), far_away(day + 174, 1)]
    as_time_goes_by([entry(1), exit_(6), *other])

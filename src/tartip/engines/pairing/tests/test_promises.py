"""The sentences of the README that speak about any input, each held by a property."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st

from tartip.engines.pairing import Sections, explain, pair_passes
from tartip.engines.pairing.tests.made import SECTIONS, START, START_MS, params, reads, section, table, verdicts
from tartip.engines.pairing.tests.reference_pairing import Read


@settings(max_examples=80, deadline=None)
@given(reads, params)
def test_every_read_is_in_one_pair_or_a_suspect_with_one_reason(given_reads, given_params):
    """Every read is in one pair or is a suspect with one reason; no read is used twice."""
    found = verdicts(pair_passes(table(given_reads), SECTIONS, given_params))
    used = Counter([*(row for pair in found.pairs for row in pair), *found.suspects])
    assert used == Counter(range(len(given_reads)))
    assert "paired" not in found.suspects.values()


@settings(max_examples=80, deadline=None)
@given(reads, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_but_which_of_two_equal_reads_counts(given_reads, random):
    """Table, Parquet and stream give the same verdicts, in any order of the rows."""
    shuffled = given_reads.copy()
    random.shuffle(shuffled)

    def judged(some: list[Read]) -> Counter:
        found = verdicts(pair_passes(table(some), SECTIONS))
        pairs = [(some[i], some[j], value) for (i, j), value in found.pairs.items()]
        return Counter([*pairs, *((some[i], reason) for i, reason in found.suspects.items())])

    assert judged(given_reads) == judged(shuffled)


@settings(max_examples=80, deadline=None)
@given(reads, st.integers(0, 3), st.booleans())
def test_one_more_read_of_a_plate_never_clears_a_doubt_it_did_not_resolve(given_reads, at, far):
    """No pair is made of reads that any other read of the plate puts in doubt: a read within the hour spoils a pair."""
    found = verdicts(pair_passes(table(given_reads), SECTIONS))
    for i, j in found.pairs:
        between = Read(*given_reads[i][:2], (given_reads[i].at + given_reads[j].at) // 2, at % 2)
        if between in given_reads:
            continue
        after = verdicts(pair_passes(table([*given_reads, between]), SECTIONS))
        assert (i, j) not in after.pairs


@settings(max_examples=120, deadline=None)
@given(
    length=st.integers(1_000_000, 60_000_000),
    wrong=st.floats(-1, 1),
    tolerance=st.integers(0, 500_000),
    took=st.integers(30_000, 3_600_000),
    errors=st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    clock=st.integers(0, 60_000),
)
def test_the_proven_speed_is_never_above_the_true_one(length, wrong, tolerance, took, errors, clock):
    """The proven speed is never above the true one while certificate, tolerance and clock bounds hold.

    The true length lies anywhere within the tolerance, each clock errs by up to half of the bound, stamps are cut.
    """
    road = section(length_mm=length, tolerance_mm=min(tolerance, length - 1), clock_ms=clock)
    true_mm = length + wrong * road.tolerance_mm
    stamps = [START_MS + int(clock + errors[0] * clock), START_MS + int(clock + took + errors[1] * clock)]
    passes = table([Read(7, 1, stamps[0], 0), Read(7, 1, stamps[1], 1)])
    for pair in pair_passes(passes, Sections.of([road])).pairs.to_pylist():
        assert pair["low_m_per_h"] <= true_mm * 3600 / took * (1 + 1e-12)


moments = st.integers(0, 600).map(lambda m: START + timedelta(minutes=m))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(moments, st.integers(30, 140)), max_size=4, unique_by=lambda change: change[0]),
    moments,
    st.integers(2, 170),
)
def test_the_limit_of_a_pair_is_the_highest_in_force_on_the_way(changes, entered, minutes):
    """If the limit changed during the drive, the highest one counts; `explain` says the same."""
    road = Sections.of([section(limit_kmh=50, limit_changes=tuple(sorted(changes)))])
    begin, end = START_MS + (entered - START) // timedelta(milliseconds=1), minutes * 60_000
    found = pair_passes(table([Read(7, 1, begin, 0), Read(7, 1, begin + end, 1)]), road)
    timeline = dict.fromkeys(range(-1, 1000), 50)
    for since, limit in sorted(changes):
        timeline |= dict.fromkeys(range((since - START) // timedelta(minutes=1), 1000), limit)
    first = (entered - START) // timedelta(minutes=1)
    highest = max(timeline[minute] for minute in range(first, first + minutes + 1))
    for pair in found.pairs.to_pylist():
        shown = explain(pair, road)
        assert shown.limit_kmh == highest
        assert shown.band == pair["band"] == sum(600 / minutes > highest + edge + 0.01 for edge in (10, 20, 40, 60))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**63), 0), st.integers(0, 400), st.integers(0, 1)), max_size=8))
def test_reads_without_a_plate_are_never_a_pair(some):
    """Flagged: NO_PLATE for codes of zero and below, however often they come."""
    passes = table([Read(plate, 1, START_MS + minute * 60_000, side) for plate, minute, side in some])
    found = verdicts(pair_passes(passes, SECTIONS))
    assert found.suspects == dict.fromkeys(range(len(some)), "no_plate")


def test_wild_times_of_a_plate_change_nothing_for_its_other_drives():
    """A device whose clock says 1970 or 9999 spoils no pair of the day."""
    ends_of_time = [datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
    wild = [Read(7, s, int(t.timestamp() * 1000), side) for t in ends_of_time for s in (1, 2) for side in (0, 1)]
    drive = [Read(7, 1, START_MS, 0), Read(7, 1, START_MS + 300_000, 1)]
    assert (0, 1) in verdicts(pair_passes(table([*drive, *wild]), SECTIONS)).pairs

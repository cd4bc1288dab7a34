"""The compiled batch against the slow reference, and on sizes where buckets and threads matter."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from tartip.engines.pairing import PASSES, PairingParams, Sections, pair_passes
from tartip.engines.pairing.tests.made import SECTIONS, START_MS, params, reads, section, table, verdicts
from tartip.engines.pairing.tests.reference_pairing import Read, reference


@settings(max_examples=150, deadline=None)
@given(reads, params)
def test_the_batch_gives_the_verdicts_of_the_reference(given_reads, given_params):
    found = verdicts(pair_passes(table(given_reads), SECTIONS, given_params))
    assert found == reference(given_reads, SECTIONS, given_params)


def many(n: int, plates: int, seed: int = 1) -> pa.Table:
    rng = np.random.default_rng(seed)
    columns = [
        rng.integers(1, plates + 1, n),
        rng.integers(1, 3, n).astype(np.int32),
        pa.array(START_MS + rng.integers(0, 86_400_000, n) // 1000 * 1000).view(PASSES.field("at").type),
        rng.integers(0, 2, n).astype(np.int8),
    ]
    return pa.table(columns, names=PASSES.names)


@pytest.mark.parametrize("plates", [1, 40, 60_000])
def test_every_read_is_in_exactly_one_place(plates):
    """From one plate read 120,000 times to mostly lonely reads; three threads of unequal work."""
    passes = many(120_000, plates)
    found = pair_passes(passes, Sections.of([section(1), section(2)]), threads=3)
    rows = np.concatenate([found.pairs["entry"], found.pairs["exit"], found.suspects["read"]])
    assert sorted(rows.tolist()) == list(range(passes.num_rows))


def test_the_number_of_threads_changes_nothing():
    passes, road = many(150_000, 50_000), Sections.of([section(1), section(2)])
    one, three = (pair_passes(passes, road, threads=t) for t in (1, 3))
    assert one.pairs.num_rows > 1000
    assert one.pairs.equals(three.pairs)
    assert one.suspects.equals(three.suspects)


def test_the_size_of_the_parts_changes_nothing(monkeypatch):
    passes, road = many(150_000, 50_000), Sections.of([section(1), section(2)])
    one = verdicts(pair_passes(passes, road))
    monkeypatch.setattr("tartip.engines.pairing.batch.PART", 100)
    assert verdicts(pair_passes(passes, road)) == one


@pytest.mark.parametrize("plates", [range(7, 8), range(7, 12)])
def test_many_reads_of_one_plate_get_the_verdicts_of_the_reference(plates):
    """Above 48 reads of a plate the order comes from another sort; ties in time between the sections included."""
    rng = np.random.default_rng(len(plates))
    some = [
        Read(int(rng.choice(plates)), int(section), START_MS + int(minute) * 60_000, int(side))
        for section, minute, side in rng.integers([1, 0, 0], [3, 6_000, 2], (300, 3))
    ]
    assert verdicts(pair_passes(table(some), SECTIONS)) == reference(some, SECTIONS, PairingParams())


def test_a_large_group_is_ordered_like_a_small_one():
    """A group above 48 reads is sorted by another method; hourly entries with exits 5 minutes later are all crowded."""
    rounds = [(START_MS + k * 3_600_000 * 2, k) for k in range(60)]
    given_reads = [Read(1, 1, at, 0) for at, _ in rounds] + [Read(1, 1, at + 300_000, 1) for at, _ in rounds]
    found = verdicts(pair_passes(table(given_reads), Sections.of([section(1)])))
    # two hours apart, five minutes long: 115 minutes of quiet on either side, so every round is a pair
    assert found.pairs == {(k, 60 + k): (119_999, 1) for k in range(60)}


def test_an_empty_table_gives_empty_tables():
    found = pair_passes(PASSES.empty_table(), SECTIONS)
    assert (found.pairs.num_rows, found.suspects.num_rows) == (0, 0)


def test_a_table_in_many_pieces_equals_the_table_in_one():
    passes = many(5_000, 500)
    pieces = pa.concat_tables([passes.slice(k, 700) for k in range(0, 5_000, 700)])
    assert pair_passes(pieces, SECTIONS).pairs.equals(pair_passes(passes, SECTIONS).pairs)

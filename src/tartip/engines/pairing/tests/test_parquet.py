"""Files of any size in bounded memory: the same verdicts as the table held whole."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.pairing import PASSES, BadPasses, Pairs, UnknownSection, pair_parquet, pair_passes
from tartip.engines.pairing.tests.made import SECTIONS, entry, exit_, reads, table, verdicts
from tartip.engines.pairing.tests.test_batch import many


def joined(blocks) -> Pairs:
    blocks = list(blocks)
    return Pairs(pa.concat_tables([b.pairs for b in blocks]), pa.concat_tables([b.suspects for b in blocks]))


@settings(max_examples=25, deadline=None)
@given(reads, st.integers(1, 8))
def test_blocks_of_files_together_equal_the_batch(tmp_path_factory, given_reads, block):
    folder = tmp_path_factory.mktemp("passes")
    whole = table(given_reads)
    cut = len(given_reads) // 3
    pq.write_table(whole.slice(0, cut), folder / "a.parquet")
    pq.write_table(whole.slice(cut), folder / "b.parquet", row_group_size=4)
    blocks = list(pair_parquet([folder / "a.parquet", folder / "b.parquet"], SECTIONS, folder=folder, block=block))
    assert verdicts(joined(blocks)) == verdicts(pair_passes(whole, SECTIONS))
    assert sorted(p.name for p in folder.iterdir()) == ["a.parquet", "b.parquet"]


def test_many_blocks_equal_one_table(tmp_path):
    passes = many(60_000, 9_000)
    pq.write_table(passes, tmp_path / "day.parquet", row_group_size=7_000)
    blocks = list(pair_parquet([tmp_path / "day.parquet"], SECTIONS, folder=tmp_path, block=5_000))
    assert len(blocks) == 16  # 60,000 // 5,000 = 12 -> 2^4
    assert verdicts(joined(blocks)) == verdicts(pair_passes(passes, SECTIONS))


def test_working_files_go_away_when_the_reader_stops_early(tmp_path):
    pq.write_table(many(20_000, 3_000), tmp_path / "day.parquet")
    blocks = pair_parquet([tmp_path / "day.parquet"], SECTIONS, folder=tmp_path, block=2_000)
    next(blocks)
    blocks.close()
    assert [p.name for p in tmp_path.iterdir()] == ["day.parquet"]


def test_no_file_gives_no_reads():
    assert joined(pair_parquet([], SECTIONS)).suspects.num_rows == 0


def test_a_file_that_is_not_parquet_is_named(tmp_path):
    (tmp_path / "day.parquet").write_bytes(b"plate,section\n1,2\n")
    with pytest.raises(BadPasses, match=r"day\.parquet: is not readable Parquet"):
        list(pair_parquet([tmp_path / "day.parquet"], SECTIONS))


def test_a_cut_or_damaged_file_is_an_error_and_never_a_wrong_answer(tmp_path):
    pq.write_table(many(20_000, 3_000), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadPasses, match=r"cut\.parquet"):
        list(pair_parquet([tmp_path / "cut.parquet"], SECTIONS))


def test_a_shifted_column_is_refused_with_the_name_of_its_file(tmp_path):
    shifted = table([entry(0), exit_(5)]).rename_columns(["section", "plate", "at", "side"])
    pq.write_table(shifted, tmp_path / "day.parquet")
    with pytest.raises(BadPasses, match=r"plate at .*day\.parquet: must be int64, is int32"):
        list(pair_parquet([tmp_path / "day.parquet"], SECTIONS))


def test_a_bad_value_is_named_by_its_row_across_files(tmp_path):
    pq.write_table(table([entry(0), exit_(5)]), tmp_path / "a.parquet")
    nulls = pa.table([pa.array([1, None], pa.int64()), *table([entry(0), exit_(5)]).columns[1:]], schema=PASSES)
    pq.write_table(nulls, tmp_path / "b.parquet")
    with pytest.raises(BadInput, match="plate at row 3: must not be null"):
        list(pair_parquet([tmp_path / "a.parquet", tmp_path / "b.parquet"], SECTIONS, block=1))


def test_an_unknown_section_is_named_by_its_row_across_files(tmp_path):
    pq.write_table(table([entry(0), exit_(5)]), tmp_path / "a.parquet")
    pq.write_table(table([entry(0, section=5)]), tmp_path / "b.parquet")
    with pytest.raises(UnknownSection, match="row 2: 5 is not among"):
        list(pair_parquet([tmp_path / "a.parquet", tmp_path / "b.parquet"], SECTIONS, block=1))

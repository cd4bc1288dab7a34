from __future__ import annotations

import json
import uuid
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.months import AlreadySealed, NotSealed, OutsideMonth, SealedMonths, audit, seal_month, seal_months
from tartip.engines.months.parquet import read_parquet
from tartip.engines.months.tests import reference
from tartip.engines.months.tests.made import (
    CASES,
    FEBRUARY,
    JANUARY,
    PAPERS,
    case,
    cases,
    declared,
    many_cases,
)

PAPER = st.fixed_dictionaries(
    {
        "id": st.uuids().map(lambda u: u.bytes),
        "version": st.integers(1, 300),
        "date": st.dates(JANUARY.first, JANUARY.last),
        "territory": st.sampled_from([100_000_000, 799_999_999]),
        "kind": st.integers(0, 9),
        "sum": st.none() | st.integers(-(2**63), 2**63 - 1),
        "decided": st.none() | st.dates(),
        "state": st.sampled_from(["ашық", "closed"]),
        "note": st.none() | st.text(max_size=5),
        "parent": st.none() | st.just(bytes(range(16))),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(PAPER, max_size=12, unique_by=lambda row: row["id"]))
def test_the_root_is_that_of_the_slow_reference_whatever_the_rows(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("m")
    manifest = seal_month(pa.Table.from_pylist(rows, schema=declared(PAPERS)), PAPERS, JANUARY, folder)
    assert manifest.root == reference.root([row | {"withdrawn": 0} for row in rows], PAPERS)
    assert read_parquet(folder, manifest).drop(["withdrawn"]).to_pylist() == sorted(rows, key=lambda row: row["id"])
    assert manifest.sums["sum"] == sum(row["sum"] or 0 for row in rows)


def test_the_root_is_that_of_the_slow_reference_over_several_blocks(tmp_path):
    # 2,500 rows are blocks of 1,024, 1,024 and 452: a tree that is not complete.
    table = many_cases(2500)
    manifest = seal_month(table, CASES, JANUARY, tmp_path)
    assert manifest.root == reference.root([row | {"withdrawn": 0} for row in table.to_pylist()], CASES)


def test_the_order_of_the_input_changes_nothing(tmp_path):
    table = many_cases(3000)
    shuffled = table.take(list(range(2999, -1, -1))).select(list(reversed(table.column_names)))
    chunked = pa.concat_tables([table.slice(0, 1000), table.slice(1000)])
    one, two, three = (
        seal_month(records, CASES, JANUARY, tmp_path / str(n)) for n, records in enumerate([table, shuffled, chunked])
    )
    assert one == two == three
    assert (tmp_path / "0" / one.file).read_bytes() == (tmp_path / "1" / two.file).read_bytes()


def test_a_reader_of_batches_is_sealed_like_a_table(tmp_path):
    table = many_cases(3000)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=700))
    assert seal_month(reader, CASES, JANUARY, tmp_path / "a") == seal_month(table, CASES, JANUARY, tmp_path / "b")


def test_an_empty_month_is_sealed_too(tmp_path):
    manifest = seal_month(cases(), CASES, JANUARY, tmp_path)
    # SHA-256 of nothing is the root of a tree without leaves.
    assert manifest.root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert manifest.rows == 0
    assert {step.outcome for step in audit(tmp_path, "cases")} == {"ok"}


def test_a_sealed_month_never_changes(tmp_path):
    manifest = seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    with pytest.raises(AlreadySealed, match="cases-2025-01"):
        seal_month(cases(case(2)), CASES, JANUARY, tmp_path)
    assert SealedMonths.read(tmp_path, "cases").manifests == (manifest,)
    assert not (tmp_path / manifest.file).stat().st_mode & 0o222


def test_supplements_follow_one_another(tmp_path):
    with pytest.raises(NotSealed, match="cases-2025-01 is not sealed"):
        seal_month(cases(case(1)), CASES, JANUARY, tmp_path, supplement=1)
    seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    with pytest.raises(NotSealed, match="cases-2025-01-s01 is not sealed"):
        seal_month(cases(case(1)), CASES, JANUARY, tmp_path, supplement=2)
    assert not list(tmp_path.glob("*s0*"))


def test_manifests_of_a_register_are_a_chain(tmp_path):
    first = seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    second = seal_month(cases(case(2, date(2025, 2, 1))), CASES, FEBRUARY, tmp_path)
    third = seal_month(cases(case(3)), CASES, JANUARY, tmp_path, supplement=1)
    assert [m.number for m in (first, second, third)] == [0, 1, 2]
    assert [m.previous for m in (first, second, third)] == [None, first.sha256, second.sha256]
    assert {step.outcome for step in audit(tmp_path, "cases")} == {"ok"}


def test_registers_share_a_folder_without_touching(tmp_path):
    seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    paper = {"id": uuid.UUID(int=5).bytes, "version": 1, "date": JANUARY.first, "territory": 100_000_000, "kind": 1}
    papers = pa.Table.from_pylist([paper | {"state": "x"}], schema=declared(PAPERS))
    assert seal_month(papers, PAPERS, JANUARY, tmp_path).previous is None
    assert len(SealedMonths.read(tmp_path, "cases").manifests) == 1


def test_the_manifest_file_is_canonical_json_of_the_manifest(tmp_path):
    manifest = seal_month(cases(case(1), case(2)), CASES, JANUARY, tmp_path)
    text = (tmp_path / "cases-2025-01.manifest.json").read_bytes()
    # RFC 8785: keys sorted, no blank; here the same as Python's own compact form since all is ASCII.
    assert text == json.dumps(manifest.as_json(), sort_keys=True, separators=(",", ":")).encode()


def test_months_sealed_two_at_a_time_are_those_sealed_one_by_one(tmp_path):
    parts = [(JANUARY.plus(n), many_cases(400, n, JANUARY.plus(n))) for n in range(5)]
    together = seal_months(parts, CASES, tmp_path / "a", workers=2)
    alone = [seal_month(records, CASES, month, tmp_path / "b") for month, records in parts]
    assert together == alone


def test_an_error_in_a_later_month_leaves_the_earlier_ones_and_nothing_else(tmp_path):
    parts = [(JANUARY, cases(case(1))), (FEBRUARY, cases(case(2))), (FEBRUARY.plus(1), cases())]
    with pytest.raises(OutsideMonth, match="is not in 2025-02"):
        seal_months(parts, CASES, tmp_path)
    assert sorted(p.name for p in tmp_path.glob("[!.]*")) == ["cases-2025-01.manifest.json", "cases-2025-01.parquet"]
    assert not list(tmp_path.glob(".sealing-*"))

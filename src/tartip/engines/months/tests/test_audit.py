from __future__ import annotations

import json
import os

import polars as pl
import pytest

from tartip.engines.merkle import canonical_json
from tartip.engines.months import BadManifest, FileChanged, Manifest, SealedMonths, audit, seal_month
from tartip.engines.months.tests.made import CASES, FEBRUARY, JANUARY, many_cases


@pytest.fixture
def folder(tmp_path):
    seal_month(many_cases(3000), CASES, JANUARY, tmp_path)
    seal_month(many_cases(3000, 2, FEBRUARY), CASES, FEBRUARY, tmp_path)
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    return tmp_path


def failed(folder, **options):
    """Codes of the failed steps, of a file its name."""
    steps = [step for step in audit(folder, "cases", **options) if step.outcome == "failed"]
    return [step.fields["name"] if step.code == "file" else step.code for step in steps]


def test_what_was_sealed_passes(folder):
    assert [step.code for step in audit(folder, "cases")] == ["found", "chain", "file", "file"]
    assert failed(folder) == []
    texts = [step.sentence(language) for step in audit(folder, "cases") for language in ("kk", "ru", "en")]
    assert len(set(texts)) == 12


def test_a_folder_without_sealed_files_is_no_proof(tmp_path):
    assert failed(tmp_path) == ["found"]


@pytest.mark.parametrize("at", [0, 100, -100])
def test_one_changed_byte_is_found_and_the_file_named(folder, at):
    path = folder / "cases-2025-02.parquet"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert failed(folder, rows=False) == ["cases-2025-02.parquet"]
    with pytest.raises(FileChanged, match=r"cases-2025-02\.parquet: SHA-256 is"):
        SealedMonths.read(folder, "cases").check()


def test_a_missing_and_a_cut_file_are_named(folder):
    (folder / "cases-2025-01.parquet").unlink()
    path = folder / "cases-2025-02.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert failed(folder) == ["cases-2025-01.parquet", "cases-2025-02.parquet"]


def test_a_manifest_taken_out_breaks_the_chain(folder):
    seal_month(many_cases(10, 3, FEBRUARY.plus(1)), CASES, FEBRUARY.plus(1), folder)
    (folder / "cases-2025-02.manifest.json").unlink()
    assert failed(folder) == ["chain"]


def test_the_root_does_not_depend_on_who_wrote_the_parquet_file(folder):
    """Another program writes the same rows: other bytes, so the file hash fails, but the same root."""
    path = folder / "cases-2025-01.parquet"
    sealed = SealedMonths.read(folder, "cases").manifests[0]
    pl.read_parquet(path).write_parquet(path)
    forged = sealed.as_json() | {"file_bytes": path.stat().st_size, "file_sha256": sha256_of(path)}
    assert forged["file_sha256"] != sealed.file_sha256
    (folder / "cases-2025-01.manifest.json").write_bytes(canonical_json(forged))
    (folder / "cases-2025-02.manifest.json").unlink()
    assert failed(folder) == []


def test_other_rows_under_a_fitting_file_hash_are_found_by_the_root(folder):
    path = folder / "cases-2025-01.parquet"
    sealed = SealedMonths.read(folder, "cases").manifests[0]
    # Two rows exchange their articles: the sums stay, the root does not.
    table = pl.read_parquet(path)
    table.with_columns(pl.col("article").sort()).write_parquet(path)
    forged = sealed.as_json() | {"file_bytes": path.stat().st_size, "file_sha256": sha256_of(path)}
    (folder / "cases-2025-01.manifest.json").write_bytes(canonical_json(forged))
    (folder / "cases-2025-02.manifest.json").unlink()
    (step,) = [step for step in audit(folder, "cases") if step.outcome == "failed"]
    assert step.detail == "cases-2025-01.parquet: the root of the rows is not the sealed one"


@pytest.mark.parametrize(
    "change",
    [
        {"month": "2025-02"},
        {"rows": -1},
        {"rows": True},
        {"root": "00"},
        {"supplement": "../../x"},
        {"register": "other"},
        {"file": "/etc/passwd"},
        {"block_rows": 512},
        {"more": 1},
        {"schema_sha256": "0" * 64},
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(folder, change):
    path = folder / "cases-2025-01.manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BadManifest):
        SealedMonths.read(folder, "cases")
    assert failed(folder) == ["found"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format":"tartip-month/1"}', "\xff"])
def test_a_manifest_that_is_none_is_refused(folder, text):
    (folder / "cases-2025-01.manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadManifest, match=r"cases-2025-01|manifest"):
        SealedMonths.read(folder, "cases")


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path), os.mkdir])
def test_a_manifest_that_is_no_file_is_refused_and_not_waited_for(folder, make):
    path = folder / "cases-2025-01.manifest.json"
    path.unlink()
    make(path)
    with pytest.raises(BadManifest, match=r"no file"):
        SealedMonths.read(folder, "cases")


def test_a_manifest_reads_back_as_it_was(folder):
    for manifest in SealedMonths.read(folder, "cases").manifests:
        assert Manifest.from_json(manifest.as_json()) == manifest


def sha256_of(path):
    from hashlib import sha256

    return sha256(path.read_bytes()).hexdigest()


def test_a_file_with_rows_of_another_month_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("tartip.engines.months.canonical.check_dates", lambda *_: None)
    seal_month(many_cases(10, 3, FEBRUARY), CASES, JANUARY, tmp_path)
    monkeypatch.undo()
    assert failed(tmp_path) == ["cases-2025-01.parquet"]

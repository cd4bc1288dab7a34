from __future__ import annotations

import json
import shutil
import subprocess
import sys
from base64 import b64encode

import pytest

from tartip.engines.figures import (
    EVERYWHERE,
    BadReceipt,
    FigureReceipt,
    Period,
    QueryFailed,
    Territory,
    _,
    compute_figure,
    verify_figure,
)
from tartip.engines.figures.duck import ask_untrusted
from tartip.engines.figures.tests.made import AUEZOV, FEBRUARY, JANUARY, MONTHS, indicator, row, seal, table
from tartip.engines.merkle import (
    Checkpoint,
    SigningKey,
    canonical_json,
    entry_leaf,
    inclusion_proof,
    payload_hash,
    sign_checkpoint,
    tiles_after,
)
from tartip.engines.months import Month, SealedMonths, seal_month
from tartip.verify import verify_file

BOTH = Period.of_months(JANUARY, FEBRUARY)
MASS = indicator(_.mass_mg.sum(), _.state.isin(["seized", "confirmed"]))
LOG = SigningKey("tartip.example/log", b"\x01" * 32)


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    return seal(tmp_path_factory.mktemp("master"), MONTHS)


@pytest.fixture(scope="module")
def receipt(master):
    return FigureReceipt(compute_figure(MASS, EVERYWHERE, BOTH, master, recount=True))


@pytest.fixture
def sealed(master, tmp_path):
    """A copy of the sealed files that a test may spoil."""
    return SealedMonths.read(shutil.copytree(master.folder, tmp_path / "months"), "seizures")


def failed(receipt, folder):
    return [(step.code, step.detail) for step in verify_figure(receipt, folder) if step.outcome == "failed"]


def forged(receipt, **fields):
    return canonical_json({**receipt.as_json(), **fields})


def test_a_true_receipt_holds_from_the_files_alone(receipt, sealed):
    # 1000 + 500 + 7 in January, 40 + 1000 in February.
    assert receipt.figure.value == 2547
    steps = verify_figure(receipt.data, sealed.folder)
    assert [(s.code, s.outcome) for s in steps] == [
        *(("months", "ok"), ("files", "ok"), ("query", "ok"), ("definition", "ok"), ("journal", "skipped"))
    ]
    assert steps[2].sentence("ru").endswith("дал 2547.")
    assert steps[2].sentence("kk") != steps[2].sentence("en")


def test_a_receipt_reads_back_as_it_was(receipt):
    assert FigureReceipt.read(receipt.data) == receipt
    assert FigureReceipt.read(receipt.data).sha256 == receipt.sha256


def test_the_command_finds_the_files_beside_the_receipt(receipt, sealed, tmp_path):
    path = sealed.folder / "figure.json"
    path.write_bytes(receipt.data)
    verdict = verify_file(path)
    assert verdict.ok
    assert verdict.exit_code == 0
    lonely = tmp_path / "elsewhere" / "figure.json"
    lonely.parent.mkdir()
    lonely.write_bytes(receipt.data)
    assert verify_file(lonely).exit_code == 1
    lonely.write_bytes(forged(receipt, value="2547"))
    assert verify_file(lonely).exit_code == 2


@pytest.mark.parametrize("name", ["seizures-2025-01.parquet", "seizures-2025-01-s01.parquet"])
def test_a_tampered_byte_fails_and_the_file_is_named(receipt, sealed, name):
    path = sealed.folder / name
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)
    ((code, detail),) = failed(receipt, sealed.folder)
    assert code == "files"
    assert detail.startswith(name)


def test_a_missing_file_is_named(receipt, sealed):
    (sealed.folder / "seizures-2025-02.parquet").unlink()
    assert failed(receipt, sealed.folder)[0][1].startswith("seizures-2025-02.parquet: cannot be read")


def test_another_value_fails_twice(receipt, sealed):
    wrong = forged(receipt, value=2548)
    assert [code for code, _detail in failed(wrong, sealed.folder)] == ["query", "definition"]


def test_a_query_that_says_something_else_than_the_definition_is_found(receipt, sealed):
    # The forger changes the figure and gives a query that answers just that.
    wrong = forged(receipt, value=9, sql="SELECT 9 FROM (SELECT count(*) FROM records)")
    ((code, detail),) = failed(wrong, sealed.folder)
    assert code == "definition"
    assert detail.startswith("2547: SELECT coalesce(sum")


def test_a_definition_with_another_hash_is_no_receipt(receipt, sealed):
    changed = {**MASS.as_json(), "where": "_.state.isin(['seized'])"}
    with pytest.raises(BadReceipt, match="indicator_sha256"):
        verify_figure(forged(receipt, indicator=changed), sealed.folder)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DROP VIEW records",
        "COPY (SELECT 1) TO '/tmp/tartip-forged.csv'",
        "SELECT count(*) FROM read_csv('/etc/passwd')",
        "SELECT count(*) FROM read_text('/etc/hostname')",
        "SELECT length(content) FROM read_text(getenv('HOME') || '/.profile')",
        "ATTACH '/tmp/tartip-forged.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "SELECT * FROM receipt",
        "SELECT 'x'",
        "SELECT 1.5",
        "SELECT 1, 2",
        "SELECT 1 WHERE false",
        "SELECT unnest([1, 2])",
        "SELECT NULL",
        "nonsense",
        "",
    ],
)
def test_a_foreign_query_can_do_nothing_but_read_the_files(receipt, sealed, sql):
    assert [code for code, _detail in failed(forged(receipt, sql=sql), sealed.folder)] == ["query"]
    assert not list(sealed.folder.parent.glob("tartip-forged*"))


def test_a_query_that_does_not_end_is_ended():
    endless = "SELECT count(*) FROM range(1000000000000) AS r(n) WHERE n % 7 = 3"
    with pytest.raises(QueryFailed, match=r"[Ii]nterrupt"):
        ask_untrusted("SELECT 1 AS id", endless, [], "x", seconds=0.2)


def test_other_records_than_the_rule_reads_are_refused(receipt, sealed):
    records = receipt.figure.records.replace('r."version"', 'r."kind"')
    ((code, detail),) = failed(forged(receipt, records=records), sealed.folder)
    assert (code, detail) == ("query", "its `records` do not read these files by the rule")


def test_months_left_out_or_added_are_found(receipt, sealed):
    manifests = receipt.as_json()["manifests"]
    for named in (manifests[:1], manifests[1:], manifests[::-1], [*manifests, manifests[0]]):
        assert [code for code, _detail in failed(forged(receipt, manifests=named), sealed.folder)] == ["months"]


def test_a_later_supplement_is_a_warning_not_a_failure(receipt, sealed):
    schema = receipt.figure.manifests[0].schema
    seal_month(table([row(77)]), schema, JANUARY, sealed.folder, supplement=2)
    steps = verify_figure(receipt, sealed.folder)
    assert [s.code for s in steps if s.outcome == "warning"] == ["later"]
    assert not failed(receipt, sealed.folder)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "tartip-figure/2"},
        {"value": True},
        {"value": 1.5},
        {"more": 1},
        {"period": {"first": "2025-02-01", "last": "2025-01-01"}},
        {"period": {"first": "20250101", "last": "2025-02-28"}},
        {"territory": {"code": "KZ", "codes": []}},
        {"territory": {"code": "KZ", "codes": [2, 1]}},
        {"manifests": []},
        {"manifests": [{}]},
        {"engines": {"duckdb": 2}},
        {"journal": []},
        {"sql": None},
        {"indicator": {}},
        {"indicator": {**MASS.as_json(), "measure": "__import__('os').getcwd()"}},
    ],
)
def test_what_is_no_receipt_is_refused(receipt, sealed, change):
    data = json.dumps({**receipt.as_json(), **change}).encode()
    with pytest.raises(BadReceipt):
        verify_figure(data, sealed.folder)


def test_cut_text_is_no_receipt(receipt, sealed):
    for data in (b"", b"null", b"[]", b"{}", receipt.data[:-1], b"\xff"):
        with pytest.raises(BadReceipt):
            verify_figure(data, sealed.folder)


def journaled(manifests, key=LOG):
    """Receipts as the journal gives them for acts whose payload holds a manifest's hash."""
    salt = bytes(16)
    payloads = [{"manifest_sha256": m.sha256, "rows": m.rows} for m in manifests]
    headers = [{"act": "statistics.seal_month", "id": str(n)} for n in range(len(manifests))]
    hashes = [payload_hash(salt, payload) for payload in payloads]
    log = tiles_after({}, 0, [entry_leaf(h, p) for h, p in zip(headers, hashes, strict=True)])
    note = sign_checkpoint(Checkpoint(key.name, log.size, log.root), key)
    return {
        m.sha256: {
            "format": "tartip-receipt/1",
            "entry": headers[n],
            "payload": payloads[n],
            "salt": b64(salt),
            "payload_hash": b64(hashes[n]),
            "index": n,
            "inclusion": [b64(h) for h in inclusion_proof(n, log.size, lambda keys: log.changed)],
            "checkpoint": note,
            "keys": [str(key.verifier)],
        }
        for n, m in enumerate(manifests)
    }


def b64(data):
    return b64encode(data).decode()


def test_the_journal_vouches_for_the_manifests(receipt, sealed):
    full = FigureReceipt(receipt.figure, journaled(receipt.figure.manifests))
    assert full.sha256 == receipt.sha256
    assert [(s.code, s.outcome) for s in verify_figure(full.data, sealed.folder)][-2:] == [
        ("journal", "ok"),
        ("key", "warning"),
    ]
    trusted = verify_figure(full.data, sealed.folder, [LOG.verifier])
    assert [(s.code, s.outcome) for s in trusted][-1] == ("journal", "ok")


def test_a_journal_of_other_hashes_or_another_signer_fails(receipt, sealed):
    manifests = receipt.figure.manifests
    proofs = journaled(manifests)
    first, second = manifests[0].sha256, manifests[1].sha256
    swapped = FigureReceipt(receipt.figure, {**proofs, first: proofs[second]})
    assert [code for code, _d in failed(swapped, sealed.folder)] == ["journal"]
    stranger = SigningKey("tartip.example/log", b"\x02" * 32)
    forged_log = FigureReceipt(receipt.figure, journaled(manifests, stranger))
    steps = verify_figure(forged_log.data, sealed.folder, [LOG.verifier])
    assert [s.code for s in steps if s.outcome == "failed"] == ["journal"]
    for broken in ({**proofs, first: 5}, {**proofs, first: {"payload": {"x": first}}}):
        assert [code for code, _d in failed(FigureReceipt(receipt.figure, broken), sealed.folder)] == ["journal"]


def test_a_receipt_of_an_empty_month_says_zero(tmp_path):
    sealed = seal(tmp_path, {Month(2025, 3): [[]]})
    figure = compute_figure(indicator(_.count()), Territory.of("A", [AUEZOV]), Period.of_months(Month(2025, 3)), sealed)
    receipt = FigureReceipt(figure)
    assert receipt.figure.value == 0
    assert not failed(receipt.data, tmp_path)


def test_verification_loads_no_heavy_library():
    code = (
        "import sys, tartip.engines.figures.verify as v; heavy = {'ibis', 'polars', 'pyarrow', 'django', 'duckdb'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"

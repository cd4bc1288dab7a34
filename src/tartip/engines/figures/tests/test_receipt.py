from __future__ import annotations

import json
import shutil
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

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
    read_json,
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


def test_a_file_that_cannot_be_read_refutes_nothing(receipt, sealed, monkeypatch):
    """A disk that fails says nothing of the figure; a file that was changed does, whatever the others are like."""

    def broken(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("tartip.engines.months.folder.file_digest", broken)
    steps = verify_figure(receipt.data, sealed.folder)
    assert failed(receipt.data, sealed.folder) == []
    assert [(s.code, s.outcome) for s in steps][1] == ("files", "unproven")
    assert "Input/output error" in steps[1].detail
    with sealed.path(sealed.manifests[-1]).open("ab") as file:
        file.write(b"x")
    assert [code for code, _ in failed(receipt.data, sealed.folder)] == ["files"]


def test_a_true_receipt_holds_from_the_files_alone(receipt, sealed):
    # 1000 + 500 + 7 in January, 40 + 1000 in February.
    assert receipt.figure.value == 2547
    steps = verify_figure(receipt.data, sealed.folder)
    assert [(s.code, s.outcome) for s in steps] == [
        *(("months", "ok"), ("files", "ok"), ("definition", "ok"), ("query", "ok")),
        *(("journal", "unproven"), ("defined", "unproven")),
    ]
    assert steps[2].sentence("ru").endswith("заново: 2547.")
    assert steps[2].sentence("kk") != steps[2].sentence("en")


def test_a_figure_without_proof_or_with_its_own_key_only_is_not_verified(receipt, sealed):
    """Anybody can make Parquet files and a receipt that fits them: without the journal nothing is proven."""
    path = sealed.folder / "figure.json"
    path.write_bytes(receipt.data)
    homemade = verify_file(path, [LOG.verifier])
    assert (homemade.ok, homemade.exit_code) == (False, 3)
    assert "the journal's proof of the sealed files" in homemade.conclusion
    stranger = SigningKey("tartip.example/log", b"\x02" * 32)
    for key, code in ((LOG, 3), (stranger, 3)):
        path.write_bytes(FigureReceipt(receipt.figure, journaled(receipt.figure, key)).data)
        assert verify_file(path).exit_code == code
    assert verify_file(path, [LOG.verifier]).exit_code == 1
    path.write_bytes(FigureReceipt(receipt.figure, dict(list(journaled(receipt.figure).items())[1:])).data)
    assert [s.code for s in verify_file(path, [LOG.verifier]).missing] == ["journal"]


def test_a_hash_quoted_by_another_act_does_not_vouch_for_a_file(receipt, sealed):
    proofs = journaled(receipt.figure, act="appeal.file")
    assert [code for code, _d in failed(FigureReceipt(receipt.figure, proofs), sealed.folder)] == ["journal"]


def test_proofs_of_other_files_do_not_belong_into_a_receipt(receipt, sealed):
    proofs = journaled(receipt.figure)
    more = FigureReceipt(receipt.figure, {**proofs, "0" * 64: next(iter(proofs.values()))})
    assert [code for code, _d in failed(more, sealed.folder)] == ["journal"]


def test_a_receipt_reads_back_as_it_was(receipt):
    assert FigureReceipt.read(receipt.data) == receipt
    assert FigureReceipt.read(receipt.data).sha256 == receipt.sha256


def test_the_command_finds_the_files_beside_the_receipt(receipt, sealed, tmp_path):
    path = sealed.folder / "figure.json"
    path.write_bytes(FigureReceipt(receipt.figure, journaled(receipt.figure)).data)
    assert verify_file(path, [LOG.verifier]).exit_code == 0
    lonely = tmp_path / "elsewhere" / "figure.json"
    lonely.parent.mkdir()
    lonely.write_bytes(receipt.data)
    assert [s.code for s in verify_file(lonely).missing] == ["files", "journal", "defined"]
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
    missing = [step for step in verify_figure(receipt, sealed.folder) if step.outcome == "unproven"]
    assert next((step.code, step.detail) for step in missing) == ("files", "seizures-2025-02.parquet")


def test_another_value_fails(receipt, sealed):
    wrong = forged(receipt, value=2548)
    assert [code for code, _detail in failed(wrong, sealed.folder)] == ["definition"]


def test_a_query_that_says_something_else_than_the_definition_is_found(receipt, sealed):
    # The forger changes the figure and gives a query that answers just that.
    wrong = forged(receipt, value=9, sql="SELECT 9 FROM (SELECT count(*) FROM records)")
    (code, detail), (other, query) = failed(wrong, sealed.folder)
    assert (code, other) == ("definition", "query")
    assert detail.startswith("2547: SELECT coalesce(sum")
    assert query.startswith("SELECT 9")


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
def test_a_foreign_query_is_refused_and_never_run(receipt, sealed, sql):
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


def test_after_a_later_supplement_the_figure_is_not_refuted_but_not_the_newest(receipt, sealed):
    schema = receipt.figure.manifests[0].schema
    seal_month(table([row(77)]), schema, JANUARY, sealed.folder, supplement=2)
    steps = verify_figure(receipt, sealed.folder)
    assert "newest" in [s.code for s in steps if s.outcome == "unproven"]
    assert not failed(receipt, sealed.folder)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "tartip-figure/3"},
        {"format": "tartip-figure/1"},
        {"more": None},
        {"value": True},
        {"value": 1.5},
        {"more": 1},
        {"period": {"first": "2025-02-01", "last": "2025-01-01"}},
        {"period": {"first": "20250101", "last": "2025-02-28"}},
        {"territory": {"code": "KZ", "codes": []}},
        {"territory": {"code": "KZ", "codes": [2, 1]}},
        {"manifests": []},
        {"manifests": [{}]},
        {"engines": {"duckdb": "1.0"}},
        {"as_of": 5},
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


def journaled(figure, key=LOG, act="month.seal", defining="definitions.seal"):
    """Receipts as the journal gives them of the acts that sealed the months, the definition and the borders."""
    salt = bytes(16)
    payloads = [{"after": {"sha256": m.sha256, "rows": m.rows}} for m in figure.manifests]
    headers = [{"act": act, "id": str(n)} for n in range(len(payloads))]
    known = {"indicators": {figure.indicator.code: figure.indicator.sha256}}
    payloads.append({"after": {**known, "territories": {str(figure.territory.code): figure.territory.sha256}}})
    headers.append({"act": defining, "id": "x"})
    hashes = [payload_hash(salt, payload) for payload in payloads]
    log = tiles_after({}, 0, [entry_leaf(h, p) for h, p in zip(headers, hashes, strict=True)])
    note = sign_checkpoint(Checkpoint(key.name, log.size, log.root), key)
    return {
        name: {
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
        for n, name in enumerate([*(m.sha256 for m in figure.manifests), "definitions"])
    }


def b64(data):
    return b64encode(data).decode()


def test_the_journal_vouches_for_the_manifests_and_the_definition(receipt, sealed):
    full = FigureReceipt(receipt.figure, journaled(receipt.figure))
    assert full.sha256 == receipt.sha256
    assert [(s.code, s.outcome) for s in verify_figure(full.data, sealed.folder)][-3:] == [
        *(("journal", "ok"), ("defined", "ok"), ("key", "unproven"))
    ]
    trusted = verify_figure(full.data, sealed.folder, [LOG.verifier])
    assert {s.outcome for s in trusted} == {"ok"}


def test_a_definition_or_borders_made_for_the_figure_are_found(receipt, sealed):
    """A forger who writes his own definition, or leaves districts out of a territory, has no act that sealed them."""
    figure, proofs = receipt.figure, journaled(receipt.figure)
    renamed = replace(figure, indicator=replace(figure.indicator, names={"kk": "a", "ru": "b", "en": "c"}))
    smaller = replace(figure, territory=Territory("KZ", (AUEZOV,)))
    other = replace(figure, territory=Territory("KA"))
    for forgery in (renamed, smaller, other):
        steps = verify_figure(FigureReceipt(forgery, proofs), sealed.folder, [LOG.verifier])
        assert "defined" in [s.code for s in steps if s.outcome == "failed"]
    quoted = FigureReceipt(figure, {**proofs, "definitions": journaled(figure, defining="x.y")["definitions"]})
    assert [code for code, _d in failed(quoted, sealed.folder)] == ["defined"]


def test_a_receipt_of_the_older_format_is_read_and_not_proven_whole(receipt, sealed):
    """It named a query by any writer and the versions of programs, which nothing vouches for."""
    figure = replace(receipt.figure, sql="SELECT 1 + 1", engines={"duckdb": "1"})
    old = FigureReceipt(figure, journaled(figure), "tartip-figure/1")
    steps = verify_figure(old.data, sealed.folder, [LOG.verifier])
    assert [s.code for s in steps if s.outcome == "unproven"] == ["query", "format"]
    assert not failed(old, sealed.folder)


def test_a_journal_of_other_hashes_or_another_signer_fails(receipt, sealed):
    manifests = receipt.figure.manifests
    proofs = journaled(receipt.figure)
    first, second = manifests[0].sha256, manifests[1].sha256
    swapped = FigureReceipt(receipt.figure, {**proofs, first: proofs[second]})
    assert [code for code, _d in failed(swapped, sealed.folder)] == ["journal"]
    stranger = SigningKey("tartip.example/log", b"\x02" * 32)
    forged_log = FigureReceipt(receipt.figure, journaled(receipt.figure, stranger))
    steps = verify_figure(forged_log.data, sealed.folder, [LOG.verifier])
    assert [s.code for s in steps if s.outcome == "failed"] == ["journal", "defined"]
    for broken in ({**proofs, first: 5}, {**proofs, first: {"payload": {"after": {"sha256": first}}}}):
        assert [code for code, _d in failed(FigureReceipt(receipt.figure, broken), sealed.folder)] == ["journal"]


PLACES = st.sampled_from(["flip", "drop", "insert"])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=PLACES, place=st.integers(0, 10**6), value=st.integers(1, 255), which=st.integers(0, 6))
def test_no_edit_of_a_figure_or_of_its_files_leaves_it_verified(receipt, master, kind, place, value, which):
    """A byte flipped, taken out or put in: in the receipt, in one of the three files, or in a manifest beside them."""
    data = FigureReceipt(receipt.figure, journaled(receipt.figure)).data
    with TemporaryDirectory() as name:
        folder = Path(shutil.copytree(master.folder, Path(name) / "months"))
        (folder / "figure.json").write_bytes(data)
        beside = [f"{m.name}{ending}" for m in receipt.figure.manifests for ending in (".parquet", ".manifest.json")]
        path = folder / ["figure.json", *beside][which]
        path.chmod(0o644)
        good = path.read_bytes()
        at = place % len(good)
        new = {"flip": bytes([good[at] ^ value]), "drop": b"", "insert": bytes([value, good[at]])}[kind]
        path.write_bytes(good[:at] + new + good[at + 1 :])
        if verify_file(folder / "figure.json", [LOG.verifier]).exit_code == 0:
            assert path.suffix == ".json"
            assert canonical_json(read_json(path.read_bytes())) == canonical_json(read_json(good))


def values_in(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in values_in(item, (*path, key)))]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_change_of_a_value_leaves_a_figure_verified(receipt, master, data):
    document = FigureReceipt(receipt.figure, journaled(receipt.figure)).as_json()
    changed = json.loads(json.dumps(document))
    *path, last = data.draw(st.sampled_from(values_in(document)[1:]))
    parent = changed
    for key in path:
        parent = parent[key]
    how = data.draw(st.sampled_from(["drop", "set", "double"]))
    if how == "drop":
        del parent[last]
    elif how == "double" and isinstance(parent, list):
        parent.append(parent[last])
    else:
        parent[last] = data.draw(st.none() | st.integers(0, 9) | st.text(max_size=3) | st.just({}) | st.just([]))
    if changed == document:
        return
    try:
        steps = verify_figure(canonical_json(changed), master.folder, [LOG.verifier])
    except BadReceipt:
        return
    assert {step.outcome for step in steps} != {"ok"}, (path, last, how)


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

"""The promise in the README: any manifest, proof or file gives its rows or a documented error."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.merkle import canonical_json
from tartip.engines.months import (
    BadManifest,
    BadMonth,
    BadSchema,
    Column,
    Manifest,
    Month,
    MonthSchema,
    NoSuchRecord,
    RecordProof,
    SealedMonths,
    WrongValue,
    civil_dates,
    prove_record,
    rows_to_withdraw,
    seal_month,
    verify_record,
)
from tartip.engines.months.canonical import arrow_schema
from tartip.engines.months.tests.made import CASES, JANUARY, PAPERS, case, cases, many_cases

FUZZ = {"deadline": None, "suppress_health_check": list(HealthCheck)}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 5) | st.integers(2**31, 2**53) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
WILD = 2**31 - 1  # as a day: the year 5,881,580


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("promise")
    seal_month(many_cases(1100), CASES, JANUARY, folder)
    return SealedMonths.read(folder, "cases")


@pytest.fixture(scope="module")
def proof(sealed):
    """Of record 1030, which stands in row 5 of the second block: the ids are 1 to 1100 in order."""
    return prove_record(sealed, JANUARY, 1030)


def places(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def changed_somewhere(data, document):
    """The document with one value dropped, doubled or exchanged for any JSON."""
    copy = json.loads(json.dumps(document))
    *path, last = data.draw(st.sampled_from(places(document)[1:]))
    parent = copy
    for key in path:
        parent = parent[key]
    how = data.draw(st.sampled_from(["drop", "set", "double"]))
    if how == "drop":
        del parent[last]
    elif how == "double" and isinstance(parent, list):
        parent.insert(last, parent[last])
    else:
        parent[last] = data.draw(JSON)
    return copy


@settings(max_examples=300, **FUZZ)
@given(data=st.data())
def test_any_json_is_a_manifest_as_it_is_written_or_refused(sealed, data):
    document = changed_somewhere(data, sealed.manifests[0].as_json())
    with suppress(BadManifest):
        found = Manifest.from_json(document)
        assert canonical_json(found.as_json()) == canonical_json(document)
    with suppress(BadManifest):
        Manifest.from_json(data.draw(JSON))


@settings(max_examples=300, **FUZZ)
@given(data=st.data())
def test_no_change_of_a_proof_shows_another_record(proof, data):
    """What may change without mattering: fields of the manifest that the rows do not depend on; its hash tells them."""
    document = proof.as_json()
    changed = changed_somewhere(data, document)
    good = verify_record(proof)
    assert (good["id"], good["version"]) == (1030, 1)
    try:
        found = RecordProof.from_json(changed)
        row = verify_record(found)
    except EngineError:
        assert json.dumps(changed) != json.dumps(document)  # in Python True is 1
        return
    if found.manifest.sha256 == proof.manifest.sha256 and found.row == proof.row:
        assert row == good
    else:
        # Another row of the same block is a true record too: the proof says which one it shows.
        assert found.manifest.sha256 != proof.manifest.sha256 or row["id"] == 1025 + found.row


@pytest.mark.parametrize("rows", [2**32 - 1, 10**6, 0])
def test_a_block_that_promises_more_rows_than_it_holds_is_refused_unread(proof, rows):
    """The forger has a manifest of his own over this one block; 4 billion rows would fill the memory."""
    data = rows.to_bytes(4, "little") + proof.data[4:]
    root = sha256(b"\x00" + data).hexdigest()
    document = proof.manifest.as_json() | {"rows": 1024, "root": root}
    forged = RecordProof(Manifest.from_json(document), 0, 0, data, ())
    with pytest.raises(BadInput):
        verify_record(forged)


@pytest.mark.parametrize("id", ["1", None, True, 2**70, -(2**70), 2**14_000, b"x" * 17, [], 1.0])
def test_what_is_no_id_belongs_to_no_record(sealed, id):
    with pytest.raises(NoSuchRecord):
        prove_record(sealed, JANUARY, id)
    if not isinstance(id, list):
        with pytest.raises(NoSuchRecord):
            rows_to_withdraw(sealed, JANUARY, {id: 2})


def test_an_id_that_is_longer_than_a_uuid_does_not_find_the_one_it_begins_with(tmp_path):
    """numpy cuts 17 bytes to 16 in silence."""
    id, day = b"x" * 16, date(2025, 1, 1)
    row = {"id": id, "version": 1, "date": day, "territory": 711_000_000, "kind": 0, "sum": None, "decided": None}
    fields = arrow_schema(PAPERS)
    table = pa.Table.from_pylist(
        [row | {"state": "a", "note": None, "parent": None}], pa.schema([fields.field(n) for n in PAPERS.names])
    )
    seal_month(table, PAPERS, JANUARY, tmp_path)
    sealed = SealedMonths.read(tmp_path, "papers")
    assert verify_record(prove_record(sealed, JANUARY, id))["id"].bytes == id
    with pytest.raises(NoSuchRecord):
        prove_record(sealed, JANUARY, id + b"y")


def test_a_version_too_high_for_its_column_is_refused(sealed):
    with pytest.raises(WrongValue, match="version"):
        rows_to_withdraw(sealed, JANUARY, {5: 2**40})


@pytest.mark.parametrize("supplement", [True, 1.0, -1, "1", None])
def test_a_supplement_without_a_whole_number_is_not_sealed(tmp_path, supplement):
    """True and 1.0 equal 1 but are written otherwise: the manifest could never be read back, nor any later month."""
    seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    with pytest.raises(BadManifest, match="supplement"):
        seal_month(cases(case(2)), CASES, JANUARY, tmp_path, supplement=supplement)
    assert seal_month(cases(case(2)), CASES, JANUARY, tmp_path, supplement=1).supplement == 1


@pytest.mark.parametrize("month", ["2025-01", 1, None])
def test_what_is_no_month_is_named(tmp_path, month):
    with pytest.raises(BadMonth):
        seal_month(cases(case(1)), CASES, month, tmp_path)


@pytest.mark.parametrize("as_of", [(-1, 5), (1.5, 5), (True, 5), (5, None), (2**60, 1), (5,), 5])
def test_a_manifest_that_nobody_could_read_is_not_sealed(tmp_path, as_of):
    """It would stand in the way of every later month."""
    with pytest.raises(BadManifest):
        seal_month(cases(case(1)), CASES, JANUARY, tmp_path, as_of=as_of)
    assert SealedMonths.read(tmp_path, "cases").manifests == ()
    seal_month(cases(case(1)), CASES, JANUARY, tmp_path)


def test_a_wild_day_names_its_row_and_is_not_sealed(tmp_path):
    fields = MonthSchema("cases", (*CASES.columns, Column("decided", "date", optional=True)))
    table = cases(case(1)).append_column("decided", pa.array([WILD], pa.int32()).cast(pa.date32()))
    with pytest.raises(WrongValue, match="decided at row 0"):
        seal_month(table, fields, JANUARY, tmp_path)


@pytest.mark.parametrize("register", ["*", "../cases", "/etc", "", "a" * 64, None, 5])
def test_a_register_is_a_name_and_no_pattern(sealed, register):
    with pytest.raises(BadSchema):
        SealedMonths.read(sealed.folder, register)


BAD = [{"low": "1"}, {"low": 2, "high": 1}, {"high": 2**70}, {"optional": 1}, {"kind": []}, {"name": 5}]


@pytest.mark.parametrize("change", BAD)
def test_a_column_of_other_types_is_refused(change):
    with pytest.raises(BadSchema):
        Column(**{"name": "a", "kind": "int8"} | change)


@pytest.mark.parametrize("month", [(2025, 13), ("2025", 1), (None, 1), (2025.0, 1), (2**14_000, 1), (True, 1)])
def test_a_month_is_two_whole_numbers(month):
    with pytest.raises(BadMonth):
        Month(*month)
    with pytest.raises(BadMonth):
        Month.parse(month)


def test_days_need_a_known_zone_and_an_instant_within_the_calendar():
    at = pa.array([datetime(2024, 2, 29, 18, 30, tzinfo=UTC)], pa.timestamp("s", "UTC"))
    # At 18:00 UTC midnight in Almaty became 23:00 again (UTC+6 to UTC+5), so this is 23:30 of 29 February.
    assert civil_dates(at, pa.array([75]), {75: "Asia/Almaty"}).to_pylist() == [date(2024, 2, 29)]
    wild = pa.array(np.array([2**62, 0]), pa.timestamp("s", "UTC"))
    for instants, places, zones in (
        (at, pa.array([75]), {75: "Asia/Nowhere"}),
        (at, pa.array([75]), {"x": "Asia/Almaty"}),
        (at, pa.array([75, 75]), {75: "Asia/Almaty"}),
        (wild, pa.array([75, 75]), {75: "Asia/Almaty"}),
    ):
        with pytest.raises(BadInput):
            civil_dates(instants, places, zones)

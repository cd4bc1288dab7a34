"""Other content under a fitting file hash: the forger writes the file and its manifest anew, and the audit names it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tartip.engines.merkle import canonical_json
from tartip.engines.months import SealedMonths, audit, seal_month
from tartip.engines.months.canonical import arrow_schema
from tartip.engines.months.tests import reference
from tartip.engines.months.tests.made import CASES, JANUARY, many_cases

FUZZ = {"deadline": None, "suppress_health_check": list(HealthCheck)}
WILD = 2**31 - 1  # as a day: the year 5,881,580


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corrupted")
    seal_month(many_cases(1100), CASES, JANUARY, folder)
    return SealedMonths.read(folder, "cases")


def forge(sealed, folder, spoil, **fields):
    """The month with `spoil` applied to its rows, a manifest whose file hash fits, and `fields` of it exchanged."""
    folder = shutil.copytree(sealed.folder, folder / "forged")
    manifest = sealed.manifests[0]
    for path in folder.iterdir():
        path.chmod(0o644)
    path = folder / manifest.file
    pq.write_table(spoil(pq.read_table(path)), path)
    document = manifest.as_json() | {"file_bytes": path.stat().st_size} | fields
    document["file_sha256"] = sha256(path.read_bytes()).hexdigest()
    (folder / "cases-2025-01.manifest.json").write_bytes(canonical_json(document))
    return folder


def put(table, name, values, kind=None):
    at = table.column_names.index(name)
    return table.set_column(at, name, pa.array(values, kind or table[name].type))


def first(table, name, value):
    return put(table, name, [value, *table[name].to_pylist()[1:]])


def wild(table):
    days = [WILD, *table["date"].cast(pa.int32()).to_pylist()[1:]]
    return put(table, "date", pa.array(days, pa.int32()).cast(pa.date32()))


SPOILED = {
    "one value": (lambda t: first(t, "article", t["article"][0].as_py() + 1), "control sums"),
    "two values that keep the sum": (lambda t: put(t, "article", t["article"].to_pylist()[::-1]), "root of the rows"),
    "a flag of zero made empty": (lambda t: first(t, "withdrawn", None), "withdrawn has empty values"),
    "an empty id": (lambda t: first(t, "id", None), "id has empty values"),
    "a row less": (lambda t: t.slice(1), "1099 rows, 1100 were sealed"),
    "a row twice": (lambda t: pa.concat_tables([t, t.slice(0, 1)]), "1101 rows"),
    "no rows": (lambda t: t.slice(0, 0), "0 rows"),
    "a day of another month": (lambda t: first(t, "date", date(2025, 2, 1)), "2025-02-01 is not in 2025-01"),
    "a day that no calendar has": (wild, "a wild date is not in 2025-01"),
    "a column less": (lambda t: t.drop(["amount"]), "not the Parquet file"),
    "a column of another type": (lambda t: put(t, "article", ["x"] * 1100, pa.string()), "not the Parquet file"),
    "numbers made floats": (lambda t: put(t, "amount", [0.5] * 1100, pa.float64()), "."),
    "a value beyond its bounds": (lambda t: first(t, "territory", 5), "5 is outside"),
    "text beyond its bounds": (lambda t: first(t, "state", "x" * 13), "13 bytes are outside"),
    "rows in another order": (lambda t: t.take(pa.array(range(1099, -1, -1))), "ids must rise"),
    "one id twice": (lambda t: first(t, "id", 2), "ids must rise"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_other_rows_under_a_fitting_file_hash_are_found_and_named(sealed, tmp_path, name):
    """README: "audit finds every row that differs from what the manifest sealed"."""
    spoil, why = SPOILED[name]
    folder = forge(sealed, tmp_path, spoil)
    (step,) = [step for step in audit(folder, "cases") if step.outcome == "failed"]
    assert step.code == "file"
    assert why in step.detail


def test_a_month_forged_as_a_whole_must_still_be_one_that_the_seal_makes(sealed, tmp_path):
    """Rows, root, sums and hashes agree, but one id stands twice: counted, it would count twice."""
    doubled = pa.concat_tables([pq.read_table(sealed.path(sealed.manifests[0])).slice(0, 1)] * 2)
    rows = doubled.to_pylist()
    sums = {name: str(sum(row[name] for row in rows)) for name in sealed.manifests[0].sums}
    # The root by the recursive definition; sorting keeps the order of equal ids.
    fields = {"rows": 2, "sums": sums, "root": reference.root(rows, CASES)}
    folder = forge(sealed, tmp_path, lambda table: doubled, **fields)
    (step,) = [step for step in audit(folder, "cases") if step.outcome == "failed"]
    assert "ids must rise" in step.detail


def test_a_small_file_that_promises_many_rows_is_refused_by_its_footer(sealed, tmp_path):
    """A column of one value takes a few bytes for any number of rows."""
    wanted = arrow_schema(CASES)
    many = pa.table([pa.repeat(pa.scalar(None, field.type), 3_000_000) for field in wanted], names=wanted.names)
    folder = forge(sealed, tmp_path, lambda table: many)
    assert (folder / "cases-2025-01.parquet").stat().st_size < 100_000
    (step,) = [step for step in audit(folder, "cases") if step.outcome == "failed"]
    assert "3000000 rows, 1100 were sealed" in step.detail


@settings(max_examples=60, **FUZZ)
@given(at=st.integers(0, 10**6), value=st.integers(1, 255))
def test_any_byte_of_the_file_changed_under_a_fitting_hash_keeps_the_rows_or_is_found(
    sealed, tmp_path_factory, at, value
):
    """What may change without mattering is how the Parquet file is written; never what it holds."""
    folder = forge(sealed, tmp_path_factory.mktemp("byte"), lambda table: table)
    path = folder / "cases-2025-01.parquet"
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= value
    path.write_bytes(data)
    document = json.loads((folder / "cases-2025-01.manifest.json").read_bytes())
    document["file_sha256"] = sha256(data).hexdigest()
    (folder / "cases-2025-01.manifest.json").write_bytes(canonical_json(document))
    if not [step for step in audit(folder, "cases") if step.outcome == "failed"]:
        good = pq.read_table(sealed.path(sealed.manifests[0]))
        assert pq.read_table(path).cast(good.schema).equals(good)
    shutil.rmtree(folder)

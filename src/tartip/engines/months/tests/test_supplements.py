from __future__ import annotations

from datetime import date
from uuid import UUID

import pyarrow as pa
import pytest

from tartip.engines.months import (
    Column,
    MonthSchema,
    NoSuchRecord,
    NotNewer,
    NotSealed,
    SealedMonths,
    prove_record,
    rows_to_withdraw,
    seal_month,
    verify_record,
)
from tartip.engines.months.tests.made import CASES, FEBRUARY, JANUARY, case, cases

COLUMNS = (("id", "uuid"), ("version", "int16"), ("date", "date"), ("territory", "int32"))


@pytest.fixture
def folder(tmp_path):
    seal_month(cases(case(1), case(2), case(3, version=4)), CASES, JANUARY, tmp_path)
    return tmp_path


def later(folder, *rows, supplement=1, withdrawn=None):
    return seal_month(cases(*rows), CASES, JANUARY, folder, supplement=supplement, withdrawn=withdrawn)


def test_late_and_corrected_records_go_into_the_supplement(folder):
    manifest = later(folder, case(9), case(2, version=2, state="closed"))
    assert (manifest.name, manifest.rows, manifest.withdrawn) == ("cases-2025-01-s01", 2, 0)


@pytest.mark.parametrize("version", [3, 4])
def test_a_correction_must_be_newer_than_what_is_sealed(folder, version):
    with pytest.raises(
        NotNewer, match=f"version at id 3: version {version} is not above the one sealed in cases-2025-01"
    ):
        later(folder, case(1, version=2), case(3, version=version))
    assert len(list(folder.glob("*.parquet"))) == 1


def test_a_correction_must_be_newer_than_every_earlier_supplement(folder):
    later(folder, case(2, version=5))
    with pytest.raises(NotNewer, match="cases-2025-01-s01"):
        later(folder, case(2, version=5), supplement=2)


def test_a_record_is_withdrawn_from_its_month(folder):
    sealed = SealedMonths.read(folder, "cases")
    gone = rows_to_withdraw(sealed, JANUARY, {2: 2})
    assert gone.to_pylist() == [case(2, version=2)]
    manifest = later(folder, withdrawn=gone)
    assert (manifest.rows, manifest.withdrawn, manifest.sums["withdrawn"]) == (1, 1, 1)
    moved = cases(case(2, date(2025, 2, 3), version=2))
    assert seal_month(moved, CASES, FEBRUARY, folder).rows == 1


def test_what_is_withdrawn_cannot_be_withdrawn_again_but_may_return(folder):
    later(folder, withdrawn=rows_to_withdraw(SealedMonths.read(folder, "cases"), JANUARY, {2: 2}))
    with pytest.raises(NoSuchRecord, match="No record 2 in 2025-01"):
        rows_to_withdraw(SealedMonths.read(folder, "cases"), JANUARY, {2: 3})
    assert later(folder, case(2, version=3), supplement=2).rows == 1


def test_a_uuid_is_named_as_itself_or_by_its_bytes(tmp_path):
    """Who has records of Django has UUIDs; a supplement takes them."""
    schema = MonthSchema("acts", tuple(Column(*one) for one in COLUMNS))
    number = UUID(int=7)
    columns = [[number.bytes], [1], [date(2025, 1, 5)], [7]]
    types = [pa.binary(16), pa.int16(), pa.date32(), pa.int32()]
    rows = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    seal_month(pa.table(rows, [name for name, _ in COLUMNS]), schema, JANUARY, tmp_path)
    sealed = SealedMonths.read(tmp_path, "acts")
    gone = rows_to_withdraw(sealed, JANUARY, {number: 2})
    assert gone.equals(rows_to_withdraw(sealed, JANUARY, {number.bytes: 2}))
    assert gone["id"].to_pylist() == [number.bytes]


def test_only_what_was_sealed_can_be_withdrawn(folder):
    with pytest.raises(NotNewer, match="id at id 77: cannot be withdrawn"):
        later(folder, withdrawn=cases(case(77, version=2)))
    with pytest.raises(NotNewer, match="cannot be withdrawn"):
        seal_month(cases(), CASES, FEBRUARY, folder, withdrawn=cases(case(1, date(2025, 2, 1))))
    with pytest.raises(NotSealed):
        rows_to_withdraw(SealedMonths.read(folder, "cases"), FEBRUARY, {1: 2})


def test_the_proof_shows_the_newest_state(folder):
    later(folder, case(2, version=2, state="closed"))
    sealed = SealedMonths.read(folder, "cases")
    assert verify_record(prove_record(sealed, JANUARY, 2))["state"] == "closed"
    assert verify_record(prove_record(sealed, JANUARY, 1))["state"] == "open"

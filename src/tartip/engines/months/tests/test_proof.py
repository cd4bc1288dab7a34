from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.merkle import InvalidProof
from tartip.engines.months import NoSuchRecord, RecordProof, SealedMonths, prove_record, seal_month, verify_record
from tartip.engines.months.tests.made import CASES, JANUARY, PAPERS, declared, many_cases


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("m")
    seal_month(many_cases(5000), CASES, JANUARY, folder)
    return SealedMonths.read(folder, "cases")


@pytest.mark.parametrize("id", [1, 1024, 1025, 4096, 5000])
def test_every_record_can_be_proved_from_its_block(sealed, id):
    proof = RecordProof.from_json(json.loads(json.dumps(prove_record(sealed, JANUARY, id).as_json())))
    row = verify_record(proof)
    (wanted,) = many_cases(5000).filter(pc.field("id") == id).to_pylist()
    assert row == wanted | {"withdrawn": False}
    # Ids are 1 to 5,000 and rows stand in their order: the block is known by hand, 5 blocks need at most 3 hashes.
    assert (proof.block, proof.row) == divmod(id - 1, 1024)
    assert len(proof.path) <= 3


def test_a_changed_row_proves_nothing(sealed):
    proof = prove_record(sealed, JANUARY, 17)
    for at in (0, 5, len(proof.data) - 1):
        data = bytearray(proof.data)
        data[at] ^= 1
        with pytest.raises(EngineError):
            verify_record(replace(proof, data=bytes(data)))
    with pytest.raises(InvalidProof):
        verify_record(replace(proof, block=proof.block + 1))
    with pytest.raises(BadInput):
        verify_record(replace(proof, row=1024))


def test_a_record_that_is_not_there_has_no_proof(sealed):
    with pytest.raises(NoSuchRecord, match="No record 5001 in 2025-01"):
        prove_record(sealed, JANUARY, 5001)


def test_uuid_records_are_proved_with_their_empty_values(tmp_path):
    ids = [uuid.UUID(int=n << 64).bytes for n in (3, 1, 2)]
    plain = {"version": 1, "date": JANUARY.first, "territory": 100_000_000, "kind": 3, "state": "ашық", "note": None}
    rows = [{"id": id, **plain, "sum": n or None} for n, id in enumerate(ids)]
    seal_month(pa.Table.from_pylist(rows, schema=declared(PAPERS)), PAPERS, JANUARY, tmp_path)
    row = verify_record(prove_record(SealedMonths.read(tmp_path, "papers"), JANUARY, ids[0]))
    assert (row["id"], row["sum"], row["state"]) == (uuid.UUID(bytes=ids[0]), None, "ашық")
    assert (row["parent"], row["decided"]) == (None, None)


@pytest.mark.parametrize("change", [{"format": "x"}, {"block": "0"}, {"data": "é"}, {"path": ["zz"]}, {"manifest": {}}])
def test_a_proof_in_another_form_is_refused(sealed, change):
    data = prove_record(sealed, JANUARY, 1).as_json() | change
    with pytest.raises(BadInput, match="is not tartip-row/1"):
        RecordProof.from_json(data)

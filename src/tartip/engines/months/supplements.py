"""Late records and corrections: a sealed month stays, a numbered supplement says what changed.

Within one month the highest version of an id counts; a row marked as withdrawn counts for nothing. A record whose date
moves to another month is withdrawn from the old month and added to the new one, each by a supplement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tartip.engines.months.canonical import Keys, arrow_type, id_keys, one_chunk
from tartip.engines.months.errors import NoSuchRecord, NotNewer, WrongValue
from tartip.engines.months.folder import SealedMonths
from tartip.engines.months.month import Month
from tartip.engines.months.parquet import read_parquet
from tartip.engines.months.schema import WITHDRAWN, MonthSchema


def rows_to_withdraw(sealed: SealedMonths, month: Month, versions: Mapping[Any, int]) -> pa.Table:
    """The rows to pass as `withdrawn` to `seal_month`: the sealed ones of these ids, with their new versions.

    versions: new version by id (int; a UUID or its 16 bytes). Raises NotSealed, NoSuchRecord,
    WrongValue for a version that its column cannot hold.
    """
    rows: dict[Any, dict[str, Any]] = {}
    versions = {id.bytes if isinstance(id, UUID) else id: version for id, version in versions.items()}
    parts = sealed.of([month]).manifests
    kind = arrow_type(parts[0].schema.column(parts[0].schema.id).kind)
    for id in versions:
        if not is_id(id, kind):
            raise NoSuchRecord(shown(id), str(month))
    wanted = pa.array(list(versions), kind)
    for manifest in parts:
        table = read_parquet(sealed.folder, manifest)
        key = manifest.schema.id
        for row in table.filter(pc.is_in(table[key], wanted)).to_pylist():
            rows[row[key]] = row
    schema = parts[0].schema
    for id, version in versions.items():
        if id not in rows or rows[id].pop(WITHDRAWN):
            raise NoSuchRecord(shown(id), str(month))
        rows[id][schema.version] = version
    try:
        return pa.Table.from_pylist([rows[id] for id in versions], schema=_declared(schema))
    except (pa.ArrowException, TypeError, OverflowError) as error:
        raise WrongValue(schema.version, "the versions", f"do not fit the column: {error}") from None


def check_newer(table: pa.Table, schema: MonthSchema, sealed: SealedMonths, earlier: tuple[Any, ...]) -> None:
    """Each row whose id is sealed already in this month must have a higher version; a withdrawal needs such an id.

    table: canonical, `withdrawn` included, sorted by id. Raises NotNewer.
    """
    keys = id_keys(one_chunk(table[schema.id]))
    versions = table[schema.version].to_numpy()
    known = np.zeros(len(keys), bool)
    for manifest in earlier:
        old = read_parquet(sealed.folder, manifest, [schema.id, schema.version])
        row, found = _find(keys, id_keys(one_chunk(old[schema.id])))
        stale = found & (old[schema.version].to_numpy()[row] >= versions) if len(old) else found
        if stale.any():
            at = int(np.flatnonzero(stale)[0])
            rule = f"version {versions[at]} is not above the one sealed in {manifest.name}"
            raise NotNewer(schema.version, f"id {shown(table[schema.id][at].as_py())}", rule)
        known |= found
    lost = (table[WITHDRAWN].to_numpy() == 1) & ~known
    if lost.any():
        id = table[schema.id][int(np.flatnonzero(lost)[0])].as_py()
        raise NotNewer(schema.id, f"id {shown(id)}", "cannot be withdrawn, it was never sealed in this month")


def find_row(table: pa.Table, schema: MonthSchema, id: Any) -> int | None:
    """Place of the record in a sealed table, or None."""
    if not is_id(id, table[schema.id].type):
        return None
    keys = id_keys(one_chunk(table[schema.id]))
    row, found = _find(np.array([id], keys.dtype), keys)
    return int(row[0]) if found[0] else None


def is_id(id: Any, kind: pa.DataType) -> bool:
    """Can a record of this kind bear the id? numpy would cut a longer one to fit, and find another record by it."""
    if pa.types.is_fixed_size_binary(kind):
        return isinstance(id, bytes) and len(id) == kind.byte_width
    return type(id) is int and -(2**63) <= id < 2**63


def shown(id: Any) -> str:
    if isinstance(id, bytes):
        return id.hex()[:64]
    return str(id) if isinstance(id, int) and abs(id) < 2**64 else f"of type {type(id).__name__}"


def _find(keys: Keys, sealed: Keys) -> tuple[Any, Any]:
    if not len(sealed):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), bool)
    row = np.minimum(np.searchsorted(sealed, keys), len(sealed) - 1)
    return row, sealed[row] == keys


def _declared(schema: MonthSchema) -> pa.Schema:
    from tartip.engines.months.canonical import arrow_schema

    fields = arrow_schema(schema)
    return pa.schema([fields.field(name) for name in schema.names])

"""Checks a table of plate passes and hands out its columns as NumPy views, without copying where it can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tartip.engines.errors import BadInput

AT = pa.timestamp("ms", tz="UTC")
PASSES = pa.schema([("plate", pa.int64()), ("section", pa.int32()), ("at", AT), ("side", pa.int8())])
LAST_MS = 253_402_300_799_999  # the end of the year 9999
MOST_ROWS = 2**31 - 2


class BadPasses(BadInput):
    """A column is missing, of the wrong type, holds a null, or a value breaks its rule at the named row."""

    code = "pairing.bad_passes"


@dataclass(frozen=True, slots=True, eq=False)
class Reads:
    """Plate passes as columns: at in ms since 1970, side 0 entry and 1 exit."""

    plate: npt.NDArray[np.int64]
    section: npt.NDArray[np.int32]
    at: npt.NDArray[np.int64]
    side: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.plate)


def reads_of(passes: pa.Table | pa.RecordBatch, first_row: int = 0) -> Reads:
    """Views of the four columns; `first_row` is added to the row a complaint names."""
    if not isinstance(passes, pa.Table | pa.RecordBatch):
        raise BadPasses("passes", type(passes).__name__, "must be an Arrow table or record batch")
    if passes.num_rows > MOST_ROWS:
        raise BadPasses("passes", f"{passes.num_rows} rows", "too many for one table; use pair_parquet")
    for field in PASSES:
        if field.name not in passes.schema.names:
            raise BadPasses(field.name, "schema", "the column is missing")
        if passes.schema.names.count(field.name) > 1:
            raise BadPasses(field.name, "schema", "the column is there twice")
        if passes.schema.field(field.name).type != field.type:
            found = passes.schema.field(field.name).type
            raise BadPasses(field.name, "schema", f"must be {field.type}, is {found}")
    plate, section, at, side = (_flat(passes.column(name), name, first_row) for name in PASSES.names)
    reads = Reads(plate, section, at, side)
    _check(reads, first_row)
    return reads


def _flat(column: pa.ChunkedArray | pa.Array, name: str, first_row: int) -> npt.NDArray[Any]:
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise BadPasses(name, f"row {row + first_row}", "must not be null")
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_timestamp(whole.type):
        whole = whole.view(pa.int64())
    return whole.to_numpy(zero_copy_only=True)  # type: ignore[no-any-return]


def _check(reads: Reads, first_row: int) -> None:
    if not len(reads):
        return
    if reads.at.min() < 0 or reads.at.max() > LAST_MS:
        row = int(np.flatnonzero((reads.at < 0) | (reads.at > LAST_MS))[0])
        raise BadPasses("at", f"row {row + first_row}", "must lie between 1970 and 9999")
    if reads.side.min() < 0 or reads.side.max() > 1:
        row = int(np.flatnonzero((reads.side < 0) | (reads.side > 1))[0])
        raise BadPasses("side", f"row {row + first_row}", "must be 0 (entry) or 1 (exit)")

"""How a canonical table becomes Parquet: the same rows give the same bytes with the same pyarrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tartip.engines.months.errors import FileChanged
from tartip.engines.months.manifest import Manifest
from tartip.engines.months.schema import MonthSchema

WRITER = f"pyarrow {pa.__version__}"
# 256 blocks: enough rows for fast scans, few enough that the proof of one record reads little.
ROW_GROUP = 262_144


def write_parquet(table: pa.Table, path: Path, schema: MonthSchema) -> None:
    """Narrow columns as plain dictionaries (fast to scan, tiny anyway), wide ones compressed."""
    wide = {c.name for c in schema.sealed_columns if c.kind in ("int64", "uuid", "string")}
    counted = schema.column(schema.id).kind == "int64"
    options: dict[str, Any] = {
        "use_dictionary": [c.name for c in schema.sealed_columns if c.name != schema.id],
        "column_encoding": {schema.id: "DELTA_BINARY_PACKED" if counted else "PLAIN"},
        "compression": {c.name: "zstd" if c.name in wide else "none" for c in schema.sealed_columns},
        "compression_level": dict.fromkeys(wide, 1),
    }
    # Without the Arrow schema in the footer the bytes depend on the rows alone.
    pq.write_table(table, path, row_group_size=ROW_GROUP, version="2.6", store_schema=False, **options)


def read_parquet(folder: Path, manifest: Manifest, columns: list[str] | None = None) -> pa.Table:
    """The sealed rows, in canonical types.

    Raises FileChanged if the file is no such Parquet file: other columns or types, another number of rows than was
    sealed (looked at before anything is read), or an empty value in a column that must not have one.
    """
    from tartip.engines.months.canonical import arrow_schema

    fields = arrow_schema(manifest.schema)
    if columns is not None:
        fields = pa.schema([fields.field(name) for name in columns])
    path = folder / manifest.file
    try:
        # Read from the footer first: a small file can promise more rows than memory holds.
        rows = pq.read_metadata(path, memory_map=True).num_rows
        if rows != manifest.rows:
            raise FileChanged(manifest.file, f"holds {rows} rows, {manifest.rows} were sealed")
        found = pq.read_table(path, columns=columns, partitioning=None, memory_map=True)
        table = pa.Table.from_arrays([found[f.name] for f in fields], schema=fields)
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError, MemoryError, OverflowError) as error:
        raise FileChanged(manifest.file, f"is not the Parquet file of its manifest: {str(error)[:200]}") from None
    for field in fields:
        # An empty value would be hashed and summed as zero, and a query would pass its row over.
        if not field.nullable and table[field.name].null_count:
            raise FileChanged(manifest.file, f"{field.name} has empty values")
    return table

"""`records`: what counts of some sealed files, as SQL that DuckDB and Spark both read.

Within one month the highest version of an id counts and a withdrawn row counts for nothing; a month without supplements
is read as it is. Only supplements can replace anything, so they are the small side of the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from tartip.engines.figures.errors import OtherRegister
from tartip.engines.figures.on_sql import sql_constant
from tartip.engines.months import Manifest, MonthSchema
from tartip.engines.months.schema import WITHDRAWN

Scan = Callable[[Sequence[Manifest]], str]


def duckdb_scan(folder: Path | None = None) -> Scan:
    """How DuckDB reads files; without a folder by their bare names, as a receipt writes it."""

    def scan(manifests: Sequence[Manifest]) -> str:
        files = [m.file if folder is None else str(folder.absolute() / m.file) for m in manifests]
        return f"read_parquet([{', '.join(sql_constant(file) for file in files)}], hive_partitioning = false)"

    return scan


def common_schema(manifests: Sequence[Manifest]) -> MonthSchema:
    """The columns that all files have, in the order of the last; types may have grown over the years.

    Raises OtherRegister unless all are of one register with the same id, version, date and territory.
    """
    schemas = {m.schema.sha256: m.schema for m in manifests}
    last = manifests[-1].schema
    if len({(s.register, s.id, s.version, s.dated_by, s.territory) for s in schemas.values()}) > 1:
        raise OtherRegister(
            "schema", last.register, "the months do not share register, id, version, date and territory"
        )
    everywhere = tuple(c for c in last.columns if all(c.name in s.names for s in schemas.values()))
    return MonthSchema(last.register, everywhere, last.id, last.version, last.dated_by, last.territory)


def records_sql(manifests: Sequence[Manifest], scan: Scan) -> str:
    """SELECT … over the files of `manifests`, which must hold each month with all its supplements, in order."""
    columns = ", ".join(f'"{name}"' for name in common_schema(manifests).names)
    by_month = [list(parts) for _, parts in groupby(manifests, key=lambda m: m.month)]
    single = [parts[0] for parts in by_month if len(parts) == 1]
    selects = []
    for _, same in groupby(single, key=lambda m: m.schema.sha256):
        selects.append(f"SELECT {columns} FROM {scan(list(same))}")  # noqa: S608 (names are checked by the schema)
    for parts in by_month:
        if len(parts) > 1:
            selects.append(_newest(columns, parts, scan))
    return "\nUNION ALL\n".join(selects)


def _newest(columns: str, parts: list[Manifest], scan: Scan) -> str:
    schema = parts[0].schema
    wanted = ", ".join(f"r.{name}" for name in columns.split(", "))
    return (
        f"SELECT {wanted} FROM {scan(parts)} AS r\n"  # noqa: S608 (names are checked by the schema)
        f'WHERE r."{WITHDRAWN}" = 0 AND NOT EXISTS (SELECT 1 FROM {scan(parts[1:])} AS s\n'
        f'  WHERE s."{schema.id}" = r."{schema.id}" AND s."{schema.version}" > r."{schema.version}")'
    )

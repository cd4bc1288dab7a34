"""The same question to DuckDB and polars: every exit takes the latest entry of its plate and section."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

MAX_GAP_MS = 3 * 3_600_000

ASOF = f"""
select x.plate, x.section, e.at as entered_at, x.at as exited_at {{rows}}
from (select * from passes where side = 1) x
asof join (select * from passes where side = 0) e
  on x.plate = e.plate and x.section = e.section and x.at > e.at
where epoch_ms(x.at) - epoch_ms(e.at) <= {MAX_GAP_MS}
"""


def duckdb_asof(passes: Any, *, rows: bool = False, threads: int = 2) -> pa.Table:
    """`passes` is an Arrow table or a path of a Parquet file."""
    import duckdb

    with duckdb.connect(config={"threads": threads}) as session:
        session.execute("set enable_progress_bar = false")
        if isinstance(passes, pa.Table):
            session.register("passes", passes)
        else:
            session.execute(f"create view passes as from read_parquet('{passes}')")
        chosen = ", e.row as entry, x.row as exit" if rows else ""
        return session.sql(ASOF.format(rows=chosen)).to_arrow_table()


def polars_asof(passes: pa.Table, *, rows: bool = False) -> Any:
    import warnings

    import polars as pl

    warnings.simplefilter("ignore")  # "sortedness cannot be checked": both sides are sorted below
    frame = pl.DataFrame(passes)
    entry, exit_ = ([pl.col("row").alias(name)] if rows else [] for name in ("entry", "exit"))
    entries = frame.filter(pl.col("side") == 0).select("plate", "section", "at", *entry, entered_at=pl.col("at"))
    exits = frame.filter(pl.col("side") == 1).select("plate", "section", "at", *exit_).sort("at")
    found = exits.join_asof(
        entries.sort("at"), on="at", by=["plate", "section"], tolerance=f"{MAX_GAP_MS}ms", allow_exact_matches=False
    )
    found = found.drop_nulls("entered_at")
    return found.rename({"at": "exited_at"}).to_arrow() if rows else found

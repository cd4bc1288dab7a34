"""The independent recount: polars reads the same files, and shares nothing with DuckDB but the words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tartip.engines.figures.errors import QueryFailed
from tartip.engines.figures.question import Question
from tartip.engines.months import Manifest
from tartip.engines.months.schema import WITHDRAWN

if TYPE_CHECKING:
    import polars as pl


def recount(question: Question) -> int:
    """The answer to the question, counted by polars. Raises QueryFailed."""
    import polars as pl

    from tartip.engines.figures.on_polars import polars_measure, polars_value

    schema, indicator = question.schema, question.indicator
    rows = pl.concat(_records(question), how="vertical_relaxed")
    if question.territory.codes is not None:
        rows = rows.filter(pl.col(schema.territory).is_in(list(question.territory.codes)))
    if not question.period.whole:
        rows = rows.filter(pl.col(schema.dated_by).is_between(question.period.first, question.period.last))
    if indicator.condition is not None:
        rows = rows.filter(polars_value(indicator.condition))
    try:
        answer = rows.select(polars_measure(indicator.counted)).collect(engine="streaming").item()
    except pl.exceptions.PolarsError as error:
        raise QueryFailed(indicator.code, str(error).splitlines()[0]) from None
    return int(answer or 0)


def _records(question: Question) -> list[pl.LazyFrame]:
    names = list(question.schema.names)
    months = [list(parts) for _, parts in groupby(question.sealed.manifests, key=lambda m: m.month)]
    return [_month(question, parts).select(names) for parts in months]


def _month(question: Question, parts: list[Manifest]) -> pl.LazyFrame:
    import polars as pl

    files = [
        pl.scan_parquet(question.sealed.path(part), glob=False, hive_partitioning=False).select(
            *question.schema.names, WITHDRAWN
        )
        for part in parts
    ]
    if len(files) == 1:
        return files[0]
    schema = question.schema
    # Sort and keep the last of each id: another way than the comparison in SQL.
    rows = pl.concat(files).sort(schema.version).unique(schema.id, keep="last", maintain_order=True)
    return rows.filter(pl.col(WITHDRAWN) == 0)

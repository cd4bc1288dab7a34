"""A small register for the tests: every kind of column, one of each that may be empty."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from tartip.engines.months import Column, Month, MonthSchema
from tartip.engines.months.canonical import arrow_schema

JANUARY, FEBRUARY = Month(2025, 1), Month(2025, 2)

PAPERS = MonthSchema(
    "papers",
    (
        Column("id", "uuid"),
        Column("version", "int16", low=1),
        Column("date", "date"),
        Column("territory", "int32", low=100_000_000, high=799_999_999),
        Column("kind", "int8", low=0, high=9),
        Column("sum", "int64", optional=True),
        Column("decided", "date", optional=True),
        Column("state", "string", low=1, high=12),
        Column("note", "string", optional=True),
        Column("parent", "uuid", optional=True),
    ),
)

CASES = MonthSchema(
    "cases",
    (
        Column("id", "int64"),
        Column("version", "int16", low=1),
        Column("date", "date"),
        Column("territory", "int32", low=100_000_000, high=799_999_999),
        Column("article", "int16", low=1, high=999),
        Column("amount", "int64", low=0),
        Column("state", "string", low=1, high=12),
    ),
)


def declared(schema: MonthSchema) -> pa.Schema:
    return pa.schema([arrow_schema(schema).field(name) for name in schema.names])


def case(id: int, day: date = date(2025, 1, 15), version: int = 1, **other) -> dict:
    plain = {"territory": 751_000_000, "article": 188, "amount": 0, "state": "open"}
    return {"id": id, "version": version, "date": day, **plain, **other}


def cases(*rows: dict) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=declared(CASES))


def many_cases(count: int, seed: int = 1, month: Month = JANUARY) -> pa.Table:
    random = np.random.default_rng(seed)
    first = (month.first - date(1970, 1, 1)).days
    days = random.integers(first, first + (month.last - month.first).days + 1, count)
    columns = {
        "id": random.permutation(count) + 1,
        "version": np.ones(count, np.int16),
        "date": pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32()),
        "territory": random.choice([711_000_000, 751_100_000, 751_200_000, 391_000_000], count).astype(np.int32),
        "article": random.integers(1, 400, count).astype(np.int16),
        "amount": random.integers(0, 10**7, count),
        "state": random.choice(["open", "closed", "annulled"], count),
    }
    return pa.table({name: pa.array(values) for name, values in columns.items()}).cast(declared(CASES))

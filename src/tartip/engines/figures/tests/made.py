"""A small register of seizures over two months, with late rows, corrections and a row that moved."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from tartip.engines.figures import Indicator
from tartip.engines.months import Column, Month, MonthSchema, SealedMonths, seal_month
from tartip.engines.months.canonical import arrow_schema

JANUARY, FEBRUARY = Month(2025, 1), Month(2025, 2)
NAMES = {"kk": "Тәркіленді", "ru": "Изъято", "en": "Seized"}
ALMATY, AUEZOV, BOSTANDYK, ASTANA = 750_000_000, 751_310_000, 751_410_000, 711_110_000

SEIZURES = MonthSchema(
    "seizures",
    (
        Column("id", "int64"),
        Column("version", "int16", low=1),
        Column("date", "date"),
        Column("territory", "int32"),
        Column("state", "string"),
        Column("kind", "int8"),
        Column("mass_mg", "int64", optional=True),
        Column("decided", "date", optional=True),
    ),
)


def row(id, day=date(2025, 1, 10), version=1, **other):
    plain = {"territory": AUEZOV, "state": "seized", "kind": 1, "mass_mg": 1000, "decided": None}
    return {"id": id, "version": version, "date": day, **plain, **other}


def table(rows, schema=SEIZURES):
    fields = arrow_schema(schema)
    rows = [{name: r[name] for name in schema.names} for r in rows]
    return pa.Table.from_pylist(rows, schema=pa.schema([fields.field(name) for name in schema.names]))


def seal(folder, months, schema=SEIZURES):
    """months: parts by month; a part is rows, some of them withdrawn. Returns the sealed months."""
    for month, parts in months.items():
        for number, part in enumerate(parts):
            stay = table([r for r in part if not r.get("withdrawn")], schema)
            gone = [r for r in part if r.get("withdrawn")]
            withdrawn = table(gone, schema) if gone else None
            seal_month(stay, schema, month, folder, supplement=number, withdrawn=withdrawn)
    return SealedMonths.read(folder, schema.register)


def indicator(measure, where=None, **other):
    return Indicator("drugs.seized", NAMES, "seizures", measure, where, **other)


MONTHS = {
    JANUARY: [
        [row(1), row(2, state="confirmed"), row(3, territory=ASTANA, mass_mg=None), row(4, date(2025, 1, 31))],
        # Late: 5. Corrected: 2. Moved to February: 4.
        [
            row(5, territory=BOSTANDYK, mass_mg=7),
            row(2, version=2, mass_mg=500),
            {**row(4, date(2025, 1, 31), 2), "withdrawn": 1},
        ],
    ],
    FEBRUARY: [[row(10, date(2025, 2, 1), kind=2)], [row(4, date(2025, 2, 2), version=2, mass_mg=40)]],
}

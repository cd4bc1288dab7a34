"""A year of the republic's records: administrative cases, citizens' reports and criminal offences, month by month.

Totals and shares are the published ones of 2025 (17 million administrative offences stopped, 5 million reports,
123,900 criminal offences; severity, articles and clearance as in form 1-M of 2022), territories get records by
population, days by season and weekday. Everything else is made up. The same parameters give the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa

from tartip.engines.errors import BadInput
from tartip.engines.months import Column, Month, MonthSchema
from tartip.engines.months.canonical import arrow_schema

ADMINISTRATIVE, REPORT, OFFENCE = 0, 1, 2
OPEN, SUSPENDED, COMPLETED, ANNULLED = 0, 1, 2, 3

YEAR = MonthSchema(
    "year",
    (
        Column("id", "int64", low=1),
        Column("version", "int16", low=1),
        Column("date", "date"),
        Column("territory", "int32", low=100_000_000, high=799_999_999),
        Column("kind", "int8", low=0, high=2),
        Column("article", "int16", low=1, high=999),
        Column("state", "int8", low=0, high=3),
        Column("severity", "int8", low=0, high=5),
        Column("amount", "int64", low=0),
    ),
)

Counts = np.ndarray[Any, np.dtype[np.int64]]

# Draws are 16 bits wide: a share is met to 1/65,536, and a table look-up makes the value.
_SLOTS = 1 << 16
_KINDS = (17_000_000, 5_000_000, 123_900)
_MONTHS = (
    (90, 88, 98, 100, 104, 106, 106, 104, 103, 102, 98, 101),
    (92, 88, 96, 98, 103, 107, 110, 108, 102, 99, 96, 101),
    (104, 101, 107, 104, 103, 102, 99, 99, 97, 96, 95, 93),
)
_WEEKDAYS = ((15, 15, 15, 15, 16, 13, 11), (14, 13, 13, 14, 15, 16, 15), (15, 15, 15, 15, 15, 13, 12))
# 1 misdemeanour, 2 minor, 3 medium, 4 grave, 5 especially grave; the other kinds have no severity, 0.
_SEVERITY = ((1,), (1,), (0, 20_171, 22_548, 66_617, 43_663, 2_200))
_STATES = ((4, 0, 95, 1), (8, 0, 92, 0), (5, 45, 49, 1))
_OFFENCES = {188: 58_233, 190: 43_344, 293: 4_232, 345: 3_402, 296: 2_069, 191: 2_384, 106: 1_829, 297: 1_619, 99: 517}
_BASE_RATE = 3_932  # tenge, МРП of 2025
_FINES = {0: 20, 3: 14, 5: 22, 7: 10, 10: 14, 15: 8, 20: 6, 30: 3, 40: 2, 100: 1}
_DAMAGES = {0: 30, 5: 10, 15: 15, 40: 20, 100: 15, 400: 8, 2000: 2}


@dataclass(frozen=True, slots=True)
class YearParams:
    """How many records, of which year; one kind never runs out, so use some thousands at least."""

    year: int = 2025
    records: int = 25_000_000
    seed: int = 2025

    def __post_init__(self) -> None:
        if not 0 <= self.records <= 10**9 or self.seed < 0:
            raise BadInput("records, seed", self.year, "must be 0 to 10^9 and not negative")


def months(params: YearParams) -> Iterator[tuple[Month, pa.Table]]:
    """The twelve months with their records in the order of their ids; one month is held at a time."""
    for number in range(1, 13):
        month = Month(params.year, number)
        yield month, month_records(params, month)


def month_records(params: YearParams, month: Month) -> pa.Table:
    """Records of one month of `params.year`: columns of YEAR, sorted by id."""
    counts = _by_day_and_kind(params)[[day.month == month.number for day in _days(params.year)]]
    random = np.random.Generator(np.random.PCG64([params.seed, params.year, month.number]))
    per_day = counts.sum(axis=1)
    total = int(per_day.sum())
    first = (month.first - date(1970, 1, 1)).days
    kind = np.repeat(np.tile(np.arange(3, dtype=np.int8), len(counts)), counts.ravel())
    for start, length in zip(np.cumsum(per_day) - per_day, per_day, strict=True):
        random.shuffle(kind[start : start + length])
    tables = _tables()
    columns = {
        "id": month.year * 10**12 + month.number * 10**10 + np.cumsum(random.integers(1, 9, total, dtype=np.int64)),
        "version": np.ones(total, np.int16),
        "date": pa.array(np.repeat(np.arange(first, first + len(counts), dtype=np.int32), per_day)).view(pa.date32()),
        "territory": _drawn(random, tables["territory"], None, total),
        "kind": kind,
        **{name: _drawn(random, tables[name], kind, total) for name in ("article", "state", "severity", "amount")},
    }
    fields = arrow_schema(YEAR)
    return pa.table(
        {n: pa.array(columns[n]) for n in YEAR.names}, schema=pa.schema([fields.field(n) for n in YEAR.names])
    )


@cache
def territories() -> tuple[tuple[int, int], ...]:
    """District code (KATO) and weight: the region's population, shared among its districts by rank."""
    text = resources.files("tartip.core.territory").joinpath("data/territories.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    people = {row["code"]: int(row["population"]) for row in rows if row["level"] == "1"}
    districts = [row for row in rows if row["level"] == "2" and row["code"].isdecimal()]
    found = []
    for region, population in people.items():
        codes = [int(row["code"]) for row in districts if row["parent"] == region]
        parts = apportion(population, [Fraction(1, rank + 1) for rank in range(len(codes))])
        found += list(zip(codes, parts.tolist(), strict=True))
    return tuple(found)


def apportion(total: int, weights: Sequence[Fraction | int]) -> Counts:
    """Whole shares of `total` by weight, exact in sum: largest remainders get what rounding down left."""
    whole = sum(weights, Fraction(0))
    exact = [Fraction(total) * weight / whole for weight in weights]
    shares = np.array([int(share) for share in exact], np.int64)
    rest = sorted(range(len(exact)), key=lambda n: (int(exact[n]) - exact[n], n))[: total - int(shares.sum())]
    shares[rest] += 1
    return shares


def _days(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(n) for n in range(first, date(year + 1, 1, 1).toordinal())]


@cache
def _by_day_and_kind(params: YearParams) -> Counts:
    totals = apportion(params.records, _KINDS)
    days = _days(params.year)
    return np.stack(
        [
            apportion(int(totals[kind]), [_MONTHS[kind][d.month - 1] * _WEEKDAYS[kind][d.weekday()] for d in days])
            for kind in range(3)
        ],
        axis=1,
    )


@cache
def _tables() -> dict[str, Any]:
    tiyn = 100 * _BASE_RATE
    fines = {rate * tiyn: weight for rate, weight in _FINES.items()}
    damages = {rate * tiyn: weight for rate, weight in _DAMAGES.items()}
    tail = {article: 120 for article in range(107, 460) if article not in _OFFENCES}
    # A few administrative articles make most cases; kinds of reports are fewer still.
    ranked = {592 if n == 0 else n + 50: 10_000 // (n + 1) for n in range(400)}
    reports = {n + 1: 1000 // (n + 2) for n in range(60)}
    return {
        "territory": _table(dict(territories()), np.int32),
        "article": np.stack([_table(part, np.int16) for part in (ranked, reports, {**tail, **_OFFENCES})]),
        "state": np.stack([_table(dict(enumerate(part)), np.int8) for part in _STATES]),
        "severity": np.stack([_table(dict(enumerate(part)), np.int8) for part in _SEVERITY]),
        "amount": np.stack([_table(part, np.int64) for part in (fines, {0: 1}, damages)]),
    }


def _table(weights: dict[int, int], dtype: Any) -> Any:
    return np.repeat(np.array(list(weights), dtype), apportion(_SLOTS, list(weights.values())))


def _drawn(random: np.random.Generator, table: Any, kind: Any, count: int) -> Any:
    draws = random.integers(0, _SLOTS, count, dtype=np.uint16)
    return table[draws] if kind is None else table[kind, draws]

"""The questions of the bench `figures`, and the same by hand in SQL and polars.

`python -m bench.parts.figures FOLDER` answers ours alone in a process, for its peak memory.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import polars as pl

from tartip.engines.figures import Cube, Indicator, Period, Territory, _, compute_figures
from tartip.engines.months import SealedMonths
from tartip.simulation.generators.year import territories

NAMES = {"kk": "Көрсеткіш", "ru": "Показатель", "en": "Indicator"}
THIS, LAST = Period.of_year(2025), Period.of_year(2024)

CRIMES = Indicator("offences.crimes", NAMES, "year", _.count(), _.severity >= 2)
COMPLETED = Indicator("cases.completed", NAMES, "year", _.count(), (_.kind == 0) & (_.state == 2))
COLLEGIUM = [
    Indicator(
        f"collegium.n{n}",
        NAMES,
        "year",
        _.amount.sum() if n % 5 == 0 else _.count(),
        (_.kind == n % 3) & (_.state != n % 4) & (_.severity <= n % 6)
        if n % 2
        else (_.article.between(20 * n, 40 * n)),
    )
    for n in range(25)
]
REGIONS = [
    Territory.of(region, [code for code, _weight in territories() if code // 10**7 == region])
    for region in sorted({code // 10**7 for code, _weight in territories()})
]

Answers = Mapping[tuple[str, int], int]


def yoy(sealed: SealedMonths, indicator: Indicator) -> list[tuple[int, int]]:
    """One indicator, 20 regions, this year and the last."""
    now, before = (compute_figures([indicator], REGIONS, period, sealed) for period in (THIS, LAST))
    return [(now.value(indicator.code, region), before.value(indicator.code, region)) for region in REGIONS]


def yoy_duckdb(sealed: SealedMonths, indicator: Indicator) -> list[tuple[int, int]]:
    import duckdb

    files = [str(sealed.path(manifest)) for manifest in sealed.manifests]
    where = "severity >= 2" if indicator is CRIMES else "kind = 0 AND state = 2"
    sql = f"""SELECT territory // 10000000, count(*) FILTER (year(date) = 2025), count(*) FILTER (year(date) = 2024)
              FROM read_parquet($files) WHERE {where} GROUP BY 1 ORDER BY 1"""
    with duckdb.connect() as connection:
        return [(now, before) for _region, now, before in connection.execute(sql, {"files": files}).fetchall()]


def yoy_polars(sealed: SealedMonths, indicator: Indicator) -> list[tuple[int, int]]:
    files = [sealed.path(manifest) for manifest in sealed.manifests]
    where = pl.col("severity") >= 2 if indicator is CRIMES else (pl.col("kind") == 0) & (pl.col("state") == 2)
    found = (
        pl.scan_parquet(files)
        .filter(where)
        .group_by((pl.col("territory") // 10**7).alias("region"))
        .agg(*((pl.col("date").dt.year() == year).sum().alias(str(year)) for year in (2025, 2024)))
        .sort("region")
        .collect(engine="streaming")
    )
    return [(now, before) for _region, now, before in found.iter_rows()]


def collegium(sealed: SealedMonths) -> list[int]:
    """25 indicators × 20 regions = 500 figures of a year."""
    found = compute_figures(COLLEGIUM, REGIONS, THIS, sealed)
    return [found.value(indicator.code, region) for region in REGIONS for indicator in COLLEGIUM]


def collegium_duckdb(sealed: SealedMonths) -> list[int]:
    import duckdb

    from tartip.engines.figures.cells import folded
    from tartip.engines.figures.on_sql import sql_measure

    files = [str(sealed.path(manifest)) for manifest in sealed.of(THIS.months).manifests]
    values = ", ".join(sql_measure(folded(indicator)) for indicator in COLLEGIUM)
    sql = f"SELECT territory // 10000000, {values} FROM read_parquet($files) GROUP BY 1 ORDER BY 1"
    with duckdb.connect() as connection:
        return [value for row in connection.execute(sql, {"files": files}).fetchall() for value in row[1:]]


def collegium_polars(sealed: SealedMonths) -> list[int]:
    from tartip.engines.figures.on_polars import polars_value

    values = []
    for indicator in COLLEGIUM:
        assert indicator.condition is not None
        chosen = polars_value(indicator.condition)
        of = chosen.sum() if indicator.counted.of is None else polars_value(indicator.counted.of).filter(chosen).sum()
        values.append(of.alias(indicator.code))
    found = (
        pl.scan_parquet([sealed.path(manifest) for manifest in sealed.of(THIS.months).manifests])
        .group_by((pl.col("territory") // 10**7).alias("region"))
        .agg(*values)
        .sort("region")
        .collect(engine="streaming")
    )
    return [value for row in found.iter_rows() for value in row[1:]]


if __name__ == "__main__":
    sealed = SealedMonths.read(sys.argv[1], "year")
    yoy(sealed, COMPLETED)
    collegium(sealed)
    Cube.build(COLLEGIUM, sealed)

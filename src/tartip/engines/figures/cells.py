"""One pass over each sealed month: many indicators by territory, the cells of which figures are added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tartip.engines.figures.duck import asking
from tartip.engines.figures.errors import NotAdditive
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.on_ibis import ibis_measure
from tartip.engines.figures.question import ibis_records, schema_for
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.figures.territory import Code
from tartip.engines.figures.words import Both, Measure
from tartip.engines.months import Month, MonthSchema, SealedMonths

Cells = dict[Code, tuple[int, ...]]


def month_cells(indicators: Sequence[Indicator], sealed: SealedMonths) -> dict[Month, Cells]:
    """For each month of `sealed` the value of each indicator by territory code, in the order of `indicators`.

    The indicators must be of one register. Territories without records are left out. About 0.2 s a month for 25
    indicators over 2 million rows.
    Raises NotSealed, FileChanged, NotAdditive, OtherRegister, BadIndicator, QueryFailed.
    """
    cells: dict[Month, Cells] = {}
    queries: dict[MonthSchema, str] = {}
    with asking(indicators[0].register) as answer:
        for month in sealed.months:
            used = sealed.of([month])
            used.check()
            for indicator in indicators:
                schema = schema_for(check_additive(indicator), used)
            if schema not in queries:
                queries[schema] = cells_sql(indicators, schema)
            rows = answer(records_sql(used.manifests, duckdb_scan(used.folder)), queries[schema])
            cells[month] = {code: tuple(int(value) for value in values) for code, *values in rows}
    return cells


def cells_sql(indicators: Sequence[Indicator], schema: MonthSchema) -> str:
    """One aggregate for each indicator, grouped by territory, written by Ibis for DuckDB."""
    import ibis

    table = ibis_records(schema)
    values = {f"v{n}": ibis_measure(folded(indicator), table) for n, indicator in enumerate(indicators)}
    grouped = table.group_by(schema.territory).aggregate(**values).order_by(schema.territory)
    return str(ibis.to_sql(grouped, dialect="duckdb", pretty=False))


def check_additive(indicator: Indicator) -> Indicator:
    if not indicator.counted.additive:
        raise NotAdditive(indicator.code)
    return indicator


def folded(indicator: Indicator) -> Measure:
    """The measure with the indicator's condition inside, so that many share one pass."""
    measure, condition = indicator.counted, indicator.condition
    if condition is None:
        return measure
    return replace(measure, where=condition if measure.where is None else Both("&", condition, measure.where))

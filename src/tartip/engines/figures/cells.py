"""One pass over sealed months: many indicators by territory, the cells of which figures are added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tartip.engines.figures.duck import Answer, asking
from tartip.engines.figures.errors import NotAdditive
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.on_ibis import ibis_measure, ibis_value
from tartip.engines.figures.question import ibis_records, schema_for
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.figures.territory import Code
from tartip.engines.figures.words import Both, Measure, columns_of
from tartip.engines.months import Month, MonthSchema, SealedMonths

Cells = dict[Code, tuple[int, ...]]
MonthCells = dict[Code, tuple[int | None, ...]]
# By the schema and how many indicators it can answer: the same columns always answer the same ones.
Queries = dict[tuple[MonthSchema, int], str]

# Measured: below so many indicators, or with fewer rows to a group, grouping first costs more than it saves.
FEW = 6
ROWS_A_GROUP = 3
SAMPLE = 262_144


def count_cells(indicators: Sequence[Indicator], sealed: SealedMonths) -> Cells:
    """Value of each indicator by territory code over all of `sealed`, in the order of `indicators`.

    The indicators must be of one register; territories without records are left out. One pass: 25 indicators over a
    year of 25 million records take 2 to 4 s of processor time, by how many values their conditions look at.
    Raises NotSealed, FileChanged, NotAdditive, OtherRegister, BadIndicator, QueryFailed.
    """
    with asking(indicators[0].register) as answer:
        return _cells(indicators, sealed, answer, {})


def month_cells(indicators: Sequence[Indicator], sealed: SealedMonths) -> dict[Month, MonthCells]:
    """The same for each month of its own, one pass per month. Raises as `count_cells`, but for NotCounted.

    An indicator that needs a column the month was sealed without is None in each of its rows.
    """
    queries: Queries = {}
    found = {}
    with asking(indicators[0].register) as answer:
        for month in sealed.months:
            used = sealed.of([month])
            counted = [indicator for indicator in indicators if can_answer(used, indicator)]
            cells = _cells(counted, used, answer, queries) if counted else {}
            found[month] = {code: _placed(row, counted, indicators) for code, row in cells.items()}
    return found


def can_answer(sealed: SealedMonths, indicator: Indicator) -> bool:
    """Have these files the columns that the indicator needs?"""
    return all(indicator.columns <= set(manifest.schema.names) for manifest in sealed.manifests)


def _placed(
    row: tuple[int, ...], counted: Sequence[Indicator], indicators: Sequence[Indicator]
) -> tuple[int | None, ...]:
    if len(counted) == len(indicators):
        return row
    values = {indicator.code: value for indicator, value in zip(counted, row, strict=True)}
    return tuple(values.get(indicator.code) for indicator in indicators)


def _cells(indicators: Sequence[Indicator], sealed: SealedMonths, answer: Answer, queries: Queries) -> Cells:
    sealed.check()
    for indicator in indicators:
        schema = schema_for(check_additive(indicator), sealed)
    if (schema, len(indicators)) not in queries:
        queries[schema, len(indicators)] = _fastest_sql(indicators, schema, sealed, answer)
    rows = answer(records_sql(sealed.manifests, duckdb_scan(sealed.folder)), queries[schema, len(indicators)])
    return {code: tuple(int(value) for value in values) for code, *values in rows}


def _fastest_sql(indicators: Sequence[Indicator], schema: MonthSchema, sealed: SealedMonths, answer: Answer) -> str:
    """Many conditions over columns of few values are asked of groups of equal rows instead of every row."""
    if len(indicators) < FEW:
        return cells_sql(indicators, schema)
    first = records_sql(sealed.parts(sealed.months[0]), duckdb_scan(sealed.folder))
    keys = ", ".join(f'"{name}"' for name in group_columns(indicators, schema))
    alike = f"SELECT count(*) AS n FROM (SELECT * FROM records LIMIT {SAMPLE}) GROUP BY {keys}"  # noqa: S608
    ((groups, rows),) = answer(first, f"SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM ({alike})")  # noqa: S608
    return (grouped_cells_sql if groups * ROWS_A_GROUP <= rows else cells_sql)(indicators, schema)


def cells_sql(indicators: Sequence[Indicator], schema: MonthSchema) -> str:
    """One aggregate for each indicator, grouped by territory, written by Ibis for DuckDB."""
    table = ibis_records(schema)
    conditions = {indicator.condition for indicator in indicators}
    shared = conditions.pop() if len(conditions) == 1 else None
    if shared is not None:
        # A filter before the pass is cheaper than the same one inside each aggregate.
        table = table.filter(ibis_value(shared, table))
    measures = [indicator.counted if shared is not None else folded(indicator) for indicator in indicators]
    return _by_territory(table, schema, [ibis_measure(measure, table) for measure in measures])


def grouped_cells_sql(indicators: Sequence[Indicator], schema: MonthSchema) -> str:
    """The same in two steps: rows alike in all that conditions look at become one group, conditions choose groups."""
    table = ibis_records(schema)
    summed = {str(i.counted.of): i.counted.of for i in indicators if i.counted.of is not None}
    names = {text: f"_s{n}" for n, text in enumerate(summed)}
    sums = {names[text]: ibis_value(of, table).sum() for text, of in summed.items()}
    groups = table.group_by(group_columns(indicators, schema)).aggregate(_rows=table.count(), **sums)
    values = []
    for indicator in indicators:
        of, where = indicator.counted.of, folded(indicator).where
        column = groups["_rows" if of is None else names[str(of)]]
        values.append(column.sum(where=None if where is None else ibis_value(where, groups)).fill_null(0))
    return _by_territory(groups, schema, values)


def group_columns(indicators: Sequence[Indicator], schema: MonthSchema) -> list[str]:
    """The territory, and the columns that decide which rows count."""
    names = {name for indicator in indicators for name in columns_of(folded(indicator).where)}
    return [schema.territory, *sorted(names - {schema.territory})]


def _by_territory(table: Any, schema: MonthSchema, values: Sequence[Any]) -> str:
    import ibis

    named = {f"v{n}": value for n, value in enumerate(values)}
    grouped = table.group_by(schema.territory).aggregate(**named).order_by(schema.territory)
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

"""A question that can be answered: the indicator fits the register, and every month of the period is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tartip.engines.errors import expect
from tartip.engines.figures.errors import NotCounted, OtherRegister
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.on_sql import sql_constant, sql_measure, sql_value
from tartip.engines.figures.period import Period
from tartip.engines.figures.relation import common_schema
from tartip.engines.figures.territory import Territory
from tartip.engines.months import MonthSchema, SealedMonths

_IBIS = {"date": "date", "uuid": "binary", "string": "string"}


@dataclass(frozen=True, slots=True)
class Question:
    """`sealed` holds exactly the files that the answer is made of."""

    indicator: Indicator
    territory: Territory
    period: Period
    sealed: SealedMonths
    schema: MonthSchema

    @classmethod
    def ask(cls, indicator: Indicator, territory: Territory, period: Period, sealed: SealedMonths) -> Question:
        """Raises NotSealed, OtherRegister, NotCounted, BadIndicator, BadInput (codes of another kind than sealed)."""
        expect("indicator", indicator, Indicator)
        expect("territory", territory, Territory)
        expect("period", period, Period)
        expect("sealed", sealed, SealedMonths)
        used = sealed.of(period.months)
        schema = schema_for(indicator, used)
        kind = schema.column(schema.territory).kind
        if territory.codes is not None and isinstance(territory.codes[0], str) != (kind == "string"):
            raise OtherRegister("territory", territory.code, f"{indicator.register} seals territories as {kind}")
        return cls(indicator, territory, period, used, schema)


def schema_for(indicator: Indicator, sealed: SealedMonths) -> MonthSchema:
    """The columns all the months share, checked against what the indicator asks for."""
    schema = common_schema(sealed.manifests)
    if schema.register != indicator.register:
        raise OtherRegister("register", indicator.code, f"counts {indicator.register}, not {schema.register}")
    if schema.dated_by != indicator.dated_by:
        rule = f"is dated by {indicator.dated_by}, {schema.register} is sealed by {schema.dated_by}"
        raise OtherRegister("dated_by", indicator.code, rule)
    try:
        indicator.check(schema)
    except NotCounted as error:
        # Registers grow columns over the years; a figure that needs a new one names the month that cannot answer.
        for manifest in sealed.manifests:
            if set(manifest.schema.names) != set(sealed.manifests[-1].schema.names):
                raise NotCounted("column", indicator.code, f"{error} ({manifest.month})") from None
        raise
    return schema


def definition_sql(question: Question) -> str:
    """The question as SQL straight from its words, without Ibis and without the receipt's query."""
    conditions = [] if question.indicator.condition is None else [sql_value(question.indicator.condition)]
    if question.territory.codes is not None:
        codes = ", ".join(sql_constant(code) for code in question.territory.codes)
        conditions.append(f'"{question.schema.territory}" IN ({codes})')
    if not question.period.whole:
        first, last = (sql_constant(day) for day in (question.period.first, question.period.last))
        conditions.append(f'"{question.schema.dated_by}" BETWEEN {first} AND {last}')
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {sql_measure(question.indicator.counted)} FROM records{where}"  # noqa: S608 (names are checked)


def ibis_records(schema: MonthSchema) -> Any:
    """The unbound Ibis table `records` with the columns of the schema."""
    import ibis

    return ibis.table({c.name: _IBIS.get(c.kind, c.kind) for c in schema.columns}, name="records")


def ibis_figure(question: Question, records: Any) -> Any:
    """One row, one column `value`: the measure over the rows of `records` the question asks for."""
    from tartip.engines.figures.on_ibis import ibis_measure, ibis_value

    rows, schema = [], question.schema
    if question.indicator.condition is not None:
        rows.append(ibis_value(question.indicator.condition, records))
    if question.territory.codes is not None:
        rows.append(records[schema.territory].isin(question.territory.codes))
    if not question.period.whole:
        rows.append(records[schema.dated_by].between(question.period.first, question.period.last))
    found = records.filter(*rows) if rows else records
    return found.aggregate(value=ibis_measure(question.indicator.counted, found))


def figure_sql(question: Question) -> str:
    """The question as SQL over `records`, written by Ibis for DuckDB."""
    import ibis

    return str(ibis.to_sql(ibis_figure(question, ibis_records(question.schema)), dialect="duckdb", pretty=False))

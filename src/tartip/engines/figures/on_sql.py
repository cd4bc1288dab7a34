"""Words → plain SQL, by nothing but this page: what a verifier runs instead of trusting the query in a receipt."""

from __future__ import annotations

from datetime import date

from tartip.engines.figures.words import (
    Arithmetic,
    Between,
    Both,
    Column,
    Compare,
    Constant,
    IsIn,
    IsNull,
    Measure,
    Node,
    Not,
    Value,
)

_SIGNS = {"==": "=", "!=": "<>", "&": "AND", "|": "OR"}


def sql_measure(measure: Measure) -> str:
    filtered = "" if measure.where is None else f" FILTER (WHERE {sql_value(measure.where)})"
    if measure.of is None:
        return f"count(*){filtered}"
    of = sql_value(measure.of)
    return f"count(DISTINCT {of}){filtered}" if measure.kind == "nunique" else f"coalesce(sum({of}){filtered}, 0)"


def sql_value(node: Node) -> str:
    match node:
        case Column(name):
            return f'"{name}"'
        case Constant(value):
            return sql_constant(value)
        case Arithmetic(sign, left, right):
            return f"(CAST({sql_value(left)} AS BIGINT) {sign} CAST({sql_value(right)} AS BIGINT))"
        case Compare(sign, left, right) | Both(sign, left, right):
            return f"({sql_value(left)} {_SIGNS.get(sign, sign)} {sql_value(right)})"
        case Not(of):
            return f"(NOT {sql_value(of)})"
        case IsIn(of, values):
            return f"({sql_value(of)} IN ({', '.join(sql_constant(value) for value in values)}))"
        case Between(of, low, high):
            return f"({sql_value(of)} BETWEEN {sql_value(low)} AND {sql_value(high)})"
        case IsNull(of, negated):
            return f"({sql_value(of)} IS {'NOT ' if negated else ''}NULL)"


def sql_constant(value: Value) -> str:
    """A number, a quoted text or a date; text is escaped, so a value can never become SQL."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value))

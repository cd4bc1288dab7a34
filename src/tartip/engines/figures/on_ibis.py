"""Words → Ibis expressions; the same expression runs on DuckDB and on Apache Spark."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

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
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "&": operator.and_,
    "|": operator.or_,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def ibis_measure(measure: Measure, table: ir.Table) -> Any:
    """An aggregate that is an integer and never null."""
    where = None if measure.where is None else ibis_value(measure.where, table)
    if measure.of is None:
        return table.count(where=where)
    of = ibis_value(measure.of, table)
    return of.nunique(where=where) if measure.kind == "nunique" else of.sum(where=where).fill_null(0)


def ibis_value(node: Node, table: ir.Table) -> Any:
    """A column expression on `table`."""
    import ibis

    match node:
        case Column(name):
            return table[name]
        case Constant(value):
            return ibis.literal(value, type="date" if isinstance(value, date) else None)
        case Arithmetic(sign, left, right):
            # Narrow columns would overflow in their own width on some engines.
            return _SIGNS[sign](ibis_value(left, table).cast("int64"), ibis_value(right, table).cast("int64"))
        case Compare(sign, left, right) | Both(sign, left, right):
            return _SIGNS[sign](ibis_value(left, table), ibis_value(right, table))
        case Not(of):
            return ~ibis_value(of, table)
        case IsIn(of, values):
            return ibis_value(of, table).isin([ibis_value(Constant(value), table) for value in values])
        case Between(of, low, high):
            return ibis_value(of, table).between(ibis_value(low, table), ibis_value(high, table))
        case IsNull(of, negated):
            value = ibis_value(of, table)
            return value.notnull() if negated else value.isnull()

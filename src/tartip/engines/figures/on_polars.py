"""Words → polars expressions, for the recount that shares no engine with the figure."""

from __future__ import annotations

import operator
from collections.abc import Callable

import polars as pl

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

_SIGNS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
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


def polars_measure(measure: Measure) -> pl.Expr:
    """An aggregate over the filtered rows; 128 bits wide, since polars wraps around where others refuse."""
    if measure.of is None:
        return pl.len() if measure.where is None else polars_value(measure.where).sum().cast(pl.Int64)
    of = polars_value(measure.of)
    if measure.where is not None:
        of = of.filter(polars_value(measure.where))
    return of.drop_nulls().n_unique() if measure.kind == "nunique" else of.cast(pl.Int128).sum()


def polars_value(node: Node) -> pl.Expr:
    match node:
        case Column(name):
            return pl.col(name)
        case Constant(value):
            return pl.lit(value)
        case Arithmetic(sign, left, right):
            return _SIGNS[sign](polars_value(left).cast(pl.Int128), polars_value(right).cast(pl.Int128))
        case Compare(sign, left, right) | Both(sign, left, right):
            return _SIGNS[sign](polars_value(left), polars_value(right))
        case Not(of):
            return ~polars_value(of)
        case IsIn(of, values):
            return polars_value(of).is_in(list(values))
        case Between(of, low, high):
            return polars_value(of).is_between(polars_value(low), polars_value(high))
        case IsNull(of, negated):
            return polars_value(of).is_not_null() if negated else polars_value(of).is_null()

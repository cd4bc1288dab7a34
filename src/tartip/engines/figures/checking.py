"""Do the words fit the columns that are sealed? Checked before any engine sees them, so that all engines agree."""

from __future__ import annotations

from datetime import date

from tartip.engines.figures.errors import BadIndicator, NotCounted
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
from tartip.engines.months import MonthSchema
from tartip.engines.months.schema import INTEGERS

CONDITION, NUMBER, TEXT, DATE, ID = "condition", "number", "text", "date", "id"


def check_measure(measure: Measure, schema: MonthSchema, where: str) -> None:
    """Raises BadIndicator if a sum is not of numbers, or what is counted is no column of the schema."""
    if measure.where is not None:
        check_condition(measure.where, schema, where)
    if measure.of is not None:
        kind = kind_of(measure.of, schema, where)
        if measure.kind == "sum" and kind != NUMBER:
            raise BadIndicator("measure", where, f"{measure.of} is {kind}, only numbers can be summed")


def check_condition(node: Node, schema: MonthSchema, where: str) -> None:
    """Raises NotCounted for a column that is not sealed, BadIndicator for a comparison of what cannot be compared."""
    kind_of(node, schema, where)


def kind_of(node: Node, schema: MonthSchema, where: str) -> str:
    """What the node is: condition, number, text, date or id."""
    match node:
        case Column(name):
            kinds = {c.name: c.kind for c in schema.columns}
            if name not in kinds:
                raise NotCounted("column", where, f"{schema.register} seals no `{name}`")
            return NUMBER if kinds[name] in INTEGERS else {"string": TEXT, "date": DATE, "uuid": ID}[kinds[name]]
        case Constant(value):
            return _kind(value)
        case Arithmetic(_, left, right):
            _same(NUMBER, (left, right), node, schema, where)
            return NUMBER
        case Compare(sign, left, right):
            kind = kind_of(left, schema, where)
            if kind == ID or (kind == TEXT and sign not in ("==", "!=")):
                raise BadIndicator("comparison", where, f"{kind} has no order that all engines share: {node}")
            _same(kind, (right,), node, schema, where)
        case Both(_, left, right):
            _same(CONDITION, (left, right), node, schema, where)
        case Not(of):
            _same(CONDITION, (of,), node, schema, where)
        case IsIn(of, values):
            kind = kind_of(of, schema, where)
            if any(_kind(value) != kind for value in values):
                raise BadIndicator("isin", where, f"the values are not all {kind}: {node}")
        case Between(of, low, high):
            kind = kind_of(of, schema, where)
            if kind not in (NUMBER, DATE):
                raise BadIndicator("between", where, f"{kind} has no order that all engines share: {node}")
            _same(kind, (low, high), node, schema, where)
        case IsNull(of):
            kind_of(of, schema, where)
    return CONDITION


def _kind(value: Value) -> str:
    return DATE if isinstance(value, date) else TEXT if isinstance(value, str) else NUMBER


def _same(kind: str, nodes: tuple[Node, ...], whole: Node, schema: MonthSchema, where: str) -> None:
    for node in nodes:
        found = kind_of(node, schema, where)
        if found != kind:
            raise BadIndicator("comparison", where, f"{node} is {found}, not {kind}: {whole}")

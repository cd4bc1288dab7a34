"""From what a person writes, `_.state.isin(["closed"])` in Ibis, here or as text, to words; anything else is refused.

Reading goes through the text of the expression, so that a definition in a receipt is read by the same rules as one in
the program, and nothing in a receipt is ever executed.
"""

from __future__ import annotations

import ast
from datetime import date
from typing import Any
from warnings import catch_warnings, simplefilter

from tartip.engines.figures.errors import BadIndicator
from tartip.engines.figures.words import (
    ARITHMETIC,
    COMPARISONS,
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
    columns_of,
)

_COMPARE = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_BINARY: dict[type[ast.operator], str] = {ast.BitAnd: "&", ast.BitOr: "|", ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_LONGEST = 10_000
# Ibis, DuckDB and polars go down with a definition: the first two refuse at 1,000, polars ends the process.
_DEEPEST = 128
assert set(_COMPARE.values()) == set(COMPARISONS)


def read_condition(written: Any, where: str) -> Node:
    """`written`: text, an Ibis deferred or one of ours. Raises BadIndicator naming `where` (the indicator's code)."""
    try:
        return _of_records(_condition(_tree(str(written), where), where), where)
    except RecursionError:
        raise BadIndicator("condition", where, "is nested too deeply") from None


def read_measure(written: Any, where: str) -> Measure:
    """As `read_condition`, for `_.count()`, `_.column.sum()`, `_.column.nunique()` with an optional `where=`."""
    try:
        return _measure(_tree(str(written), where), where)
    except RecursionError:
        raise BadIndicator("measure", where, "is nested too deeply") from None


def _measure(call: ast.expr, where: str) -> Measure:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.args:
        raise BadIndicator("measure", where, "must be a count(), sum() or nunique()")
    kind, of = call.func.attr, call.func.value
    condition = None
    for keyword in call.keywords:
        if keyword.arg != "where" or len(call.keywords) > 1:
            raise BadIndicator("measure", where, f"{kind}() takes nothing but where=")
        condition = _of_records(_condition(keyword.value, where), where)
    if kind == "count" and isinstance(of, ast.Name) and of.id == "_":
        return Measure("count", None, condition)
    if kind == "sum" or (kind == "nunique" and isinstance(_node(of, where), Column)):
        return Measure("sum" if kind == "sum" else "nunique", _of_records(_term(of, where), where), condition)
    raise BadIndicator("measure", where, f"{kind}() is no exact count or sum; there are _.count(), sum() and nunique()")


def _tree(text: str, where: str) -> ast.expr:
    try:
        if len(text) > _LONGEST:
            raise ValueError
        with catch_warnings():
            simplefilter("ignore")  # of odd escapes in a stranger's text
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadIndicator("expression", where, f"cannot be read: {text[:80]!r}") from None
    row, depth = [tree], 0
    while row := [child for node in row for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]:
        depth += 1
        if depth > _DEEPEST:
            raise BadIndicator("expression", where, f"is nested deeper than {_DEEPEST}")
    return tree


def _condition(tree: ast.expr, where: str) -> Node:
    node = _node(tree, where)
    if not isinstance(node, Compare | Both | Not | IsIn | Between | IsNull):
        raise BadIndicator("condition", where, f"{node} is a value, not a condition")
    return node


def _of_records(node: Node, where: str) -> Node:
    """A condition or sum that names no column says nothing of a record, and engines count it differently."""
    if not columns_of(node):
        raise BadIndicator("expression", where, f"{node} names no column")
    return node


def _term(tree: ast.expr, where: str) -> Node:
    node = _node(tree, where)
    if not isinstance(node, Column | Constant | Arithmetic):
        raise BadIndicator("value", where, f"{node} is a condition, not a value")
    return node


def _node(tree: ast.expr, where: str) -> Node:
    match tree:
        case ast.Attribute(value=ast.Name(id="_"), attr=name):
            return Column(name)
        case ast.Subscript(value=ast.Name(id="_"), slice=ast.Constant(value=str(name))):
            return Column(name)
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARE:
            return Compare(_COMPARE[type(sign)], _term(left, where), _term(right, where))
        case ast.BinOp(left=left, op=op, right=right) if _BINARY.get(type(op)) in ARITHMETIC:
            return Arithmetic(_BINARY[type(op)], _term(left, where), _term(right, where))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return Both(_BINARY[type(op)], _condition(left, where), _condition(right, where))
        case ast.UnaryOp(op=ast.Invert(), operand=of):
            return Not(_condition(of, where))
        case ast.UnaryOp(op=ast.USub(), operand=of) if not isinstance(of, ast.Constant):
            return Arithmetic("-", Constant(0), _term(of, where))
        case ast.Call(func=ast.Attribute(value=of, attr="isin"), args=[values], keywords=[]):
            return IsIn(_term(of, where), _values(values, where))
        case ast.Call(func=ast.Attribute(value=of, attr="between"), args=[low, high], keywords=[]):
            return Between(_term(of, where), _term(low, where), _term(high, where))
        case ast.Call(func=ast.Attribute(value=of, attr="isnull" | "notnull" as name), args=[], keywords=[]):
            return IsNull(_term(of, where), name == "notnull")
        case _:
            return Constant(_value(tree, where))


def _values(tree: ast.expr, where: str) -> tuple[Value, ...]:
    if not isinstance(tree, ast.List | ast.Tuple | ast.Set) or not tree.elts:
        raise BadIndicator("isin", where, "needs a list of values that is not empty")
    values = tuple(_value(item, where) for item in tree.elts)
    # A set has no order of its own; the spelling of a definition must not depend on the run.
    return tuple(sorted(values, key=lambda v: (str(type(v)), v))) if isinstance(tree, ast.Set) else values


def _value(tree: ast.expr, where: str) -> Value:
    match tree:
        case ast.Constant(value=int() | str() as value) if not isinstance(value, bool) and _fits(value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if _fits(value):
            return -value
        case ast.Call(func=ast.Name(id="date") | ast.Attribute(value=ast.Name(id="datetime"), attr="date"), args=parts):
            numbers = [_value(part, where) for part in parts]
            try:
                return date(*numbers)  # type: ignore[arg-type]
            except (TypeError, ValueError, OverflowError):
                pass
    raise BadIndicator("expression", where, f"has no word `{ast.unparse(tree)[:80]}`")


def _fits(value: int | str) -> bool:
    return _is_text(value) if isinstance(value, str) else abs(value) < 2**63


def _is_text(value: str) -> bool:
    """UTF-8 without the zero character, at which some engines would end a text."""
    return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)

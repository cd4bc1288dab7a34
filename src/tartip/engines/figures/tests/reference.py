"""The slow obvious way: row by row in Python, with SQL's three truths (True, False, None)."""

from __future__ import annotations

from tartip.engines.figures.words import (
    Arithmetic,
    Between,
    Both,
    Column,
    Compare,
    Constant,
    IsIn,
    IsNull,
    Not,
)


def value(node, row):
    match node:
        case Column(name):
            return row[name]
        case Constant(constant):
            return constant
        case Arithmetic(sign, left, right):
            a, b = value(left, row), value(right, row)
            if a is None or b is None:
                return None
            return a + b if sign == "+" else a - b if sign == "-" else a * b
        case Compare(sign, left, right):
            a, b = value(left, row), value(right, row)
            if a is None or b is None:
                return None
            return {"==": a == b, "!=": a != b}[sign] if sign in ("==", "!=") else ordered(sign, a, b)
        case Both("&", left, right):
            both = (value(left, row), value(right, row))
            return False if False in both else None if None in both else True
        case Both("|", left, right):
            both = (value(left, row), value(right, row))
            return True if True in both else None if None in both else False
        case Not(of):
            inner = value(of, row)
            return None if inner is None else not inner
        case IsIn(of, values):
            inner = value(of, row)
            return None if inner is None else inner in values
        case Between(of, low, high):
            return value(Both("&", Compare(">=", of, low), Compare("<=", of, high)), row)
        case IsNull(of, negated):
            return (value(of, row) is None) != negated
    raise AssertionError(node)


def ordered(sign, a, b):
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def measured(measure, rows) -> int:
    rows = [row for row in rows if measure.where is None or value(measure.where, row)]
    if measure.kind == "count":
        return len(rows)
    values = [value(measure.of, row) for row in rows]
    values = [v for v in values if v is not None]
    return len(set(values)) if measure.kind == "nunique" else sum(values)


def counting(parts: list[list[dict]]) -> list[dict]:
    """What counts of one month: `parts` are its file and supplements, rows with id, version and withdrawn."""
    newest = {}
    for row in [row for part in parts for row in part]:
        if row["id"] not in newest or row["version"] > newest[row["id"]]["version"]:
            newest[row["id"]] = row
    return [row for row in newest.values() if not row.get("withdrawn")]


def figure(indicator, territory, period, months: dict[object, list[list[dict]]]) -> int:
    rows = [row for month in period.months for row in counting(months[month])]
    rows = [row for row in rows if period.first <= row["date"] <= period.last]
    if territory.codes is not None:
        rows = [row for row in rows if row["territory"] in territory.codes]
    if indicator.condition is not None:
        rows = [row for row in rows if value(indicator.condition, row)]
    return measured(indicator.counted, rows)

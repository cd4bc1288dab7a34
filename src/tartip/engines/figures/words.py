"""The words of which indicators are made: a small exact part of Ibis, the same on every engine.

Every word is a node; `str(node)` is its one spelling, which is also valid Ibis. What would need floats or guesses
(means, approximations, division) is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = int | str | date

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*")


@dataclass(frozen=True, slots=True)
class Column:
    name: str

    def __str__(self) -> str:
        return f"_.{self.name}"


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value

    def __str__(self) -> str:
        value = self.value
        return f"date({value.year}, {value.month}, {value.day})" if isinstance(value, date) else repr(value)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    sign: str
    left: Node
    right: Node

    def __str__(self) -> str:
        return f"({self.left} {self.sign} {self.right})"


@dataclass(frozen=True, slots=True)
class Compare:
    sign: str
    left: Node
    right: Node

    def __str__(self) -> str:
        return f"({self.left} {self.sign} {self.right})"


@dataclass(frozen=True, slots=True)
class Both:
    """Logical and (`&`) or or (`|`) of two conditions."""

    sign: str
    left: Node
    right: Node

    def __str__(self) -> str:
        return f"({self.left} {self.sign} {self.right})"


@dataclass(frozen=True, slots=True)
class Not:
    of: Node

    def __str__(self) -> str:
        return f"~{self.of}"


@dataclass(frozen=True, slots=True)
class IsIn:
    of: Node
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.of}.isin([{', '.join(str(Constant(value)) for value in self.values)}])"


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends belong to it."""

    of: Node
    low: Node
    high: Node

    def __str__(self) -> str:
        return f"{self.of}.between({self.low}, {self.high})"


@dataclass(frozen=True, slots=True)
class IsNull:
    of: Node
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.of}.{'notnull' if self.negated else 'isnull'}()"


@dataclass(frozen=True, slots=True)
class Measure:
    """`_.count()`, `_.column.sum()` or `_.column.nunique()`, of all rows or those `where` a condition holds."""

    kind: Literal["count", "sum", "nunique"]
    of: Node | None = None
    where: Node | None = None

    def __str__(self) -> str:
        return f"{self.of or '_'}.{self.kind}({f'where={self.where}' if self.where else ''})"

    @property
    def additive(self) -> bool:
        """May results of parts be added up? Counts of different values may not."""
        return self.kind != "nunique"


Node = Column | Constant | Arithmetic | Compare | Both | Not | IsIn | Between | IsNull


def columns_of(node: Node | None) -> frozenset[str]:
    """Names of the columns it speaks of."""
    match node:
        case Column(name):
            return frozenset({name})
        case Arithmetic(_, left, right) | Compare(_, left, right) | Both(_, left, right):
            return columns_of(left) | columns_of(right)
        case Between(of, low, high):
            return columns_of(of) | columns_of(low) | columns_of(high)
        case Not(of) | IsIn(of, _) | IsNull(of, _):
            return columns_of(of)
        case _:
            return frozenset()

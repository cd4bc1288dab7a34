"""The columns a register seals, in their canonical order, with the rules a value must keep."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tartip.engines.merkle import canonical_json
from tartip.engines.months.errors import BadSchema, shorten

# Bytes per value; a string has its own length.
WIDTHS = {"int8": 1, "int16": 2, "int32": 4, "int64": 8, "date": 4, "uuid": 16, "string": 0}
INTEGERS = frozenset({"int8", "int16", "int32", "int64"})
WITHDRAWN = "withdrawn"
MAX_COLUMNS = 1000
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `low` and `high` (inclusive) bound integers, and the length in bytes of strings.

    Give bounds wherever the register has them: they are what catches a column shifted by one in an export.
    """

    name: str
    kind: str
    low: int | None = None
    high: int | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name):
            raise BadSchema("column", shorten(self.name), "must be lower case letters, digits and _")
        if not isinstance(self.kind, str) or self.kind not in WIDTHS:
            raise BadSchema("kind", self.name, f"must be one of {', '.join(WIDTHS)}, not {shorten(self.kind)}")
        bounds = [bound for bound in (self.low, self.high) if bound is not None]
        if not all(type(bound) is int and abs(bound) < 2**63 for bound in bounds) or bounds != sorted(bounds):
            raise BadSchema("bounds", self.name, "must be whole numbers of 64 bits, the lower first")
        if type(self.optional) is not bool:
            raise BadSchema("optional", self.name, "must be true or false")
        if self.kind in ("date", "uuid") and (self.low, self.high) != (None, None):
            raise BadSchema("bounds", self.name, f"a {self.kind} has none")


@dataclass(frozen=True, slots=True)
class MonthSchema:
    """What one register seals each month.

    `id` (int64 or uuid) and `version` (any integer, from 1) name a record and its state; `dated_by` is the date that
    counts, already in the territory's zone (see `civil_dates`); `territory` is a code such as KATO, number or text.
    One column is added by the seal itself: `withdrawn` (int8), 1 where a supplement takes a record out of the month.
    """

    register: str
    columns: tuple[Column, ...]
    id: str = "id"
    version: str = "version"
    dated_by: str = "date"
    territory: str = "territory"

    def __post_init__(self) -> None:
        if not isinstance(self.register, str) or not NAME.fullmatch(self.register):
            raise BadSchema("register", shorten(self.register), "must be lower case letters, digits and _")
        if len(self.columns) > MAX_COLUMNS:
            raise BadSchema("columns", self.register, f"must not be more than {MAX_COLUMNS}")
        for name, count in Counter(c.name for c in self.sealed_columns).items():
            if count > 1:
                raise BadSchema("column", name, "stands twice (`withdrawn` is added by the seal)")
        for role, kinds in (
            ("id", {"int64", "uuid"}),
            ("version", INTEGERS),
            ("dated_by", {"date"}),
            ("territory", INTEGERS | {"string"}),
        ):
            column = self.column(getattr(self, role))
            if column.kind not in kinds or column.optional:
                raise BadSchema(role, column.name, f"must be {' or '.join(sorted(kinds))} and never empty")

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise BadSchema("column", shorten(name), f"is not in the schema of {self.register}")

    @property
    def sealed_columns(self) -> tuple[Column, ...]:
        """All columns as they stand in a sealed file: those declared, then `withdrawn`."""
        return (*self.columns, Column(WITHDRAWN, "int8", low=0, high=1))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def as_json(self) -> dict[str, Any]:
        columns = [
            {"name": c.name, "kind": c.kind, "low": c.low, "high": c.high, "optional": c.optional} for c in self.columns
        ]
        roles = {role: getattr(self, role) for role in ("id", "version", "dated_by", "territory")}
        return {"register": self.register, "columns": columns, **roles}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> MonthSchema:
        try:
            if not isinstance(data["columns"], list):
                raise TypeError
            columns = tuple(Column(**column) for column in data["columns"])
            return cls(**{**data, "columns": columns})
        except (TypeError, KeyError, AttributeError):
            raise BadSchema(
                "schema", "manifest", "must hold register, columns, id, version, dated_by, territory"
            ) from None

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON of the schema, hex."""
        return sha256(canonical_json(self.as_json())).hexdigest()

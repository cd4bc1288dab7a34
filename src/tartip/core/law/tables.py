"""Reading the tables: plain UTF-8 CSV in `data/`, read once, every cell checked, every mistake named."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import TypeVar

from tartip.core.law.errors import BadTable

STATUSES = ("confirmed", "older edition", "unconfirmed")
LANGUAGES = ("kk", "ru", "en")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; every reader below raises BadTable with file, line and column."""

    table: str
    line: int
    cells: Mapping[str, str]

    def wrong(self, column: str, rule: str) -> BadTable:
        return BadTable(self.table, self.line, column, rule)

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self.cells[column]
        if not value:
            raise self.wrong(column, "is empty")
        return value

    def maybe(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str) -> int:
        value = self.text(column)
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise self.wrong(column, f"{value!r} is not a whole number")
        return int(value)

    def day(self, column: str) -> date:
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError as wrong:
            raise self.wrong(column, f"{value!r} is not a day like 2026-03-12") from wrong

    def maybe_day(self, column: str) -> date | None:
        return self.day(column) if self.cells[column] else None

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        value, allowed = self.text(column), tuple(allowed)
        if value not in allowed:
            raise self.wrong(column, f"{value!r} is none of: {', '.join(allowed)}")
        return value

    def enum(self, column: str, kind: type[E]) -> E:
        return kind(self.one_of(column, [member.value for member in kind]))

    def yes(self, column: str) -> bool:
        return self.one_of(column, ("yes", "no")) == "yes"


def parse(table: str, lines: Iterable[str], head: str) -> Iterator[Row]:
    """Rows of CSV text whose first line is exactly the columns of `head` (separated by spaces)."""
    reader, columns = csv.reader(lines), head.split()
    if next(reader, []) != columns:
        raise BadTable(table, 1, "head", f"must be {','.join(columns)}")
    for cells in reader:
        if len(cells) != len(columns):
            raise BadTable(table, reader.line_num, "all", f"has {len(cells)} cells instead of {len(columns)}")
        yield Row(table, reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))


def by_key(rows: Iterable[Row], column: str) -> dict[str, Row]:
    """The rows of a table in which each key stands once. Of two the last would win, and nobody would notice."""
    found: dict[str, Row] = {}
    for row in rows:
        key = row.text(column)
        if key in found:
            raise row.wrong(column, f"{key} stands in line {found[key].line} already")
        found[key] = row
    return found


def read(table: str, head: str) -> list[Row]:
    """All rows of a shipped table."""
    text = (files("tartip.core.law") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return list(parse(table, text.splitlines(), head))

"""All territories and who lies in whom, as one immutable value; see `tree.py` for the tree of the database."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from tartip.core.territory.errors import BrokenTree, NotValidOn, UnknownTerritory
from tartip.core.territory.rows import TerritoryRow
from tartip.core.territory.spelling import Language, sort_key

T = TypeVar("T")


class TerritoryTree:
    """All territories and who lies in whom. Immutable; every answer is a look-up.

    Raises BrokenTree when the rows are not one tree: a missing or wrong-level parent, two roots, a code twice,
    an unknown time zone. Every method raises UnknownTerritory for a code that is not in the tree.
    """

    def __init__(self, rows: Iterable[TerritoryRow]) -> None:
        self._rows: dict[str, TerritoryRow] = {}
        for row in rows:
            if row.code in self._rows:
                raise BrokenTree(row.code, "it is there twice")
            self._rows[row.code] = row
        self._parent = {row.code: row.parent for row in self._rows.values()}
        self._days = sorted({day for row in self._rows.values() for day in _days(row)})
        self._past: dict[int, TerritoryTree] = {}
        self._zones = {row.code: _zone(row) for row in self._rows.values()}
        self._grow()

    def _grow(self) -> None:
        for code, parent in self._parent.items():
            if (parent is None) != (self._rows[code].level == 0):
                raise BrokenTree(code, "a territory has a parent unless it is the republic")
            if parent is not None and parent not in self._rows:
                raise BrokenTree(code, f"its parent {parent} is not in the table")
            if parent is not None and self._rows[parent].level != self._rows[code].level - 1:
                raise BrokenTree(code, f"its parent {parent} is not one level up")
        roots = [code for code, parent in self._parent.items() if parent is None]
        if len(roots) != 1:
            raise BrokenTree(", ".join(roots) or "the top", "there must be one republic")
        self.root = roots[0]
        # A parent is one level up, so there is no cycle and the walk ends.
        self._ancestors = {code: self._walk_up(code) for code in self._rows}
        below: dict[str, set[str]] = {code: {code} for code in self._rows}
        children: dict[str, list[str]] = {code: [] for code in self._rows}
        for code, line in self._ancestors.items():
            for ancestor in line:
                below[ancestor].add(code)
            if line:
                children[line[0]].append(code)
        self._subtree = {code: frozenset(codes) for code, codes in below.items()}
        self._children = {code: tuple(sorted(codes)) for code, codes in children.items()}

    def _walk_up(self, code: str) -> tuple[str, ...]:
        line = []
        parent = self._parent[code]
        while parent is not None:
            line.append(parent)
            parent = self._parent[parent]
        return tuple(line)

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Mapping[str, TerritoryRow]:
        return self._rows

    def row(self, code: str) -> TerritoryRow:
        return _found(self._rows, code)

    def parent(self, code: str) -> str | None:
        return _found(self._parent, code)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """From the parent up to the republic; empty for the republic."""
        return _found(self._ancestors, code)

    def children(self, code: str, language: Language | None = None) -> tuple[str, ...]:
        """One level down: in the order of codes, or of the names in a language."""
        codes = _found(self._children, code)
        return codes if language is None else self.ordered(codes, language)

    def subtree(self, code: str) -> frozenset[str]:
        """The territory itself and everything below it."""
        return _found(self._subtree, code)

    def contains(self, ancestor: str, code: str) -> bool:
        """Whether `code` is `ancestor` or lies in it."""
        _found(self._rows, code)
        return code in self.subtree(ancestor)

    def region(self, code: str) -> str | None:
        """The region or city of republican significance it belongs to; None for the republic."""
        line = (code, *self.ancestors(code))
        return line[-2] if len(line) > 1 else None

    def name(self, code: str, language: Language) -> str:
        return self.row(code).name(language)

    def zone(self, code: str) -> ZoneInfo:
        """Time of a day long past differs between zones: always ask with the moment, never keep an offset."""
        return _found(self._zones, code)

    def ordered(self, codes: Iterable[str], language: Language) -> tuple[str, ...]:
        """The codes in the order of their names in a language; equal names (in two regions) by code."""
        return tuple(sorted(codes, key=lambda code: (sort_key(self.name(code, language), language), code)))

    def parent_on(self, code: str, on: date) -> str | None:
        """The parent on that day. Raises NotValidOn if the territory did not exist then."""
        row = self.row(code)
        past = self.at(on)
        if code not in past:
            raise NotValidOn(row.code, on)
        return past.parent(code)

    def at(self, on: date) -> TerritoryTree:
        """The tree of a day: only what existed then, under the parent of then (today's names and codes)."""
        epoch = bisect_right(self._days, on)
        if epoch not in self._past:
            self._past[epoch] = self._as_of(on)
        return self._past[epoch]

    def _as_of(self, on: date) -> TerritoryTree:
        kept: dict[str, TerritoryRow] = {}
        for row in sorted(self._rows.values(), key=lambda row: row.level):
            parent = row.parent_on(on)
            if row.valid_on(on) and (parent is None or parent in kept):
                kept[row.code] = row if parent == row.parent else _under(row, parent)
        return TerritoryTree(kept.values())


def _under(row: TerritoryRow, parent: str | None) -> TerritoryRow:
    return replace(row, parent=parent, previous_parent=None, parent_since=None)


def _days(row: TerritoryRow) -> Iterable[date]:
    return (day for day in (row.valid_from, row.valid_to, row.parent_since) if day is not None)


def _zone(row: TerritoryRow) -> ZoneInfo:
    try:
        return ZoneInfo(row.timezone)
    except (KeyError, ValueError) as error:
        raise BrokenTree(row.code, f"unknown time zone {row.timezone!r}") from error


def _found(table: Mapping[str, T], code: str) -> T:
    try:
        return table[code]
    except (KeyError, TypeError):
        raise UnknownTerritory(code) from None

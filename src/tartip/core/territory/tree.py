"""The tree of territories of the database, for everyday questions.

    from tartip.core.territory import tree
    tree.contains("750000000", place)      # is the place in Almaty, or Almaty itself?
    tree.current().at(day).subtree("630000000")

The functions ask the tree of today; what held on another day is asked of `current().at(day)`.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from tartip.core.territory import cache
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.spelling import Language

ROOT: Final = "KZ"


def current() -> TerritoryTree:
    """The tree of the database, cached in this process and read again after a load. Raises NoTerritories if empty."""
    return cache.tree()


def ancestors(code: str) -> tuple[str, ...]:
    return current().ancestors(code)


def subtree(code: str) -> frozenset[str]:
    return current().subtree(code)


def contains(ancestor: str, code: str) -> bool:
    return current().contains(ancestor, code)


def children(code: str, language: Language | None = None) -> tuple[str, ...]:
    return current().children(code, language)


def region(code: str) -> str | None:
    return current().region(code)


def name(code: str, language: Language) -> str:
    return current().name(code, language)


def zone(code: str) -> ZoneInfo:
    return current().zone(code)


def parent_on(code: str, on: date) -> str | None:
    return current().parent_on(code, on)

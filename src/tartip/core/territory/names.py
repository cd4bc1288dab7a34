"""Find territories by name: by what a hand types at a desk, and by what a file calls them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.spelling import LANGUAGES, Language, bare, fold, latin


class NameIndex:
    """Folded names of a tree: full, without the generic word, in Latin letters, and the other spellings."""

    def __init__(self, tree: TerritoryTree) -> None:
        self._tree = tree
        self._full: dict[str, tuple[str, ...]] = {}
        self._bare: dict[str, tuple[str, ...]] = {}
        for code, row in tree.rows.items():
            full = [fold(row.name(language)) for language in LANGUAGES]
            short = [fold(bare(row.name(language), language)) for language in LANGUAGES]
            short += map(fold, row.aliases)
            self._full[code] = tuple(dict.fromkeys([*full, *short, *map(latin, short)]))
            self._bare[code] = tuple(dict.fromkeys([*short, *map(latin, short)]))

    def search(self, typed: str, language: Language, limit: int = 20, under: str | None = None) -> tuple[str, ...]:
        """Codes whose name has a word that begins as typed, best first: names that begin so, then the higher level,
        then the order of the language. Digits are looked up as the beginning of a code. Nothing typed, nothing found.
        """
        wanted = fold(typed)
        if not wanted:
            return ()
        codes = self._tree.ordered(self._tree.subtree(under or self._tree.root), language)
        ranked = [(rank, self._tree.row(code).level, code) for code in codes if (rank := self._rank(code, wanted)) < 2]
        ranked.sort(key=lambda found: found[:2])
        return tuple(code for _, _, code in ranked[:limit])

    def named(self, names: Iterable[str]) -> frozenset[str]:
        """The codes that bear every one of the names which is known at all; a name nobody bears is passed over."""
        found: frozenset[str] | None = None
        for name in names:
            wanted = fold(name)
            bearers = frozenset(code for code, full in self._full.items() if wanted in full)
            if wanted and bearers:
                found = bearers if found is None else found & bearers
        return found or frozenset()

    def _rank(self, code: str, wanted: str) -> int:
        if code.startswith(wanted) or any(name.startswith(wanted) for name in self._bare[code]):
            return 0
        return 1 if any(f" {wanted}" in f" {name}" for name in self._full[code]) else 2


@lru_cache(maxsize=4)
def names_of(tree: TerritoryTree) -> NameIndex:
    return NameIndex(tree)

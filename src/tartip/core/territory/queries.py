"""Lists for pages and API, in the order of the asked language. Plain dicts, from the tree kept in the process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tartip.core.territory import tree
from tartip.core.territory.names import names_of
from tartip.core.territory.spelling import Language, bare


def territory(code: str, language: Language) -> dict[str, Any]:
    """One territory: code, name, short name, kind, level, iso, parent, region and their names."""
    now = tree.current()
    row = now.row(code)
    region = now.region(code)
    return {
        "code": code,
        "name": row.name(language),
        "short": bare(row.name(language), language),
        "kind": row.kind,
        "level": row.level,
        "iso": row.iso,
        "kato_known": row.kato_known,
        "parent": row.parent,
        "region": region,
        "region_name": now.name(region, language) if region else "",
    }


def regions(language: Language) -> list[dict[str, Any]]:
    """The 17 regions and 3 cities of republican significance."""
    return _listed(tree.children(tree.ROOT, language), language)


def districts(region: str, language: Language) -> list[dict[str, Any]]:
    """The districts, cities and city districts of a region. Raises UnknownTerritory."""
    return _listed(tree.children(region, language), language)


def search(text: str, language: Language, limit: int = 20, under: str | None = None) -> list[dict[str, Any]]:
    """What begins as typed, in any of the languages and on any keyboard: «кызыл» finds Қызылорда, "qyzyl" too."""
    return _listed(names_of(tree.current()).search(text, language, limit, under), language)


def _listed(codes: Iterable[str], language: Language) -> list[dict[str, Any]]:
    return [territory(code, language) for code in codes]

"""Territories for a chooser: each with its place in the tree."""

from __future__ import annotations

from tartip.core.language import language
from tartip.core.territory import tree


def territories(top: str) -> list[tuple[str, str]]:
    """The territories below one, and it itself, by code and name in the language that is active."""
    found: list[tuple[str, str]] = []

    def walk(code: str, depth: int) -> None:
        found.append((code, "\u2003" * depth + tree.name(code, language())))
        for child in tree.children(code, language()):
            walk(child, depth + 1)

    walk(top, 0)
    return found

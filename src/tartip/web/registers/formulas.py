"""Texts that a spreadsheet would take for a formula: marked when they are written, unmarked when they are read."""

from __future__ import annotations

MARK = "'"
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def quote(text: str) -> str:
    """The text with an apostrophe in front, where a spreadsheet would compute it."""
    return MARK + text if text.startswith(BEGINNINGS) else text


def unquote(text: str) -> str:
    """The text as it was before `quote`: a file that was exported can be imported again."""
    return text[1:] if text.startswith(MARK) and text[1:].startswith(BEGINNINGS) else text

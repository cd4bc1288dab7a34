"""Reading what lies in a file or beside one: whole or not at all, and never more than a document can hold."""

from __future__ import annotations

from pathlib import Path

from tartip.verify import texts
from tartip.verify.registry import Unreadable

# One bound for every document and every receipt, here and in `standalone.py`.
MAX_JSON = 16 * 1024 * 1024


def read_start(path: Path) -> bytes:
    """The bytes of a file, cut where it is too long for a document; `whole` tells the two apart. May raise OSError."""
    with path.open("rb") as file:
        return file.read(MAX_JSON + 1)


def whole(data: bytes) -> bytes:
    """The same bytes. Raises Unreadable where they are more than a document holds, whatever they begin with."""
    if len(data) > MAX_JSON:
        raise Unreadable(texts.TOO_LONG, f"longer than {MAX_JSON} bytes", most=MAX_JSON)
    return data

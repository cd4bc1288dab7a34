"""The kinds of receipts: what a code may open. Each app declares its own as `RECEIPT` in `receipts.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tartip.core.discovery import declared


@dataclass(frozen=True, slots=True)
class ReceiptKind:
    """access: the record of a tidied code, or NotFound. page: the name of the URL that shows it, with `code`."""

    access: Callable[[str], Any]
    page: str


def kinds() -> list[ReceiptKind]:
    return [kind for _app, kind in declared("receipts", "RECEIPT")]

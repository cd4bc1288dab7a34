"""Small checks of single values, shared by parameters and sections."""

from __future__ import annotations

from typing import Any


def is_whole(value: Any, low: int, high: int) -> bool:
    """Is it a whole number in [low, high]? True and False are not numbers here."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

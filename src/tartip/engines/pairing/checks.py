"""Small checks of single values, shared by parameters and sections."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def is_whole(value: Any, low: int, high: int) -> bool:
    """Is it a whole number in [low, high]? True and False are not numbers here."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_moment(value: Any) -> bool:
    """Is it a datetime that says how far it is from UTC? A zone may be there and not know, or fail."""
    try:
        return isinstance(value, datetime) and value.utcoffset() is not None
    except (TypeError, ValueError, OverflowError, NotImplementedError):
        return False

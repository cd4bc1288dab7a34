"""Operators, their prefixes and trunks of the made-up network."""

from __future__ import annotations

from typing import Final

OPERATORS: Final[dict[int, tuple[int, ...]]] = {
    1: (701, 702, 775, 778),
    2: (705, 706, 771, 776, 777),
    3: (700, 707, 708, 747),
}
HOME: Final = 70_000_000_000
INTERNATIONAL_TRUNKS: Final = 8  # trunks 1..8; trunk 10 + operator is that operator's own access
ACCESS: Final = 10

"""Which signs are taken for which, and what it costs to believe it.

Costs are tenths of a power of ten, like decibels: 10 means ten times less likely. The table holds only what looks
alike on a plate; a reader's own second thoughts come on top (frame.py).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLACE = {sign: place for place, sign in enumerate(SIGNS)}
NEVER = 1000

TWINS = {
    "0O": 4,
    "0Q": 18,
    "0D": 18,
    "0U": 30,
    "0C": 30,
    "1I": 4,
    "1L": 16,
    "1J": 20,
    "1T": 24,
    "2Z": 8,
    "3B": 24,
    "4A": 20,
    "4H": 26,
    "5S": 8,
    "6G": 8,
    "6B": 22,
    "6C": 28,
    "7T": 18,
    "7Z": 20,
    "7Y": 26,
    "8B": 8,
    "8S": 26,
    "9P": 26,
    "9G": 28,
    "9Q": 28,
}


@lru_cache(1)
def twin_costs() -> npt.NDArray[np.int64]:
    """(36, 36) cost of reading the column's sign where the row's sign stands written; 0 on the diagonal."""
    costs = np.full((len(SIGNS), len(SIGNS)), NEVER, np.int64)
    np.fill_diagonal(costs, 0)
    for pair, cost in TWINS.items():
        one, two = PLACE[pair[0]], PLACE[pair[1]]
        costs[one, two] = costs[two, one] = cost
    return costs

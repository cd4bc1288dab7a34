"""The proof of an optimum: prices of seats and units under which no other match is cheaper.

After Kuhn (1955) and Burkard, Dell'Amico, Martello, Assignment Problems (2012), ch. 4: seat + unit price never passes
the cost of a pair, a unit's price is never above 0 and is 0 if the unit stays free; a match of pairs that reach their
price is then optimal. Of all such prices the units' highest are taken, so that seats' prices are lowest: an
incident whose price is not above the cost of every unit outside its list needs no longer list.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import Ints
from tartip.engines.errors import EngineError

Floats = npt.NDArray[np.float64]
NO_EDGE = np.int64(1) << 60


class NotOptimal(EngineError):
    """The match handed in can be improved: a defect of the solver, never of the input."""

    code = "assignment.not_optimal"
    text = "the solver's match of %(seats)s seats is not optimal"


def prices(cost: Floats, column: Ints) -> tuple[Ints, Ints]:
    """Seat prices (r,) and prices (columns,) under the match column: (r,) that each seat holds.

    cost: (r, columns) whole numbers as float64, inf where there is no pair.
    Bellman-Ford over "seat i would take the column that seat j holds"; raises NotOptimal if that goes round at a gain.
    That no pair undercuts its prices is the caller's check: it knows the pairs without reading the matrix.
    """
    seats = len(column)
    among = cost[:, column]
    own = np.ascontiguousarray(among.diagonal()).astype(np.int64)
    none = np.isinf(among)
    swap = np.where(none, NO_EDGE, np.where(none, 0, among).astype(np.int64) - own[:, None])
    price = np.zeros(seats, np.int64)
    for _ in range(seats + 1):
        lower = np.minimum(price, (price[:, None] + swap).min(axis=0, initial=0))
        if np.array_equal(lower, price):
            full = np.zeros(cost.shape[1], np.int64)
            full[column] = price
            return own - price, full
        price = lower
    raise NotOptimal(seats=seats)

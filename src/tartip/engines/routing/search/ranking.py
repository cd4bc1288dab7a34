"""Two ways to the k nearest units: the bounded search, and the full column where few are eligible or can be reached."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, Ints
from tartip.engines.routing.places.board import Board
from tartip.engines.routing.places.eligible import Chosen
from tartip.engines.routing.places.position import Position, Positions
from tartip.engines.routing.search.matrix import column
from tartip.engines.routing.search.nearest import nearest_units
from tartip.engines.routing.search.trace import towards, trace
from tartip.engines.routing.search.view import View
from tartip.engines.routing.search.workspace import LARGEST_K

Longs = npt.NDArray[np.int64]


def few_best(view: View, board: Board, chosen: Chosen, place: Position, k: int) -> tuple[Ints, Longs] | None:
    """Slots and labels of the k best of the chosen, or None if a column answers sooner: a sweep costs as much as
    settling about an eighth of the states, and k of `size` units are found after about k / size of them."""
    index = view.index
    k = min(k, chosen.size)
    if k == 0:
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    give_up = index.states // 8 + 1000
    if k > LARGEST_K or index.states * k > 2 * give_up * chosen.size:
        return None
    with view.workspaces.borrow() as space:
        count: int = nearest_units(
            tuple(index), tuple(view.metric), tuple(view.roads.ends), tuple(board.attached), chosen.mask,
            place.edge, place.share, k, give_up, tuple(space),
        )  # fmt: skip
        return None if count < 0 else (space.who[:count].copy(), space.best[:count].copy())


def rank_column(view: View, board: Board, mask: npt.NDArray[np.bool_], place: Position, k: int) -> tuple[Ints, Longs]:
    """The same answer from the column: slots and labels (ms << 32 | dm), ordered by label, then slot."""
    edge, extra = np.where(mask, board.edge, -1).astype(np.int32), board.extra
    units = Positions(edge, board.share, edge, np.zeros(0))
    goal = towards(view, place)
    times = column(view, units, extra, place, goal.reach)
    reached = np.flatnonzero(times < CLOSED)
    if len(reached) > k:
        worst = np.partition(times[reached], k - 1)[k - 1]
        reached = reached[times[reached] <= worst]
    labels: dict[tuple[int, ...], int] = {}  # units standing together share one path
    found = np.empty(len(reached), np.int64)
    for i, slot in enumerate(reached.tolist()):
        spot = (int(units.edge[slot]), int(units.share[slot]), *extra[slot].tolist())
        if spot not in labels:
            way = trace(view, Position(spot[0], spot[1]), goal, *spot[2:])
            labels[spot] = (way.ms << 32) + way.dm
        found[i] = labels[spot]
    order = np.lexsort((reached, found))[:k]
    return reached[order].astype(np.int32), found[order]

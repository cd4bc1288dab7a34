"""One complete set of weights. It never changes: new traffic makes a new one, readers keep the one they began with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.errors import BadWeight
from tartip.engines.routing.graph.roads import CLOSED, LONGEST_MS, Ints
from tartip.engines.routing.graph.roads_check import first
from tartip.engines.routing.places.coordinates import refuse_mask

if TYPE_CHECKING:
    from tartip.engines.routing.graph.index import Index


Ranks = npt.NDArray[np.uint32]
# By the upper end of each hierarchy edge: where its edges begin, their lower ends, their numbers.
LowerNeighbours = tuple[Ranks, Ranks, Ranks]


class Metric(NamedTuple):
    """times: int32 [arcs] ms, CLOSED where closed now. near_times: the same with the usual time of roads closed now,
    for the stretch where a unit or a place lies. up, down: int32 [hierarchy edges]. number: 0 is as built."""

    times: Ints
    near_times: Ints
    up: Ints
    down: Ints
    number: int


class Weigher:
    """Makes metrics for one index. What it needs besides is made at first use and kept: it is the same for all."""

    def __init__(self, index: Index, usual_times: Ints) -> None:
        self.index, self.usual_times = index, usual_times
        self._lower: LowerNeighbours | None = None

    def usual(self) -> Metric:
        """The weights of the usual times, whatever the traffic is now."""
        return self.weigh(self.usual_times, 0)

    def check(self, times: npt.ArrayLike) -> Ints:
        """A private copy of new arc times. Raises BadWeight naming the arc."""
        return checked_times(times, self.usual_times)

    def weigh(self, times: Ints, number: int) -> Metric:
        """Weigh the whole hierarchy for times that are checked."""
        from tartip.engines.routing.graph.customise import downward_rows

        if self._lower is None:
            self._lower = downward_rows(self.index.first, self.index.head)
        return weigh_hierarchy(self.index, self._lower, times, self.usual_times, number)


def weigh_hierarchy(index: Index, lower: LowerNeighbours, times: Ints, usual: Ints, number: int) -> Metric:
    """Weigh the whole hierarchy. `lower` comes from customise.downward_rows; `times` must be checked."""
    from tartip.engines.routing.graph.customise import relax_triangles, weigh

    up, down = np.empty(len(index.head), np.int32), np.empty(len(index.head), np.int32)
    weigh(index.step_slot, index.step_arc, index.step_turn, times, up, down)
    relax_triangles(index.first, index.head, *lower, up, down)
    closed = times == CLOSED
    near_times = np.where(closed, usual, times) if bool((closed & (usual != CLOSED)).any()) else times
    return Metric(times, near_times, up, down, number)


def checked_times(times: npt.ArrayLike, usual: Ints) -> Ints:
    """A private int32 copy of new arc times. Raises BadWeight naming the arc."""
    refuse_mask(times, "times")
    given = np.asarray(times)
    if given.shape != usual.shape:
        raise BadWeight("times", "reweight", f"shape {given.shape} is not {usual.shape}, one time an arc")
    if given.dtype.kind not in "iu":
        raise BadWeight("times", "reweight", f"{given.dtype} is not an integer type; times are whole milliseconds")
    row = first((given <= 0) | ((given > LONGEST_MS) & (given != CLOSED)))
    if row is not None:
        raise BadWeight("times", f"arc {row}", f"{given[row]} is not from 1 to {LONGEST_MS} ms, nor CLOSED")
    row = first((usual == CLOSED) & (given != CLOSED))
    if row is not None:
        raise BadWeight("times", f"arc {row}", "this direction does not exist and cannot be opened")
    return given.astype(np.int32)

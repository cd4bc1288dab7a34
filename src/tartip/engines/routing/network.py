"""The road network one asks: built once, saved in one file, read by many threads, re-weighted without a pause."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.errors import OffNetwork
from tartip.engines.routing.graph.metric import Lower, Metric, checked_times, customised
from tartip.engines.routing.graph.roads import FULL_SHARE, Ints, Roads
from tartip.engines.routing.graph.roads_check import check
from tartip.engines.routing.places.position import (
    Position,
    Positions,
    SnapParams,
    as_positions,
    checked_places,
    on_network,
)
from tartip.engines.routing.search.workspace import Workspaces

if TYPE_CHECKING:
    from tartip.engines.routing.graph.index import Index
    from tartip.engines.routing.places.grid import Grid
    from tartip.engines.routing.places.hexagons import Cells
    from tartip.engines.routing.search.isochrone import Isochrone
    from tartip.engines.routing.search.path import Onward
    from tartip.engines.routing.search.route import Route


class Network:
    """Roads with everything needed to search them. Make one with `build` or `load`.

    Times are whole milliseconds (int32), lengths decimetres inside and metres outside, places degrees. Every query
    takes the weights once at its start, so it sees one complete set even while `reweight` works in another thread.
    Queries may run in any number of threads; they release the interpreter lock while they search.
    """

    def __init__(self, roads: Roads, index: Index, grid: Grid, metric: Metric, snapping: SnapParams) -> None:
        from tartip.engines.routing.search.ends import most_seeds

        self.roads, self.index, self.grid, self.snapping = roads, index, grid, snapping
        self.metric = metric
        self.usual_times = metric.times
        self.workspaces = Workspaces(index.states, most_seeds(index.node_first))
        self._lower: Lower | None = None
        self._writing = threading.Lock()
        self.cells: dict[int, Cells] = {}
        self._onward: Onward | None = None

    # Making one

    @classmethod
    def build(cls, roads: Roads, snapping: SnapParams = SnapParams()) -> Network:
        """Check, order and contract. About ten seconds for New York (264,000 junctions), one for a small city.

        Raises EmptyNetwork, UnknownNode, BadWeight or BadInput.
        """
        from tartip.engines.routing.graph.customise import downward_rows
        from tartip.engines.routing.graph.index import build_index
        from tartip.engines.routing.places.grid import build_grid

        check(roads)
        index = build_index(roads)
        times = roads.times
        metric = customised(index, downward_rows(index.first, index.head), times, times, 0)
        return cls(roads, index, build_grid(roads), metric, snapping)

    @classmethod
    def load(cls, path: str | Path, snapping: SnapParams = SnapParams(), verify: bool = True) -> Network:
        """Map a saved network into memory. Raises BadFile. See store.py for the form of the file."""
        from tartip.engines.routing.graph.saved import load_network

        return cls(*load_network(path, verify), snapping)

    def save(self, path: str | Path) -> None:
        """Write the network with its usual times into one file, all at once."""
        from tartip.engines.routing.graph.saved import save_network

        save_network(self, path)

    @property
    def onward(self) -> Onward:
        """Steps by the state they leave, for tracing paths; made at first use, some 10 ms for a city."""
        if self._onward is None:
            from tartip.engines.routing.search.path import Onward, steps_onward

            self._onward = Onward(*steps_onward(self.index.step_first, self.index.step_src))
        return self._onward

    # Places

    def snap(self, lon: float, lat: float, heading: float | None = None) -> Position:
        """The nearest road. heading: degrees clockwise from north, of the one who stands there.

        Raises BadInput for what is not a place, OffNetwork if no road is within `snapping.within_m`.
        """
        headings = None if heading is None else np.array([heading], np.float64)
        found = self.snap_many(np.array([lon], np.float64), np.array([lat], np.float64), headings)
        if found.edge[0] < 0:
            raise OffNetwork(lon, lat, self.snapping.within_m)
        return found[0]

    def snap_many(self, lon: npt.ArrayLike, lat: npt.ArrayLike, heading: npt.ArrayLike | None = None) -> Positions:
        """Float64 [n] each, degrees; a heading that is not a number is not known. Raises BadInput naming the row."""
        from tartip.engines.routing.places.snap import snap

        lon, lat, faces = checked_places(lon, lat, heading)
        edge, share, against = (np.empty(len(lon), np.int32) for _ in range(3))
        off_m = np.empty(len(lon), np.float64)
        roads, params = self.roads, self.snapping
        snap(
            *self.grid, roads.tail, roads.head, roads.lon_e7, roads.lat_e7, roads.shape_first, roads.shape_lon_e7,
            roads.shape_lat_e7, self.index.arc_end, lon, lat, faces, params.heading_weight_m, params.within_m,
            edge, share, against, off_m,
        )  # fmt: skip
        return Positions(edge, share, against, off_m)

    # Weights

    @property
    def times(self) -> Ints:
        """A copy of the present arc times, int32 [2 * roads]: change it and give it to `reweight`."""
        return self.metric.times.copy()

    def reweight(self, times: npt.ArrayLike) -> int:
        """Take new travel times for all arcs (ms; CLOSED closes one) and return the number of the new set.

        Readers go on with the old set until the new one is complete. A closed road may still be driven by who is on
        it, or whose target lies on it, in its usual time. Raises BadWeight naming the arc; then nothing has changed.
        """
        from tartip.engines.routing.graph.customise import downward_rows

        checked = checked_times(times, self.usual_times)
        with self._writing:
            if self._lower is None:
                self._lower = downward_rows(self.index.first, self.index.head)
            self.metric = customised(self.index, self._lower, checked, self.usual_times, self.metric.number + 1)
            return self.metric.number

    def as_built(self) -> Metric:
        """The weights of the usual times, whatever the traffic is now."""
        from tartip.engines.routing.graph.customise import downward_rows

        lower = downward_rows(self.index.first, self.index.head)
        return customised(self.index, lower, self.usual_times, self.usual_times, 0)

    # Answers

    def matrix(self, origins: Position | Positions, targets: Position | Positions) -> Ints:
        """Quickest times, int32 [origins, targets] ms; UNREACHABLE where no permitted way leads."""
        from tartip.engines.routing.search.matrix import matrix

        edges = len(self.roads.tail)
        return matrix(self, as_positions(origins, edges), as_positions(targets, edges))

    def route(self, origin: Position, target: Position) -> Route:
        """The quickest way with its line and its legs by street. Raises Unreachable."""
        from tartip.engines.routing.search.route import route

        edges = len(self.roads.tail)
        return route(self, on_network(origin, edges), on_network(target, edges))

    def isochrone(
        self, places: Position | Positions, seconds: int, resolution: int = 9, towards: bool = False
    ) -> Isochrone:
        """H3 cells with a road point within `seconds` of the nearest of the places (towards: to it, not from it).

        Raises BadInput for a resolution outside 5 to 12 or a negative time.
        """
        from tartip.engines.routing.search.isochrone import isochrone

        return isochrone(self, as_positions(places, len(self.roads.tail)), seconds, resolution, towards)

    def line(self, edge: int) -> npt.NDArray[np.float64]:
        """The line of a road from its tail, float64 [points, 2], degrees (lon, lat)."""
        from tartip.engines.routing.graph.line import arc_line

        on_network(Position(edge, 0), len(self.roads.tail))
        return arc_line(self.roads, 2 * edge)

    def lonlat(self, position: Position) -> tuple[float, float]:
        """Where on the earth a position lies."""
        from tartip.engines.routing.graph.line import arc_line, cut

        on_network(position, len(self.roads.tail))
        line = cut(arc_line(self.roads, 2 * position.edge), position.share, FULL_SHARE)
        return float(line[0, 0]), float(line[0, 1])

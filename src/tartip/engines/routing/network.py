"""The road network one asks: built once, saved in one file, read by many threads, re-weighted without a pause."""

from __future__ import annotations

import threading
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import expect
from tartip.engines.routing.errors import OffNetwork, SwappedPlace
from tartip.engines.routing.graph.metric import Metric, Weigher
from tartip.engines.routing.graph.roads import Ints, Roads
from tartip.engines.routing.graph.roads_check import check
from tartip.engines.routing.places.coordinates import many_places, one_place, whole
from tartip.engines.routing.places.position import Position, Positions, SnapParams, as_positions, on_network
from tartip.engines.routing.search.view import Derived, View
from tartip.engines.routing.search.workspace import Workspaces

if TYPE_CHECKING:
    from tartip.engines.routing.graph.index import Index
    from tartip.engines.routing.places.grid import Grid
    from tartip.engines.routing.search.isochrone import Isochrone
    from tartip.engines.routing.search.route import Route

Place = Position | tuple[float, float]
Places = Position | Positions | tuple[float, float] | npt.ArrayLike


class Network:
    """Roads with everything needed to search them. Make one with `build` or `load`.

    Times are whole milliseconds (int32), lengths decimetres inside and metres outside, places degrees. Every query
    takes the weights once at its start, so it sees one complete set even while `reweight` works in another thread.
    Queries may run in any number of threads; they release the interpreter lock while they search.
    """

    def __init__(self, roads: Roads, index: Index, grid: Grid, metric: Metric, snapping: SnapParams) -> None:
        from tartip.engines.routing.search.ends import most_seeds

        spaces = Workspaces(index.states, most_seeds(index.node_first))
        self._view = View(roads, index, grid, metric, snapping, spaces, Derived())
        self._weigher = Weigher(index, metric.times)
        self._writing = threading.Lock()

    # Making one

    @classmethod
    def build(cls, roads: Roads, snapping: SnapParams = SnapParams()) -> Network:
        """Check, order and contract. About ten seconds for New York (264,000 junctions), one for a small city.

        Raises EmptyNetwork, UnknownNode, BadWeight or BadInput.
        """
        from tartip.engines.routing.graph.index import build_index
        from tartip.engines.routing.places.grid import build_grid

        expect("roads", roads, Roads)
        expect("snapping", snapping, SnapParams)
        check(roads)
        index = build_index(roads)
        return cls(roads, index, build_grid(roads), Weigher(index, roads.times).usual(), snapping)

    @classmethod
    def load(cls, path: str | Path, snapping: SnapParams = SnapParams(), verify: bool = True) -> Network:
        """Map a saved network into memory and check it; `verify` holds its checksum as well. Raises BadFile.

        See graph/store.py for the form of the file.
        """
        from tartip.engines.routing.graph.saved import load_network

        expect("path", path, str, PathLike)
        expect("snapping", snapping, SnapParams)
        return cls(*load_network(path, verify), snapping)

    def save(self, path: str | Path) -> None:
        """Write the network with its usual times into one file, all at once."""
        from tartip.engines.routing.graph.saved import save_network

        expect("path", path, str, PathLike)
        view = self._view
        metric = view.metric if view.metric.number == 0 else self._weigher.usual()
        save_network(view.roads, view.index, view.grid, metric, path)

    # What it is made of

    @property
    def view(self) -> View:
        """All that a query reads, with the weights of now."""
        return self._view

    @property
    def roads(self) -> Roads:
        return self._view.roads

    @property
    def index(self) -> Index:
        return self._view.index

    @property
    def grid(self) -> Grid:
        return self._view.grid

    @property
    def metric(self) -> Metric:
        return self._view.metric

    @property
    def snapping(self) -> SnapParams:
        return self._view.snapping

    @property
    def usual_times(self) -> Ints:
        """Arc times as built, int32 [2 * roads] ms."""
        return self._weigher.usual_times

    # Places

    def snap(
        self, lon: float | tuple[float, float], lat: float | None = None, heading: float | None = None
    ) -> Position:
        """The nearest road to lon and lat, or to the pair (lon, lat). heading: degrees clockwise from north, of the
        one who stands there.

        Raises BadInput for what is not a place, OffNetwork if no road is within `snapping.within_m`; its kind
        SwappedPlace if there is one with the two numbers exchanged.
        """
        from tartip.engines.routing.places.snap import snap_place

        x, y, faces = one_place(lon, lat, heading)
        found = snap_place(self._view, x, y, faces)
        if found is not None:
            return found
        if abs(x) <= 90 and snap_place(self._view, y, x, faces) is not None:
            raise SwappedPlace(x, y, self.snapping.within_m)
        raise OffNetwork(x, y, self.snapping.within_m)

    def snap_many(
        self, lon: npt.ArrayLike, lat: npt.ArrayLike | None = None, heading: npt.ArrayLike | None = None
    ) -> Positions:
        """Rows of lon and lat, or one table [n, 2] of pairs, degrees; a heading that is not a number is not known.

        An edge of -1 in the answer: no road within reach. Raises BadInput naming the row.
        """
        from tartip.engines.routing.places.snap import snap_places

        return snap_places(self._view, *many_places(lon, lat, heading))

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
        checked = self._weigher.check(times)
        with self._writing:
            metric = self._weigher.weigh(checked, self.metric.number + 1)
            self._view = replace(self._view, metric=metric)
            return metric.number

    # Answers

    def matrix(self, origins: Places, targets: Places) -> Ints:
        """Quickest times, int32 [origins, targets] ms; UNREACHABLE where no permitted way leads.

        Places are positions, one pair (lon, lat) or rows of pairs. Raises BadInput or OffNetwork.
        """
        from tartip.engines.routing.search.matrix import matrix

        return matrix(self._view, self._positions(origins), self._positions(targets))

    def route(self, origin: Place, target: Place) -> Route:
        """The quickest way with its line and its legs by street. Raises Unreachable, BadInput or OffNetwork."""
        from tartip.engines.routing.search.route import route

        return route(self._view, self._position(origin), self._position(target))

    def isochrone(self, places: Places, seconds: int, resolution: int = 9, towards: bool = False) -> Isochrone:
        """H3 cells with a road point within `seconds` of the nearest of the places (towards: to it, not from it).

        Raises BadInput for a resolution outside 5 to 12 or a negative time.
        """
        from tartip.engines.routing.search.isochrone import isochrone

        seconds, resolution = (
            whole(seconds, "seconds", "isochrone", 0),
            whole(resolution, "resolution", "isochrone", 5, 12),
        )
        return isochrone(self._view, self._positions(places), seconds, resolution, towards)

    def line(self, edge: int) -> npt.NDArray[np.float64]:
        """The line of a road from its tail, float64 [points, 2], degrees (lon, lat)."""
        from tartip.engines.routing.graph.line import arc_line

        on_network(Position(edge, 0), len(self.roads.tail))
        return arc_line(self.roads, 2 * edge)

    def lonlat(self, position: Position) -> tuple[float, float]:
        """Where on the earth a position lies."""
        from tartip.engines.routing.graph.line import lonlat

        on_network(position, len(self.roads.tail))
        return lonlat(self.roads, position.edge, position.share)

    # Inside

    def _position(self, place: Any) -> Position:
        if isinstance(place, Position):
            return on_network(place, len(self.roads.tail))
        return self.snap(place)

    def _positions(self, places: Any) -> Positions:
        edges = len(self.roads.tail)
        if isinstance(places, Position | Positions):
            return as_positions(places, edges)
        if isinstance(places, tuple) and len(places) == 2 and not hasattr(places[0], "__len__"):
            return as_positions(self.snap(places), edges)
        found = self.snap_many(places)
        lost = np.flatnonzero(found.edge < 0)
        if len(lost):
            lon, lat = np.asarray(places, float)[lost[0]].tolist()
            raise OffNetwork(lon, lat, self.snapping.within_m)
        return found

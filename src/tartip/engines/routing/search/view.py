"""What a query reads: the roads, the index over them, one complete set of weights. It never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tartip.engines.routing.graph.index import Index
from tartip.engines.routing.graph.metric import Metric
from tartip.engines.routing.graph.roads import Roads
from tartip.engines.routing.places.position import Position, Positions, SnapParams
from tartip.engines.routing.search.workspace import Workspaces

if TYPE_CHECKING:
    from tartip.engines.routing.places.grid import Grid
    from tartip.engines.routing.places.hexagons import Hexagons
    from tartip.engines.routing.search.path import StepsOnward


@dataclass(slots=True)
class Derived:
    """Arrays made from roads and index when first needed, whatever the weights; two threads may both make them, and
    the results are equal."""

    onward: StepsOnward | None = None
    hexagons: dict[int, Hexagons] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """One query takes one view at its start and sees the same weights to its end, however often traffic changes.
    `workspaces` and `derived` are shared by all views of a network: scratch arrays, and what is made once."""

    roads: Roads
    index: Index
    grid: Grid
    metric: Metric
    snapping: SnapParams
    workspaces: Workspaces
    derived: Derived

    @property
    def onward(self) -> StepsOnward:
        """Steps by the state they leave, for tracing paths; made at first use, some 10 ms for a city."""
        made = self.derived.onward
        if made is None:
            from tartip.engines.routing.search.path import StepsOnward, steps_onward

            made = self.derived.onward = StepsOnward(*steps_onward(self.index.step_first, self.index.step_src))
        return made

    def hexagons(self, resolution: int) -> Hexagons:
        """Points along all roads by H3 cell; made at first use, about a second a million points."""
        made = self.derived.hexagons.get(resolution)
        if made is None:
            from tartip.engines.routing.places.hexagons import sample

            made = self.derived.hexagons[resolution] = sample(self.roads, resolution)
        return made


class Viewed(Protocol):
    """A network, as the index of units needs it."""

    @property
    def view(self) -> View: ...

    def snap(self, lon: Any, lat: Any = None, heading: Any = None) -> Position: ...

    def snap_many(self, lon: Any, lat: Any = None, heading: Any = None) -> Positions: ...

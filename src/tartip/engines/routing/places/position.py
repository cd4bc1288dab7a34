"""Places on roads, and what counts when a place on the earth is brought to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.graph.roads import FULL_SHARE, Ints

Floats = npt.NDArray[np.float64]
NO_HEADING = -1.0


@dataclass(frozen=True, slots=True)
class SnapParams:
    """within_m: no road farther than this is taken. heading_weight_m: a road driven the other way than one faces
    counts as so much farther off, one at a right angle half of it. turn_around_ms: cost of leaving against it."""

    within_m: float = 2000.0
    heading_weight_m: float = 40.0
    turn_around_ms: int = 15_000

    def __post_init__(self) -> None:
        if not 0 < self.within_m <= 100_000:
            raise BadInput("within_m", "SnapParams", "from more than 0 to 100000 metres")
        if not 0 <= self.heading_weight_m <= 10_000:
            raise BadInput("heading_weight_m", "SnapParams", "from 0 to 10000 metres")
        if not 0 <= self.turn_around_ms <= 3_600_000:
            raise BadInput("turn_around_ms", "SnapParams", "from 0 to 3600000 ms")


@dataclass(frozen=True, slots=True)
class Position:
    """A place on a road: `share` 65536ths of edge `edge` from its tail. against is the direction one does not face
    (0 ahead, 1 back, -1 not known). off_m: how far the road was from the place asked for."""

    edge: int
    share: int
    against: int = -1
    off_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Positions:
    """Many places: int32 [n] edge (-1: no road within reach), share, against; float64 [n] off_m."""

    edge: Ints
    share: Ints
    against: Ints
    off_m: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, row: int) -> Position:
        return Position(int(self.edge[row]), int(self.share[row]), int(self.against[row]), float(self.off_m[row]))


def checked_places(
    lon: npt.ArrayLike, lat: npt.ArrayLike, heading: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Degrees as rows of floats of one length, headings in 0 to 360 or NO_HEADING. Raises BadInput naming the row."""
    x, y = np.ascontiguousarray(lon, np.float64), np.ascontiguousarray(lat, np.float64)
    given = np.full(x.shape, np.nan) if heading is None else np.asarray(heading, np.float64)
    for what, values, most in (("lon", x, 180.0), ("lat", y, 90.0), ("heading", given, np.inf)):
        if values.ndim != 1 or values.shape != x.shape:
            raise BadInput(what, "places", f"shape {values.shape}, but one number a place")
        wrong = np.isinf(values) if what == "heading" else ~(np.abs(values) <= most)
        if bool(wrong.any()):
            row = int(wrong.argmax())
            raise BadInput(what, f"row {row}", f"{values[row]} is not from -{most:g} to {most:g} degrees")
    return x, y, np.where(np.isnan(given), NO_HEADING, np.mod(given, 360.0))


def on_network(position: Position, edges: int) -> Position:
    """Check that one place lies on a road of the network; raises BadInput."""
    if not (0 <= position.edge < edges and 0 <= position.share <= FULL_SHARE):
        rule = f"edge {position.edge} from 0 to {edges - 1}, share {position.share} from 0 to {FULL_SHARE}"
        raise BadInput("position", "argument", rule)
    return position


def as_positions(places: Position | Positions, edges: int) -> Positions:
    """Check that every place lies on a road of the network; raises BadInput naming the row."""
    if isinstance(places, Position):
        on_network(places, edges)
        places = Positions(
            np.array([places.edge], np.int32),
            np.array([places.share], np.int32),
            np.array([places.against], np.int32),
            np.array([places.off_m]),
        )
    wrong = (places.edge < 0) | (places.edge >= edges) | (places.share < 0) | (places.share > FULL_SHARE)
    if bool(wrong.any()):
        row = int(wrong.argmax())
        raise BadInput("position", f"row {row}", f"edge {places.edge[row]} is not from 0 to {edges - 1}, or no share")
    return places

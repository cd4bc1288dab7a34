"""Places on roads, and what counts when a place on the earth is brought to one."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.graph.roads import FULL_SHARE, Ints
from tartip.engines.routing.places.coordinates import number, refuse_mask, whole


@dataclass(frozen=True, slots=True)
class SnapParams:
    """within_m: no road farther than this is taken. heading_weight_m: a road driven the other way than one faces
    counts as so much farther off, one at a right angle half of it. turn_around_ms: cost of leaving against it."""

    within_m: float = 2000.0
    heading_weight_m: float = 40.0
    turn_around_ms: int = 15_000

    def __post_init__(self) -> None:
        if not 0 < number(self.within_m, "within_m", "SnapParams") <= 100_000:
            raise BadInput("within_m", "SnapParams", "from more than 0 to 100000 metres")
        if not 0 <= number(self.heading_weight_m, "heading_weight_m", "SnapParams") <= 10_000:
            raise BadInput("heading_weight_m", "SnapParams", "from 0 to 10000 metres")
        whole(self.turn_around_ms, "turn_around_ms", "SnapParams", 0, 3_600_000)


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


WHOLE = {int}


def plain(number: object) -> int:
    """The number as an int; raises TypeError for anything else, also for a truth value."""
    if isinstance(number, bool):
        raise TypeError("a truth value is no number")
    return index(number)  # type: ignore[arg-type]


def on_network(position: Position, edges: int) -> Position:
    """Check that one place lies on a road of the network; raises BadInput."""
    try:
        numbers = (position.edge, position.share, position.against)
        edge, share, against = numbers if set(map(type, numbers)) == WHOLE else (plain(one) for one in numbers)
        right = 0 <= edge < edges and 0 <= share <= FULL_SHARE and -1 <= against <= 1
    except (TypeError, AttributeError) as error:
        raise BadInput("position", "argument", f"{position!r} is no place on a road") from error
    if not right:
        rule = (
            f"edge {position.edge} from 0 to {edges - 1}, share {position.share} from 0 to {FULL_SHARE}, "
            f"against {position.against} from -1 to 1"
        )
        raise BadInput("position", "argument", rule)
    return position


def whole_numbers(row: object, what: str) -> Ints:
    """int32 [n], contiguous as kernels need it. Raises BadInput."""
    refuse_mask(row, what)
    given = np.asarray(row)
    right = given.dtype.kind in "iu" and given.ndim == 1
    if not right or (given.size and not -(1 << 31) <= int(given.min()) <= int(given.max()) < 1 << 31):
        raise BadInput(what, "positions", f"must be one row of whole numbers, not {given.dtype} {given.shape}")
    return np.ascontiguousarray(given, np.int32)


def as_positions(places: Position | Positions, edges: int) -> Positions:
    """Check that every place lies on a road of the network; raises BadInput naming the row."""
    if isinstance(places, Position):
        on_network(places, edges)
        places = Positions(
            np.array([places.edge], np.int32),
            np.array([places.share], np.int32),
            np.array([places.against], np.int32),
            np.zeros(1),
        )
    if not isinstance(places, Positions):
        raise BadInput("positions", "argument", f"{places!r} are no places on roads")
    edge, share, against = (whole_numbers(getattr(places, what), what) for what in ("edge", "share", "against"))
    places = Positions(edge, share, against, places.off_m)
    if not len(places.edge) == len(places.share) == len(places.against):
        raise BadInput("positions", "argument", "edge, share and against must be equally long")
    wrong = (places.edge < 0) | (places.edge >= edges) | (places.share < 0) | (places.share > FULL_SHARE)
    if bool(wrong.any()):
        row = int(wrong.argmax())
        raise BadInput("position", f"row {row}", f"edge {places.edge[row]} is not from 0 to {edges - 1}, or no share")
    return places

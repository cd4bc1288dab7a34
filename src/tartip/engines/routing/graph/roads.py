"""A road network as plain arrays: what every reader makes and every network is built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.turncosts import FREE_TURNS, TurnCosts

Ints = npt.NDArray[np.int32]

CLOSED = 1_073_741_823  # 2**30 - 1 ms, 12.4 days: two of them still fit into int32
LONGEST_MS = 1 << 26  # 18.6 hours on one road is the most a single weight may say
FULL_SHARE = 1 << 16  # offsets along a road are whole 1/65536 parts of its length
ROUNDABOUT, FERRY = 1, 2  # bits of Roads.kind


@dataclass(frozen=True, slots=True)
class Roads:
    """Roads (edges) between nodes. Arc 2*e runs along edge e from tail to head, arc 2*e + 1 back.

    lon_e7, lat_e7: int32 [nodes], degrees x 10**7. tail, head: int32 [edges], node indices.
    ahead_ms, back_ms: int32 [edges], travel time, CLOSED where that direction may not be driven. length_dm: int32
    [edges], decimetres. name: int32 [edges] into `names` (0 is the empty name). kind: uint8 [edges], bits.
    shape_first: int32 [edges + 1] and shape_lon_e7, shape_lat_e7: points of the line between its two nodes.
    bans: sequences of two or more arcs that may not be driven one after the other (turn restrictions).
    source, attribution: where the data comes from and what its licence wants said.
    """

    lon_e7: Ints
    lat_e7: Ints
    tail: Ints
    head: Ints
    ahead_ms: Ints
    back_ms: Ints
    length_dm: Ints
    name: Ints
    kind: npt.NDArray[np.uint8]
    shape_first: Ints
    shape_lon_e7: Ints
    shape_lat_e7: Ints
    names: tuple[str, ...] = ("",)
    bans: tuple[tuple[int, ...], ...] = ()
    turns: TurnCosts = FREE_TURNS
    source: str = ""
    attribution: str = ""
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def times(self) -> Ints:
        """Travel time of every arc, int32 [2 * edges]."""
        return np.column_stack((self.ahead_ms, self.back_ms)).astype(np.int32).ravel()

    @property
    def ends(self) -> Ends:
        return Ends(self.tail, self.head, self.length_dm)

    @property
    def arc_tail(self) -> Ints:
        return np.column_stack((self.tail, self.head)).ravel()

    @property
    def arc_head(self) -> Ints:
        return np.column_stack((self.head, self.tail)).ravel()


class Ends(NamedTuple):
    """What the ends of a trip ask of its roads, for kernels: tail, head, length_dm as in Roads."""

    tail: Ints
    head: Ints
    length_dm: Ints


def straight_roads(
    lon_e7: Ints, lat_e7: Ints, tail: Ints, head: Ints, ahead_ms: Ints, back_ms: Ints, length_dm: Ints, **more: object
) -> Roads:
    """Roads without shape points and names; `more` goes to Roads as it is."""
    edges = len(tail)
    nothing = np.zeros(0, np.int32)
    plain: dict[str, object] = {
        "name": np.zeros(edges, np.int32),
        "kind": np.zeros(edges, np.uint8),
        "shape_first": np.zeros(edges + 1, np.int32),
        "shape_lon_e7": nothing,
        "shape_lat_e7": nothing,
    }
    return Roads(lon_e7, lat_e7, tail, head, ahead_ms, back_ms, length_dm, **(plain | more))  # type: ignore[arg-type]

"""Refuse a road network that would give wrong answers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import BadWeight, EmptyNetwork, UnknownNode
from tartip.engines.routing.graph.roads import CLOSED, LONGEST_MS, Ints, Roads

INT32 = (
    "lon_e7", "lat_e7", "tail", "head", "ahead_ms", "back_ms", "length_dm", "name", "shape_first", "shape_lon_e7",
    "shape_lat_e7",
)  # fmt: skip


def check(roads: Roads) -> None:
    """Raise EmptyNetwork, UnknownNode, BadWeight or BadInput; return when every array obeys its rule."""
    source = roads.source or "The road network"
    if len(roads.lon_e7) == 0:
        raise EmptyNetwork(source, "nodes")
    if len(roads.tail) == 0:
        raise EmptyNetwork(source, "roads")
    same_lengths(roads)
    places(roads.lon_e7, 180, "lon_e7")
    places(roads.lat_e7, 90, "lat_e7")
    for what, ends in (("tail", roads.tail), ("head", roads.head)):
        row = first((ends < 0) | (ends >= len(roads.lon_e7)))
        if row is not None:
            raise UnknownNode(int(ends[row]), f"{what} of road {row}")
    for what, times in (("ahead_ms", roads.ahead_ms), ("back_ms", roads.back_ms)):
        row = first((times <= 0) | ((times > LONGEST_MS) & (times != CLOSED)))
        if row is not None:
            raise BadWeight(what, f"road {row}", f"{times[row]} is not from 1 to {LONGEST_MS} ms, nor CLOSED")
    row = first(roads.length_dm < 0)
    if row is not None:
        raise BadWeight("length_dm", f"road {row}", f"{roads.length_dm[row]} is negative")
    if not bool(((roads.ahead_ms != CLOSED) | (roads.back_ms != CLOSED)).any()):
        raise EmptyNetwork(source, "open roads")
    check_bans(roads)


def same_lengths(roads: Roads) -> None:
    edges = len(roads.tail)
    for what in INT32:
        array = getattr(roads, what)
        if array.dtype != np.int32 or array.ndim != 1 or not array.flags.c_contiguous:
            raise BadInput(what, "Roads", f"must be one contiguous row of int32, not {array.dtype} {array.shape}")
    if roads.kind.dtype != np.uint8:
        raise BadInput("kind", "Roads", f"must be uint8, not {roads.kind.dtype}")
    for what in ("head", "ahead_ms", "back_ms", "length_dm", "name", "kind"):
        if len(getattr(roads, what)) != edges:
            raise BadInput(what, "Roads", f"must have {edges} entries, one a road")
    if len(roads.lat_e7) != len(roads.lon_e7):
        raise BadInput("lat_e7", "Roads", f"must have {len(roads.lon_e7)} entries, one a node")
    steps = np.diff(roads.shape_first)
    if len(steps) != edges or int(roads.shape_first[0]) != 0 or bool((steps < 0).any()):
        raise BadInput("shape_first", "Roads", "must start at 0, never fall, and have one entry more than roads")
    if not len(roads.shape_lon_e7) == len(roads.shape_lat_e7) == int(roads.shape_first[-1]):
        raise BadInput("shape_lon_e7", "Roads", f"must have {roads.shape_first[-1]} entries like shape_lat_e7")
    row = first((roads.name < 0) | (roads.name >= len(roads.names)))
    if row is not None:
        raise BadInput("name", f"road {row}", f"{roads.name[row]} is no place in names")


def check_bans(roads: Roads) -> None:
    tail, head = roads.arc_tail, roads.arc_head
    for row, ban in enumerate(roads.bans):
        if len(ban) < 2 or not all(0 <= arc < len(tail) for arc in ban):
            raise BadInput("bans", f"ban {row}", "two or more arcs of the network")
        if any(head[a] != tail[b] for a, b in pairwise(ban)):
            raise BadInput("bans", f"ban {row}", "each arc must start where the one before it ends")


def places(e7: Ints, most: int, what: str) -> None:
    row = first(np.abs(e7.astype(np.int64)) > most * 10**7)
    if row is not None:
        raise BadInput(what, f"node {row}", f"{e7[row] / 1e7} is not from -{most} to {most} degrees")


def degrees_to_e7(degrees: npt.NDArray[np.float64], most: int, what: str, where: str = "row") -> Ints:
    """Degrees to int32 x 10**7. Raises BadInput for what is not a number or outside +-most degrees."""
    row = first(~(np.abs(degrees) <= most))
    if row is not None:
        raise BadInput(what, f"{where} {row}", f"{degrees[row]} is not from -{most} to {most} degrees")
    return np.rint(degrees * 1e7).astype(np.int32)


def first(wrong: npt.NDArray[np.bool_]) -> int | None:
    """Row of the first True, or None."""
    return int(wrong.argmax()) if bool(wrong.any()) else None

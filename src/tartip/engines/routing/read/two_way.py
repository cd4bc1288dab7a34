"""Directed arcs of a file become roads: an arc and its like in the other direction are one road."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, Ints

Longs = npt.NDArray[np.int64]


def join_directions(tail: Ints, head: Ints, ms: Ints, length_dm: Ints, name: Ints) -> tuple[Ints, Ints, Ints, Longs]:
    """Returns tail, head and row of the arc ahead (int64), and back_ms, one entry a road; in the order of the rows.

    Two arcs are one road if they join the same nodes, are equally long and bear the same name; of several such, the
    first is paired with the first. A loop stays one-way.
    """
    low, high, turned = np.minimum(tail, head), np.maximum(tail, head), tail > head
    rows = np.arange(len(tail))
    order = np.lexsort((rows, turned, name, length_dm, high, low))
    keys = np.column_stack((low, high, length_dm, name, turned))[order]
    new = np.ones(len(rows), bool)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    begin = np.flatnonzero(new)
    place = np.arange(len(rows)) - np.repeat(begin, np.diff(np.append(begin, len(rows))))
    # Rows with equal (ends, length, name, place) lie apart only in `turned`: at most two of them.
    again = np.lexsort((rows[order], keys[:, 4], place, keys[:, 3], keys[:, 2], keys[:, 1], keys[:, 0]))
    sorted_rows, twin = order[again], np.full(len(rows), -1)
    same = (keys[again][1:, :4] == keys[again][:-1, :4]).all(axis=1) & (place[again][1:] == place[again][:-1])
    same &= keys[again][1:, 4] != keys[again][:-1, 4]
    twin[sorted_rows[:-1][same]], twin[sorted_rows[1:][same]] = sorted_rows[1:][same], sorted_rows[:-1][same]
    ahead = np.flatnonzero((twin < 0) | (rows < twin))
    back_ms = np.where(twin[ahead] >= 0, ms[twin[ahead]], CLOSED).astype(np.int32)
    return tail[ahead], head[ahead], back_ms, ahead

"""A grid of cells over the pieces of all roads, for snapping: which pieces touch which cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import Ints, Roads
from tartip.engines.routing.jit import kernel

Ranks = npt.NDArray[np.uint32]
MOST_CELLS = 4_000_000


class Grid(NamedTuple):
    """frame: int64 [west, south, cell width, cell height (x 10**7), columns, rows].

    Cell c = row * columns + column holds entries first[c] to first[c + 1]: edge, and piece (empty array if every
    road is one straight piece; piece i runs from shape point i - 1 to i, the nodes being the outermost points).
    """

    frame: npt.NDArray[np.int64]
    first: Ranks
    edge: Ranks
    piece: Ranks


def build_grid(roads: Roads) -> Grid:
    """About one road piece a cell; never more than four million cells, however wide the country."""
    lon = np.concatenate((roads.lon_e7, roads.shape_lon_e7)).astype(np.int64)
    lat = np.concatenate((roads.lat_e7, roads.shape_lat_e7)).astype(np.int64)
    west, south, width, height = lon.min(), lat.min(), np.ptp(lon) + 1, np.ptp(lat) + 1
    squeeze = max(0.01, float(np.cos(np.radians((south + height / 2) / 1e7))))
    pieces = len(roads.tail) + len(roads.shape_lon_e7)
    cells = min(max(pieces, 1), MOST_CELLS)
    side = max(1.0, float(np.sqrt(width * squeeze * height / cells)))
    side = max(side, width * squeeze / cells, height / cells)  # a network along one line
    frame = np.array([west, south, max(1, int(side / squeeze)), max(1, int(side)), 0, 0], np.int64)
    frame[4], frame[5] = -(-width // frame[2]), -(-height // frame[3])
    count = np.zeros(int(frame[4] * frame[5]) + 1, np.uint32)
    nothing = np.zeros(0, np.uint32)
    nodes = (roads.tail, roads.head, roads.lon_e7, roads.lat_e7)
    bends = (roads.shape_first, roads.shape_lon_e7, roads.shape_lat_e7)
    enter(*nodes, *bends, frame, count, nothing, nothing, False)
    first = np.zeros(len(count), np.uint32)
    np.cumsum(count[:-1], out=first[1:])
    edge = np.empty(int(first[-1]), np.uint32)
    piece = np.empty(len(edge) if len(roads.shape_lon_e7) else 0, np.uint32)
    enter(*nodes, *bends, frame, first[:-1].copy(), edge, piece, True)
    return Grid(frame, first, edge, piece)


@kernel
def enter(
    tail: Ints, head: Ints, lon: Ints, lat: Ints, shape_first: Ints, shape_lon: Ints, shape_lat: Ints,
    frame: npt.NDArray[np.int64], place: Ranks, edge: Ranks, piece: Ranks, write: bool,
) -> None:  # fmt: skip
    """Count (or write at the running `place`) every cell a piece may touch: column by column, the rows it crosses."""
    west, south, width, height, columns, rows = frame
    for e in range(tail.shape[0]):
        begin, points = shape_first[e], shape_first[e + 1] - shape_first[e]
        x1, y1 = np.int64(lon[tail[e]]) - west, np.int64(lat[tail[e]]) - south
        for k in range(points + 1):
            x0, y0 = x1, y1
            if k < points:
                x1, y1 = np.int64(shape_lon[begin + k]) - west, np.int64(shape_lat[begin + k]) - south
            else:
                x1, y1 = np.int64(lon[head[e]]) - west, np.int64(lat[head[e]]) - south
            left, right = min(x0, x1), max(x0, x1)
            slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
            for column in range(left // width, right // width + 1):
                if x1 == x0:
                    low, high = min(y0, y1), max(y0, y1)
                else:
                    a = y0 + slope * (max(left, column * width) - x0)
                    b = y0 + slope * (min(right, (column + 1) * width) - x0)
                    low, high = np.int64(min(a, b)) - 1, np.int64(max(a, b)) + 1
                for row in range(max(0, low // height), min(rows - 1, high // height) + 1):
                    c = row * columns + column
                    if write:
                        edge[place[c]] = e
                        if piece.shape[0] > 0:
                            piece[place[c]] = k
                    place[c] += np.uint32(1)

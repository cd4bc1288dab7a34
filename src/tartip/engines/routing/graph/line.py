"""The line a piece of road draws on the map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import FULL_SHARE, Roads

Line = npt.NDArray[np.float64]
Points = list[tuple[float, float]]


def arc_line(roads: Roads, arc: int) -> Line:
    """Points of an arc in its direction, float64 [points, 2], degrees (lon, lat)."""
    edge, (begin, end) = arc >> 1, roads.shape_first[arc >> 1 : (arc >> 1) + 2]
    tail, head = roads.tail[edge], roads.head[edge]
    lon = np.concatenate(([roads.lon_e7[tail]], roads.shape_lon_e7[begin:end], [roads.lon_e7[head]]))
    lat = np.concatenate(([roads.lat_e7[tail]], roads.shape_lat_e7[begin:end], [roads.lat_e7[head]]))
    line = np.column_stack((lon, lat)) / 1e7
    return line if arc % 2 == 0 else line[::-1]


def lines_of(roads: Roads, arcs: list[int]) -> list[Points]:
    """The same for many arcs, as lists of pairs: a route has hundreds of short ones, and lists are quicker then."""
    edge = np.array(arcs, np.int64) >> 1
    bends = zip(roads.shape_first[edge].tolist(), roads.shape_first[edge + 1].tolist(), strict=True)
    tail, head = roads.tail[edge], roads.head[edge]
    ends = (roads.lon_e7[tail], roads.lat_e7[tail], roads.lon_e7[head], roads.lat_e7[head])
    out = []
    for arc, (begin, end), x0, y0, x1, y1 in zip(arcs, bends, *((e7 / 1e7).tolist() for e7 in ends), strict=True):
        between: Points = []
        if end > begin:
            shape = roads.shape_lon_e7[begin:end] / 1e7, roads.shape_lat_e7[begin:end] / 1e7
            between = list(zip(shape[0].tolist(), shape[1].tolist(), strict=True))
        points = [(x0, y0), *between, (x1, y1)]
        out.append(points if arc % 2 == 0 else points[::-1])
    return out


def cut(line: Line, begin: int, end: int) -> Line:
    """The part of a line between two shares of its length."""
    if begin == 0 and end == FULL_SHARE:
        return line
    squeeze = np.cos(np.radians(line[0, 1]))
    steps = np.hypot(np.diff(line[:, 0]) * squeeze, np.diff(line[:, 1]))
    along = np.concatenate(([0.0], np.cumsum(steps)))
    low, high = along[-1] * begin / FULL_SHARE, along[-1] * end / FULL_SHARE
    inside = line[(along > low) & (along < high)]
    ends = [[np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])] for at in (low, high)]
    return np.concatenate((ends[:1], inside, ends[1:]))


def lonlat(roads: Roads, edge: int, share: int) -> tuple[float, float]:
    """Where on the earth a place on a road lies."""
    line = cut(arc_line(roads, 2 * edge), share, FULL_SHARE)
    return float(line[0, 0]), float(line[0, 1])

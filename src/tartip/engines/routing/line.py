"""The line a piece of road draws on the map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.roads import FULL_SHARE, Roads

Line = npt.NDArray[np.float64]


def arc_line(roads: Roads, arc: int) -> Line:
    """Points of an arc in its direction, float64 [points, 2], degrees (lon, lat)."""
    edge, (begin, end) = arc >> 1, roads.shape_first[arc >> 1 : (arc >> 1) + 2]
    tail, head = roads.tail[edge], roads.head[edge]
    lon = np.concatenate(([roads.lon_e7[tail]], roads.shape_lon_e7[begin:end], [roads.lon_e7[head]]))
    lat = np.concatenate(([roads.lat_e7[tail]], roads.shape_lat_e7[begin:end], [roads.lat_e7[head]]))
    line = np.column_stack((lon, lat)) / 1e7
    return line if arc % 2 == 0 else line[::-1]


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

"""In which direction a road leaves its first node and enters its last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import Ints, Roads


def arc_bearings(roads: Roads) -> tuple[Ints, Ints]:
    """(leaving, entering), int32 [arcs] each: whole degrees clockwise from north, of first and last line piece."""
    first, last = roads.shape_first[:-1], roads.shape_first[1:] - 1
    shaped = last >= first
    after_tail, before_head = roads.head.copy(), roads.tail.copy()
    lon, lat = roads.lon_e7, roads.lat_e7
    lon_after, lat_after = lon[after_tail], lat[after_tail]
    lon_before, lat_before = lon[before_head], lat[before_head]
    for here, at in ((lon_after, roads.shape_lon_e7[first[shaped]]), (lat_after, roads.shape_lat_e7[first[shaped]])):
        here[shaped] = at
    for here, at in ((lon_before, roads.shape_lon_e7[last[shaped]]), (lat_before, roads.shape_lat_e7[last[shaped]])):
        here[shaped] = at
    leave_tail = bearing(lon[roads.tail], lat[roads.tail], lon_after, lat_after)
    enter_head = bearing(lon_before, lat_before, lon[roads.head], lat[roads.head])
    leaving = np.column_stack((leave_tail, (enter_head + 180) % 360)).ravel()
    entering = np.column_stack((enter_head, (leave_tail + 180) % 360)).ravel()
    return leaving, entering


def bearing(lon0: Ints, lat0: Ints, lon1: Ints, lat1: Ints) -> Ints:
    """Whole degrees from north of the step between two points (x 10**7), on a plane scaled at the first latitude."""
    north = (lat1.astype(np.int64) - lat0).astype(np.float64)
    east = (lon1.astype(np.int64) - lon0) * np.cos(np.radians(lat0 / 1e7))
    degrees: npt.NDArray[np.float64] = np.degrees(np.arctan2(east, north))
    return np.rint(degrees).astype(np.int32) % 360

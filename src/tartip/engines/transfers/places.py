"""Rules about where the payer pays: 074 (speed between places), 075 (distance from usual places). Whole metres."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.transfers.layout import E_AT, E_LAT, E_LON, E_PREVIOUS, NOTHING, PAID, UNKNOWN
from tartip.engines.transfers.outcomes import Outcome

Int64s = NDArray[np.int64]
_X01 = int(Outcome.X01)
_B01, _B02, _B03 = int(Outcome.B01), int(Outcome.B02), int(Outcome.B03)
EARTH_M = 6_371_008.8  # mean radius
MICRO = math.pi / 180e6


@njit(cache=True)
def metres(lat: int, lon: int, other_lat: int, other_lon: int) -> int:
    """Great-circle distance of two points in microdegrees, rounded to whole metres (haversine)."""
    north = math.sin((other_lat - lat) * MICRO / 2)
    east = math.sin((other_lon - lon) * MICRO / 2)
    chord = north * north + math.cos(lat * MICRO) * math.cos(other_lat * MICRO) * east * east
    return int(2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord))) + 0.5)


@njit(cache=True)
def speed_between(events: Int64s, node: int, at: int, lat: int, lon: int, window_ms: int, kmh: int, scan: int) -> int:
    """074: from the last payment with a place inside the window. Standing still is no speed at all."""
    if lat == UNKNOWN:
        return _X01
    while scan > 0 and node != NOTHING and at - events[node, E_AT] <= window_ms:
        if events[node, E_LAT] != UNKNOWN:
            way = metres(lat, lon, events[node, E_LAT], events[node, E_LON])
            # m / ms * 3600 is km/h
            return _B02 if way > 0 and way * 3600 >= kmh * (at - events[node, E_AT]) else _B01
        node = events[node, E_PREVIOUS + PAID]
        scan -= 1
    return _X01


@njit(cache=True)
def paid_nearby(
    events: Int64s,
    node: int,
    at: int,
    lat: int,
    lon: int,
    window_ms: int,
    radius_m: int,
    some: int,
    many: int,
    scan: int,
) -> int:
    """075: earlier payments within the radius among the newest `scan` of the window."""
    if lat == UNKNOWN:
        return _X01
    near, placed = 0, 0
    while scan > 0 and near < many and node != NOTHING and at - events[node, E_AT] <= window_ms:
        if events[node, E_LAT] != UNKNOWN:
            placed += 1
            near += metres(lat, lon, events[node, E_LAT], events[node, E_LON]) <= radius_m
        node = events[node, E_PREVIOUS + PAID]
        scan -= 1
    if placed == 0:
        return _X01
    return _B03 if near >= many else _B02 if near >= some else _B01

"""Places as points in space, in whole metres, so that a distance needs no float and no table of distances.

The sphere has the smallest radius of curvature of the ellipsoid WGS 84, and the chord is shorter than the arc:
a distance found here is never longer than the way on the ground.
"""

from __future__ import annotations

from math import cos, radians, sin

RADIUS_M = 6_335_439
DIAMETER_M = 2 * RADIUS_M
ROUNDING_M = 2  # each point is rounded to whole metres in three directions


def to_metres(lon_e6: int, lat_e6: int) -> tuple[int, int, int]:
    lon, lat = radians(lon_e6 / 1e6), radians(lat_e6 / 1e6)
    x, y, z = cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)
    return round(RADIUS_M * x), round(RADIUS_M * y), round(RADIUS_M * z)

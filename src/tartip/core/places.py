"""A place on the map: whole micro-degrees, so that no float enters a record or a hash."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from django.db import models

from tartip.errors import TartipError

CELL_RESOLUTION = 9  # H3: about 0.1 km², 175 m from centre to edge


class BadPlace(TartipError):
    code = "place.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


# Where something is: the point with its radius and cell, and the words. Erased together where they tell of a person.
POINT = ("lon_e6", "lat_e6", "radius_m", "cell")
WHERE = (*POINT, "address")


class Point(NamedTuple):
    """A point on the globe in whole micro-degrees."""

    lon_e6: int
    lat_e6: int


class Where(NamedTuple):
    """Where something is, as it was said: degrees with their uncertainty in metres, the words of an address, or both.

    `place(…)` checks it and gives the fields of `Placed`.
    """

    lon: float | None = None
    lat: float | None = None
    # None: not said. A corrected place keeps the radius it has.
    radius_m: int | None = None
    address: str = ""


class Placed(models.Model):
    """Fields of a record that has a place. `radius_m` is how uncertain it is; `cell` finds neighbours quickly."""

    lon_e6 = models.IntegerField(null=True)
    lat_e6 = models.IntegerField(null=True)
    radius_m = models.PositiveIntegerField(default=0)
    cell = models.BigIntegerField(null=True, db_index=True)
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


def place(lon: float | None, lat: float | None, radius_m: int = 0, address: str = "") -> dict[str, Any]:
    """The fields of `Placed` for a position in degrees; both None where only an address is known.

    Spaces are no address.

    Raises BadPlace when a coordinate is missing, not finite or off the globe, or the radius is out of 0 … 100 000 m.
    """
    address = address.strip()
    if (lon is None) != (lat is None):
        raise BadPlace(field="lon" if lon is None else "lat", rule="longitude and latitude come together")
    if not 0 <= radius_m <= 100_000:
        raise BadPlace(field="radius_m", rule="must be from 0 to 100000 metres")
    if lon is None or lat is None:
        return {"lon_e6": None, "lat_e6": None, "radius_m": radius_m, "cell": None, "address": address}
    for field, value, limit in (("lon", lon, 180), ("lat", lat, 90)):
        if not math.isfinite(value) or abs(value) > limit:
            raise BadPlace(field=field, rule="must be from -%(limit)s to %(limit)s degrees", limit=limit)
    return {
        "lon_e6": round(lon * 1_000_000),
        "lat_e6": round(lat * 1_000_000),
        "radius_m": radius_m,
        "cell": cell_of(lon, lat),
        "address": address,
    }


def cell_of(lon: float, lat: float, resolution: int = CELL_RESOLUTION) -> int:
    import h3.api.basic_int as h3

    cell: int = h3.latlng_to_cell(lat, lon, resolution)
    return cell


def cells_around(cell: int, rings: int = 1) -> list[int]:
    import h3.api.basic_int as h3

    return list(h3.grid_disk(cell, rings))


def metres_between(lon_e6: int, lat_e6: int, other_lon_e6: int, other_lat_e6: int) -> int:
    """Distance in whole metres on the sphere (haversine, mean radius 6 371 008 m)."""
    lat, other = math.radians(lat_e6 / 1e6), math.radians(other_lat_e6 / 1e6)
    dlat, dlon = other - lat, math.radians((other_lon_e6 - lon_e6) / 1e6)
    a = math.sin(dlat / 2) ** 2 + math.cos(lat) * math.cos(other) * math.sin(dlon / 2) ** 2
    return round(2 * 6_371_008 * math.asin(math.sqrt(min(1.0, a))))

"""Point → territory: the finest outline that holds it, or the nearest one within a border's tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Final

from tartip.core.territory.errors import BadCoordinate, LooksSwapped, NoOutlines, OutsideCountry

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Outlines of the republic's border differ between sources by kilometres; a caller on the shore is not abroad.
TOLERANCE_M: Final = 5_000
METRES_PER_DEGREE: Final = 111_195  # of latitude, on a sphere of 6 371 km


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies. `distance_m` is 0 inside an outline, else the metres to the nearest one."""

    code: str
    level: int
    distance_m: int = 0


class Locator:
    """An index over outlines: (code, level, polygon in degrees). Immutable; safe to share between threads.

    A point on a common border belongs to the lower code, so that an answer never depends on the order of loading.
    """

    def __init__(self, outlines: Iterable[tuple[str, int, BaseGeometry]]) -> None:
        import shapely

        # Finest level first: the first hit is the answer.
        kept = sorted(outlines, key=lambda outline: (-outline[1], outline[0]))
        self._places: list[Place] = [Place(code, level) for code, level, _ in kept]
        self._outlines = [outline for _, _, outline in kept]
        shapely.prepare(self._outlines)
        self._index = shapely.STRtree(self._outlines)
        self._point, self._holds, self._box = shapely.Point, shapely.intersects_xy, shapely.box

    def locate(self, lon: float, lat: float, tolerance_m: int = TOLERANCE_M) -> Place:
        """The territory of a point in degrees (EPSG:4326).

        Raises BadCoordinate (not a number, out of range), OutsideCountry (farther than the tolerance from every
        outline), NoOutlines.
        """
        lon, lat = checked("lon", lon, 180), checked("lat", lat, 90)
        if not self._outlines:
            raise NoOutlines
        return self._inside(lon, lat) or self._nearest(lon, lat, tolerance_m)

    def _inside(self, lon: float, lat: float) -> Place | None:
        hits: list[int] = self._index.query(self._point(lon, lat)).tolist()
        for hit in sorted(hits):
            if self._holds(self._outlines[hit], lon, lat):
                return self._places[hit]
        return None

    def _nearest(self, lon: float, lat: float, tolerance_m: int) -> Place:
        import shapely

        north = METRES_PER_DEGREE
        east = METRES_PER_DEGREE * max(math.cos(math.radians(lat)), 0.01)
        reach_x, reach_y = tolerance_m / east, tolerance_m / north
        around = (lon - reach_x, lat - reach_y, lon + reach_x, lat + reach_y)
        best: tuple[int, float, int] | None = None
        reached: list[int] = self._index.query(self._box(*around)).tolist() if tolerance_m > 0 else []
        for hit in sorted(reached):
            near = shapely.clip_by_rect(self._outlines[hit], *around)
            flat = shapely.transform(near, lambda points: (points - (lon, lat)) * (east, north))
            distance = shapely.distance(flat, self._point(0, 0))
            if distance <= tolerance_m:  # NaN for an empty clip
                found = (-self._places[hit].level, float(distance), hit)
                best = found if best is None else min(best, found)
        if best is None:
            raise (LooksSwapped if self._is_swapped(lon, lat) else OutsideCountry)(lon, lat)
        place = self._places[best[2]]
        return Place(place.code, place.level, round(best[1]))

    def _is_swapped(self, lon: float, lat: float) -> bool:
        return abs(lon) <= 90 and self._inside(lat, lon) is not None


def checked(field: str, value: object, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise BadCoordinate(field, "must be a number of degrees", value)
    number = float(value)
    if not math.isfinite(number):
        raise BadCoordinate(field, "must be a finite number", value)
    if abs(number) > most:
        raise BadCoordinate(field, f"must be from -{most} to {most} degrees", value)
    return number

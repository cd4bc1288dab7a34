"""A terrain for addresses without coordinates: each beat a disc inside a territory, each road a line through it.

The discs keep GAP metres from each other, so that what happens in one beat is never near another. Roads run along or
across; numbers go along a road, a hundred of them in a hundred metres; a crossing lies where its two roads meet.
Addresses that repeat get the same point, neighbouring ones near points. All of it is drawn from the seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tartip.simulation.errors import NoTerrain
from tartip.simulation.random_streams import RandomStreams

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE: Final = 111_195
GAP: Final = 800
WIDEST, NARROWEST, STEP = 3_000, 1_200, 50

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Road:
    along: bool
    offset: float
    phase: float


class Terrain:
    """The places of some beats in one territory. Micro-degrees out, metres inside."""

    def __init__(self, territory: str, outline: BaseGeometry, beats: Iterable[str], streams: RandomStreams) -> None:
        import shapely

        self._streams = streams
        self._territory = territory
        widest = max(getattr(outline, "geoms", [outline]), key=lambda part: part.area)
        self._lon, self._lat = widest.centroid.x, widest.centroid.y
        self._east = METRES_PER_DEGREE * math.cos(math.radians(self._lat))
        self._flat = shapely.transform(
            widest, lambda points: (points - (self._lon, self._lat)) * (self._east, METRES_PER_DEGREE)
        )
        self._beats = sorted(set(beats))
        self._roads: dict[tuple[str, str], _Road] = {}

    @cached_property
    def _layout(self) -> tuple[int, dict[str, tuple[float, float]]]:
        """The radius of the discs, in whole metres, and their centres: the widest that fit."""
        for spacing in range(WIDEST, NARROWEST - 1, -STEP):
            radius = (spacing - GAP) // 2
            centres = self._centres(spacing, radius)
            if len(centres) >= len(self._beats):
                return radius, dict(zip(self._beats, centres, strict=False))
        raise NoTerrain(territory=self._territory, rule=f"is too small for {len(self._beats)} beats")

    def _centres(self, spacing: int, radius: int) -> list[tuple[float, float]]:
        """Centres of discs inside the outline on a hexagonal lattice; row by row to and fro: neighbours stay near."""
        import shapely

        random = self._streams.of("ground", spacing)
        shift_x, shift_y = random.random() * spacing, random.random() * spacing
        inner = self._flat.buffer(-radius)
        left, low, right, high = self._flat.bounds
        height = spacing * math.sqrt(3) / 2
        found: list[tuple[float, float]] = []
        for number in range(math.ceil((high - low) / height) + 1):
            y = low - shift_y + number * height
            start = left - shift_x + (number % 2) * spacing / 2
            row = [(start + step * spacing, y) for step in range(math.ceil((right - left) / spacing) + 2)]
            row = [point for point in row if shapely.intersects_xy(inner, *point)]
            found += row if number % 2 else reversed(row)
        return found

    @property
    def radius(self) -> int:
        return self._layout[0]

    def spot(self, beat: str, block: int, road: str, crossing: str = "") -> Spot:
        """Longitude and latitude of an address, in whole micro-degrees."""
        radius, centres = self._layout
        first, second = sorted((road, crossing)) if crossing else (road, "")
        one = self._road(beat, first, radius)
        two = self._road(beat, second, radius) if second else None
        if two is not None and one.along != two.along:
            x, y = (two.offset, one.offset) if one.along else (one.offset, two.offset)
        else:
            half = math.sqrt(radius**2 - one.offset**2)
            start = one.phase if two is None else one.phase + two.phase
            on_road = math.fmod(start + block, 2 * half) - half
            x, y = (on_road, one.offset) if one.along else (one.offset, on_road)
        return self._degrees(centres[beat], x, y, radius)

    def centre(self, beat: str) -> Spot:
        radius, centres = self._layout
        return self._degrees(centres[beat], 0, 0, radius)

    def _degrees(self, centre: tuple[float, float], x: float, y: float, radius: int) -> Spot:
        # Two roads near the rim may meet outside of the disc.
        inside = min(1.0, radius / max(1.0, math.hypot(x, y)))
        lon = self._lon + (centre[0] + x * inside) / self._east
        lat = self._lat + (centre[1] + y * inside) / METRES_PER_DEGREE
        return round(lon * 1_000_000), round(lat * 1_000_000)

    def _road(self, beat: str, name: str, radius: int) -> _Road:
        road = self._roads.get((beat, name))
        if road is None:
            random = self._streams.of("road", beat, name)
            road = _Road(random.random() < 0.5, (random.random() - 0.5) * 1.7 * radius, random.random() * 2 * radius)
            self._roads[beat, name] = road
        return road


def terrain_of(territory: str, beats: Iterable[str], streams: RandomStreams) -> Terrain:
    """The terrain on the territory's current outline. Raises NoTerrain where there is none."""
    from tartip.core.territory.outlines import current_outlines

    for code, _, outline in current_outlines():
        if code == territory:
            return Terrain(territory, outline, beats, streams)
    raise NoTerrain(territory=territory, rule="has no outline")

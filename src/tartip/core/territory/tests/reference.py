"""Slow and obvious: point in polygon by counting how often a ray to the east crosses the rings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

Ring = Sequence[Sequence[float]]


def holds(geometry: dict[str, Any], lon: float, lat: float) -> bool:
    """Even-odd rule over all rings of a GeoJSON Polygon or MultiPolygon; holes count by themselves."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return sum(_crossings(ring, lon, lat) for polygon in polygons for ring in polygon) % 2 == 1


def _crossings(ring: Ring, lon: float, lat: float) -> int:
    count = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            count += 1
    return count

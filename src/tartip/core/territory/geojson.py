"""Read a GeoJSON file of outlines, feature by feature: what is good, what is not and why. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tartip.core.territory.errors import BadOutlineFile

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Progress = Callable[[int, int], None]

MOST_BYTES: Final = 256 * 1024 * 1024
# West, south, east, north of Kazakhstan with a degree of room.
BOUNDS: Final = (45.4, 39.5, 88.4, 56.5)
_DEGREES: Final = re.compile(r"CRS84|EPSG:+4326|EPSG/0/4326", re.IGNORECASE)
_FEATURES: Final = re.compile(r'"features"\s*:\s*\[')


@dataclass(frozen=True, slots=True)
class Problem:
    """A feature that was not taken: its number in the file (from 1), its line, what it calls itself, the reason."""

    feature: int
    line: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"feature {self.feature} (line {self.line}) {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature with a sound outline; `said` are its properties."""

    number: int
    line: int
    said: Mapping[str, Any]
    outline: BaseGeometry

    @property
    def name(self) -> str:
        return describe(self.said)

    def problem(self, reason: str) -> Problem:
        return Problem(self.number, self.line, self.name, reason)


def read_features(path: Path, progress: Progress | None = None) -> tuple[dict[str, Any], list[Feature], list[Problem]]:
    """The collection's own members (without the features), the sound features and the problems of the others.

    Raises BadOutlineFile when the file as a whole is unusable: unreadable, too large, not JSON, not a
    FeatureCollection, a coordinate system other than degrees of WGS 84.
    """
    text = _text(path)
    collection = _collection(path, text)
    raw = collection.pop("features")
    lines = list(_lines(text))
    if len(lines) != len(raw):
        lines = [0] * len(raw)
    good, bad = [], []
    for number, (item, line) in enumerate(zip(raw, lines, strict=True), start=1):
        said = item.get("properties") if isinstance(item, dict) else None
        said = said if isinstance(said, dict) else {}
        outline = _outline(item)
        if isinstance(outline, str):
            bad.append(Problem(number, line, describe(said), outline))
        else:
            good.append(Feature(number, line, said, outline))
        if progress:
            progress(number, len(raw))
    return collection, good, bad


def describe(said: Mapping[str, Any]) -> str:
    for key in ("kato", "name_ru", "name_kk", "name_en", "name"):
        if said.get(key):
            return str(said[key])[:60]
    return "(no name)"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadOutlineFile(path.name, f"is larger than {MOST_BYTES // 1024**2} MB")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadOutlineFile(path.name, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadOutlineFile(path.name, f"is not UTF-8 text (byte {error.start})") from error


def _collection(path: Path, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadOutlineFile(
            path.name, f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadOutlineFile(path.name, f"is not JSON: {error}") from error
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise BadOutlineFile(path.name, "must be a GeoJSON FeatureCollection")
    if not isinstance(found.get("features"), list) or not found["features"]:
        raise BadOutlineFile(path.name, "has no features")
    system = json.dumps(found.get("crs")) if found.get("crs") else "CRS84"
    if not _DEGREES.search(system):
        raise BadOutlineFile(
            path.name, f"is in {system[:120]}; convert it to EPSG:4326 (longitude, latitude in degrees)"
        )
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number of JSON")


def _lines(text: str) -> Iterator[int]:
    """The line on which each feature begins."""
    start = _FEATURES.search(text)
    if start is None:
        return
    decoder, at, line, counted = json.JSONDecoder(), start.end(), 1, 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or text[at] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        yield line
        _, at = decoder.raw_decode(text, at)


def _outline(item: object) -> BaseGeometry | str:
    """The polygon in two dimensions, or the reason why there is none."""
    import shapely
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    geometry = item.get("geometry") if isinstance(item, dict) else None
    if not isinstance(geometry, dict):
        return "has no geometry"
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return f"geometry must be Polygon or MultiPolygon, not {str(geometry.get('type'))[:30]}"
    try:
        outline = shapely.force_2d(shape(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return f"geometry cannot be read: {str(error)[:120]}"
    if outline.is_empty:
        return "geometry is empty"
    west, south, east, north = outline.bounds
    if not (west >= BOUNDS[0] and south >= BOUNDS[1] and east <= BOUNDS[2] and north <= BOUNDS[3]):
        return (
            f"coordinates reach from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}: outside Kazakhstan; "
            "they must be degrees (EPSG:4326), longitude first"
        )
    if not outline.is_valid:
        return f"outline is not valid: {shapely.is_valid_reason(outline)}"
    return outline

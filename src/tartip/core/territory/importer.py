"""`tartip territory import FILE.geojson`: take outlines from a file that somebody else drew."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from tartip.core.territory import cache, tree
from tartip.core.territory.geojson import Feature, Problem, Progress, read_features
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.load import upsert
from tartip.core.territory.models import Outline, Territory
from tartip.core.territory.names import names_of
from tartip.core.territory.outlines import current_outlines
from tartip.core.territory.rows import sha256
from tartip.core.time import now

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

KATO_KEYS: Final = ("kato", "KATO", "kato_code", "code")
NAME_KEYS: Final = ("name_kk", "name_ru", "name_en", "name")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was taken, what was not and why. Nothing is written unless at least one feature was taken."""

    file: str
    sha256: str
    source: str
    licence: str
    imported: tuple[str, ...]  # codes
    by_name: tuple[str, ...]  # those of them that were met by name, not by KATO
    problems: tuple[Problem, ...]
    without_outline: tuple[str, ...]  # of the levels in the file: territories that still have none

    @property
    def complete(self) -> bool:
        return bool(self.imported) and not self.problems


def import_outlines(
    path: Path | str,
    *,
    source: str | None = None,
    licence: str | None = None,
    valid_from: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read, match and check every feature, then write the good ones in one transaction.

    A feature meets its territory by `kato`, else by names within `parent_kato` or `iso`. It is refused, with feature
    and line number, when its geometry is unsound, its territory is unknown or claimed twice, or it lies outside the
    region it belongs to. An outline of the same source is replaced; a territory without a centre gets one.
    `source` and `licence` default to the members of that name in the file, then to the file's name and "not stated".
    `progress(done, total)` is called for each feature. Raises BadOutlineFile if the file as a whole cannot be used.
    """
    path = Path(path)
    collection, features, problems = read_features(path, progress)
    places = tree.current()
    matched, unmatched = match(features, places)
    fitting, misplaced = _in_their_region(matched, places)
    source = (source or str(collection.get("source") or path.name))[:160]
    licence = (licence or str(collection.get("licence") or "not stated"))[:160]
    if fitting:
        _write({code: feature.outline for code, feature in fitting.items()}, source, licence, valid_from)
    levels = {places.row(code).level for code in fitting}
    drawn = {code for code, _, _ in current_outlines()}
    return ImportReport(
        file=path.name,
        sha256=sha256(path),
        source=source,
        licence=licence,
        imported=tuple(sorted(fitting)),
        by_name=tuple(sorted(code for code, feature in fitting.items() if kato_of(feature.said) != code)),
        problems=tuple(sorted([*problems, *unmatched, *misplaced], key=lambda problem: problem.feature)),
        without_outline=tuple(sorted(c for c, row in places.rows.items() if row.level in levels and c not in drawn)),
    )


def match(features: list[Feature], places: TerritoryTree) -> tuple[dict[str, Feature], list[Problem]]:
    """Each feature to its territory. Two features of one territory are both refused: which is right is not known."""
    claims: dict[str, list[Feature]] = defaultdict(list)
    problems = []
    for feature in features:
        found = _territory_of(feature.said, places)
        if found.startswith("!"):
            problems.append(feature.problem(found[1:]))
        else:
            claims[found].append(feature)
    for code, claimants in claims.items():
        if len(claimants) > 1:
            numbers = ", ".join(str(feature.number) for feature in claimants)
            problems += [feature.problem(f"{code} is claimed by features {numbers}") for feature in claimants]
    return {code: features[0] for code, features in claims.items() if len(features) == 1}, problems


def kato_of(said: Mapping[str, Any]) -> str:
    return next((str(said[key]).strip() for key in KATO_KEYS if said.get(key) not in (None, "")), "")


def _territory_of(said: Mapping[str, Any], places: TerritoryTree) -> str:
    """A code, or "!" and the reason why there is none."""
    kato = kato_of(said)
    if kato in places:
        return kato
    if kato and not re.fullmatch(r"[0-9]{9}", kato):
        return f"!kato must be 9 digits, not {kato[:20]!r}"
    candidates = names_of(places).named(str(said[key]) for key in NAME_KEYS if said.get(key))
    region = _region_of(said, kato, places)
    if region:
        candidates &= places.subtree(region)
    if kato:
        # A KATO we do not know may be that of a unit whose KATO we do not know.
        candidates = frozenset(code for code in candidates if not places.row(code).kato_known)
    if len(candidates) == 1:
        return next(iter(candidates))
    if kato:
        return f"!KATO {kato} is not in the table of territories"
    if not candidates:
        return "!has no kato, and no territory bears its names"
    return f"!has no kato, and its names fit {', '.join(sorted(candidates))}"


def _region_of(said: Mapping[str, Any], kato: str, places: TerritoryTree) -> str | None:
    iso = re.fullmatch(r"KZ-([0-9]{2})", str(said.get("iso") or ""))
    guesses = (str(said.get("parent_kato") or ""), iso[1] + "0000000" if iso else "", kato[:2] + "0000000")
    return next((code for code in guesses if code in places), None)


def _in_their_region(matched: dict[str, Feature], places: TerritoryTree) -> tuple[dict[str, Feature], list[Problem]]:
    """Catches codes and outlines that were mixed up: a district must at least touch the region it belongs to."""
    known = {code: outline for code, _, outline in current_outlines(level=1)}
    fitting, problems = {}, []
    for code, feature in matched.items():
        region = places.region(code)
        outline = known.get(region) if region else None
        if outline is not None and not outline.intersects(feature.outline):
            problems.append(feature.problem(f"lies outside {places.name(str(region), 'en')} ({region})"))
        else:
            fitting[code] = feature
    return fitting, problems


def _write(outlines: Mapping[str, BaseGeometry], source: str, licence: str, valid_from: date | None) -> None:
    import shapely

    moment = now()
    rows = [
        Outline(
            territory_id=code,
            source=source,
            licence=licence,
            geometry=shapely.to_wkb(outline),
            valid_from=valid_from,
            imported_at=moment,
        )
        for code, outline in outlines.items()
    ]
    with transaction.atomic():
        upsert(rows)
        without = list(Territory.objects.filter(code__in=outlines, centre_lon_e6=None))
        for territory in without:
            point = outlines[territory.code].representative_point()
            territory.centre_lon_e6, territory.centre_lat_e6 = round(point.x * 1e6), round(point.y * 1e6)
        Territory.objects.bulk_update(without, ["centre_lon_e6", "centre_lat_e6"])
        cache.restamp(cache.OUTLINES, *([cache.TERRITORIES] if without else []))
        transaction.on_commit(cache.forget)
    cache.forget()

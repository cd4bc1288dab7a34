"""Bring the table in line with the files of the project: territories.csv and regions.geojson. Safe to run again."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction

from tartip.core.territory import cache
from tartip.core.territory.geojson import read_features
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.models import Outline, Territory
from tartip.core.territory.outlines import SHIPPED
from tartip.core.territory.rows import REGIONS_GEOJSON, TERRITORIES_CSV, TerritoryRow, read_rows, sha256
from tartip.core.territory.spelling import sort_key
from tartip.core.time import now

LICENCE = "MIT"


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What the load found and did; the caller journals it. Hashes are SHA-256 of the two files."""

    territories: int
    territories_written: int
    outlines: int
    outlines_written: int
    left_over: tuple[str, ...]  # codes in the table that the file does not know (kept: records point at them)
    territories_sha256: str
    outlines_sha256: str


def load_reference() -> LoadSummary:
    """One transaction; writes only what differs. Raises BrokenTree, with nothing written, if the file is not a tree."""
    rows = read_rows()
    TerritoryTree(rows)
    with transaction.atomic():
        written, left_over = _load_rows(rows)
        outlines, outlines_written = _load_outlines()
        if written:
            cache.restamp(cache.TERRITORIES)
        if outlines_written:
            cache.restamp(cache.OUTLINES)
        transaction.on_commit(cache.forget)
    cache.forget()
    return LoadSummary(
        territories=len(rows),
        territories_written=written,
        outlines=outlines,
        outlines_written=outlines_written,
        left_over=left_over,
        territories_sha256=sha256(TERRITORIES_CSV),
        outlines_sha256=sha256(REGIONS_GEOJSON),
    )


def model_of(row: TerritoryRow) -> Territory:
    fields = asdict(row)
    fields["parent_id"] = fields.pop("parent")
    fields["previous_parent_id"] = fields.pop("previous_parent")
    fields["aliases"] = "\n".join(row.aliases)
    return Territory(
        **fields,
        sort_kk=sort_key(row.name_kk, "kk"),
        sort_ru=sort_key(row.name_ru, "ru"),
        sort_en=sort_key(row.name_en, "en"),
    )


def with_outlines() -> set[str]:
    return set(Outline.objects.values_list("territory_id", flat=True))


def may_have_another_centre(row: TerritoryRow, outlined: set[str]) -> bool:
    """An import of outlines may have found a centre that the file does not have."""
    return row.centre_lon_e6 is None and row.code in outlined


def _load_rows(rows: list[TerritoryRow]) -> tuple[int, tuple[str, ...]]:
    columns = [field.attname for field in Territory._meta.concrete_fields]
    present = Territory.objects.in_bulk()
    outlined = with_outlines()
    changed = []
    for row in rows:
        wanted, there = model_of(row), present.get(row.code)
        if there and may_have_another_centre(row, outlined):
            wanted.centre_lon_e6, wanted.centre_lat_e6 = there.centre_lon_e6, there.centre_lat_e6
        if there is None or any(getattr(there, column) != getattr(wanted, column) for column in columns):
            changed.append(wanted)
    names = [field.name for field in Territory._meta.concrete_fields if not field.primary_key]
    Territory.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=names)
    return len(changed), tuple(sorted(present.keys() - {row.code for row in rows}))


def _load_outlines() -> tuple[int, int]:
    import shapely

    _, features, problems = read_features(REGIONS_GEOJSON)
    if problems:
        raise AssertionError(f"the shipped outlines are broken: {problems[0]}")
    query = Outline.objects.filter(source=SHIPPED).values_list("territory_id", "geometry")
    present = {code: bytes(geometry) for code, geometry in query}
    moment = now()
    changed = [
        Outline(territory_id=code, source=SHIPPED, licence=LICENCE, geometry=wkb, imported_at=moment)
        for code, wkb in ((feature.said["kato"], shapely.to_wkb(feature.outline)) for feature in features)
        if present.get(code) != wkb
    ]
    upsert(changed)
    return len(features), len(changed)


def upsert(outlines: list[Outline]) -> None:
    """An outline of the same territory and source is replaced."""
    Outline.objects.bulk_create(
        outlines,
        update_conflicts=True,
        unique_fields=["territory", "source"],
        update_fields=["licence", "geometry", "valid_from", "imported_at"],
    )

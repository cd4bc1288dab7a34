"""One row of the reference table, and how the file of the project is read. Pure."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Final

from tartip.core.territory.errors import BrokenTree
from tartip.core.territory.spelling import Language

DATA: Final = Path(__file__).parent / "data"
TERRITORIES_CSV: Final = DATA / "territories.csv"
REGIONS_GEOJSON: Final = DATA / "regions.geojson"


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A territory as the table holds it; see models.Territory for the meaning of the fields."""

    code: str
    kato_known: bool
    parent: str | None
    level: int
    kind: str
    iso: str
    name_kk: str
    name_ru: str
    name_en: str
    aliases: tuple[str, ...]
    plate_code: str
    phone_code: str
    population: int | None
    population_on: date | None
    timezone: str
    centre_lon_e6: int | None
    centre_lat_e6: int | None
    valid_from: date | None
    valid_to: date | None
    previous_parent: str | None
    parent_since: date | None
    source: str

    def name(self, language: Language) -> str:
        return {"kk": self.name_kk, "ru": self.name_ru, "en": self.name_en}[language]

    def valid_on(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)

    def parent_on(self, on: date) -> str | None:
        if self.previous_parent is not None and self.parent_since is not None and on < self.parent_since:
            return self.previous_parent
        return self.parent


COLUMNS: Final = tuple(field.name for field in fields(TerritoryRow))


def read_rows(path: Path = TERRITORIES_CSV) -> list[TerritoryRow]:
    """The rows of a CSV file with exactly COLUMNS as its header, in its order.

    Raises BrokenTree with the line number where a value does not fit its column.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BrokenTree("line 1", f"the header must be {','.join(COLUMNS)}")
        return list(_parse(reader))


def _parse(reader: Iterable[dict[str, str]]) -> Iterator[TerritoryRow]:
    for line, cell in enumerate(reader, start=2):
        try:
            yield TerritoryRow(
                code=cell["code"],
                kato_known={"yes": True, "no": False}[cell["kato_known"]],
                parent=cell["parent"] or None,
                level=int(cell["level"]),
                kind=cell["kind"],
                iso=cell["iso"],
                name_kk=cell["name_kk"],
                name_ru=cell["name_ru"],
                name_en=cell["name_en"],
                aliases=tuple(filter(None, cell["aliases"].split("|"))),
                plate_code=cell["plate_code"],
                phone_code=cell["phone_code"],
                population=_integer(cell["population"]),
                population_on=_day(cell["population_on"]),
                timezone=cell["timezone"],
                centre_lon_e6=_integer(cell["centre_lon_e6"]),
                centre_lat_e6=_integer(cell["centre_lat_e6"]),
                valid_from=_day(cell["valid_from"]),
                valid_to=_day(cell["valid_to"]),
                previous_parent=cell["previous_parent"] or None,
                parent_since=_day(cell["parent_since"]),
                source=cell["source"],
            )
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise BrokenTree(f"line {line}", f"cannot be read: {error}") from error


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _integer(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

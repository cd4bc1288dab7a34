"""Make data/territories.csv of core.territory from public lists: `./run python tools/build_territories.py SHARED`.

SHARED is a folder with figures/territories.csv, figures/districts.csv and territory/kz_adm2_2024.geojson (names and
KATO codes only: no geometry is read). Every district must meet exactly one KATO unit of its region, or be listed here
as one without a known KATO; anything else stops the build with the name of what does not fit.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

from tartip.core.territory.rows import COLUMNS, TERRITORIES_CSV, TerritoryRow
from tartip.core.territory.spelling import LANGUAGES, bare, fold
from tools.territory_facts import (
    ALSO,
    CENTRES,
    FOUNDED,
    MENDED,
    MOVED,
    NEW_REGIONS_SINCE,
    OTHER_SPELLING,
    REPUBLIC_POPULATION,
    WITHOUT_KATO,
    ZONES,
)

POPULATION_DAYS = (("population_2026_01_01", date(2026, 1, 1)), ("population_2023_01_01", date(2023, 1, 1)))


@dataclass(frozen=True, slots=True)
class Unit:
    kato: str
    kk: str
    ru: str
    en: str


def main(shared: Path) -> None:
    regions = _table(shared / "figures" / "territories.csv")
    districts = _table(shared / "figures" / "districts.csv")
    rows = [republic(), *map(region, regions)]
    units = kato_units(shared / "territory" / "kz_adm2_2024.geojson")
    taken: set[str] = set()
    for cell in districts:
        row = district(cell, units)
        if row.code in taken:
            raise SystemExit(
                f"{row.code} is met twice, the second time by {cell['name_ru']} of {cell['territory_iso']}"
            )
        taken.add(row.code)
        rows.append(row)
    left = {unit.kato for found in units.values() for unit in found} - taken
    if left:
        raise SystemExit(f"no district met these KATO units: {sorted(left)}")
    rows.sort(key=lambda row: (row.level, row.iso, row.parent or "", row.code))
    with TERRITORIES_CSV.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(value) for value in astuple(row)] for row in rows)
    print(f"{len(rows)} territories, {sum(not row.kato_known for row in rows)} without a known KATO")


def republic() -> TerritoryRow:
    names = ("Қазақстан Республикасы", "Республика Казахстан", "Republic of Kazakhstan")
    return _row("KZ", None, 0, "republic", names, "KZ", population=REPUBLIC_POPULATION, zone="Asia/Almaty")


def region(cell: dict[str, str]) -> TerritoryRow:
    population = next((((int(cell[column])), day) for column, day in POPULATION_DAYS if cell[column]), None)
    return _row(
        cell["kato"],
        "KZ",
        1,
        "region" if cell["centre_ru"] else "republican_city",
        (cell["name_kk"], cell["name_ru"], cell["name_en"]),
        cell["iso"],
        population=population,
        zone=ZONES.get(cell["iso"], "Asia/Almaty"),
        plate=cell["plate_code"],
        phone=cell["phone_area_code"],
        source="ISO 3166-2; plate, phone and population: public sources",
    )


def kato_units(path: Path) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        said = feature["properties"]
        unit = Unit(said["kato"], said["name_kk"], said["name_ru"], said["name_en"])
        if said["parent_kato"] != said["iso"][3:] + "0000000" or unit.kato[:2] != said["iso"][3:]:
            raise SystemExit(f"{unit.kato} {unit.ru} is not of {said['iso']}")
        found.setdefault(said["iso"], []).append(unit)
    return found


def district(cell: dict[str, str], units: dict[str, list[Unit]]) -> TerritoryRow:
    iso, kind = cell["territory_iso"], cell["kind"]
    listed = cell["name_ru"].removeprefix("г. ")
    ru, _, also = listed.removesuffix(")").partition(" (")
    unit = WITHOUT_KATO.get((iso, ru))
    known = unit is None
    found = Unit(*unit) if unit else _meet(iso, ru, also, units[iso])
    kk, en = MENDED.get(found.kato, (found.kk, found.en))
    names = (_kazakh(kk, kind), _russian(ru, kind), en if kind == "city" else f"{en} District")
    aliases = [also, found.kk, found.ru, found.en, *ALSO.get(found.kato, ())]
    return _row(
        found.kato,
        iso[3:] + "0000000",
        2,
        kind,
        names,
        iso,
        known=known,
        zone=ZONES.get(iso, "Asia/Almaty"),
        aliases=aliases,
        source=f"{cell['status']}; {'KATO and names: geokz 2024' if known else 'KATO not known'}",
    )


def _meet(iso: str, ru: str, also: str, units: list[Unit]) -> Unit:
    wanted = OTHER_SPELLING.get((iso, ru), ru)
    met = [unit for unit in units if unit.ru in {wanted, also}]
    if len(met) != 1:
        raise SystemExit(f"{iso} {ru} meets {[unit.ru for unit in met]}")
    return met[0]


def _kazakh(name: str, kind: str) -> str:
    return f"{name} {'қаласы' if kind == 'city' else 'ауданы'}"


def _russian(name: str, kind: str) -> str:
    if kind == "city":
        return f"город {name}"
    return f"{name} район" if name.endswith("ский") else f"район {name}"


def _row(
    code: str,
    parent: str | None,
    level: int,
    kind: str,
    names: tuple[str, str, str],
    iso: str,
    *,
    known: bool = True,
    population: tuple[int, date] | None = None,
    zone: str,
    plate: str = "",
    phone: str = "",
    aliases: Iterable[str] | None = None,
    source: str = "ISO 3166-1",
) -> TerritoryRow:
    lon, lat = CENTRES.get(code, (None, None))
    moved_from = MOVED.get(parent or "") if level == 2 and code not in FOUNDED else None
    return TerritoryRow(
        code=code,
        kato_known=known,
        parent=parent,
        level=level,
        kind=kind,
        iso=iso if level < 2 else "",
        name_kk=names[0],
        name_ru=names[1],
        name_en=names[2],
        aliases=tuple(_new_spellings(names, aliases or ALSO.get(code, ()))),
        plate_code=plate,
        phone_code=phone,
        population=population[0] if population else None,
        population_on=population[1] if population else None,
        timezone=zone,
        centre_lon_e6=lon,
        centre_lat_e6=lat,
        valid_from=NEW_REGIONS_SINCE if code in MOVED else FOUNDED.get(code),
        valid_to=None,
        previous_parent=moved_from,
        parent_since=NEW_REGIONS_SINCE if moved_from else None,
        source=source,
    )


def _new_spellings(names: tuple[str, str, str], others: Iterable[str]) -> Iterator[str]:
    """The spellings that a search by the names would not find already."""
    seen = [fold(bare(name, language)) for name, language in zip(names, LANGUAGES, strict=True)]
    for other in others:
        if other and fold(other) not in seen:
            seen.append(fold(other))
            yield other


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "|".join(value) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))

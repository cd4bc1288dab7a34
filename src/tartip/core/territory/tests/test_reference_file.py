from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from tartip.core.territory.errors import BrokenTree
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.rows import COLUMNS, TERRITORIES_CSV, read_rows
from tartip.core.territory.spelling import KAZAKH, LANGUAGES, bare, fold
from tartip.core.territory.tests.conftest import SHARED


def test_there_are_one_republic_twenty_regions_and_228_districts(country: TerritoryTree) -> None:
    assert Counter(row.level for row in country.rows.values()) == {0: 1, 1: 20, 2: 228}


def test_seventeen_are_regions_and_three_are_cities_of_republican_significance(country: TerritoryTree) -> None:
    kinds = Counter(row.kind for row in country.rows.values() if row.level == 1)
    assert kinds == {"region": 17, "republican_city": 3}


def test_every_district_lies_in_the_region_its_kato_begins_with(country: TerritoryTree) -> None:
    for row in country.rows.values():
        if row.level == 2:
            # "x" codes carry the number of the region after the x.
            digits = row.code[:2] if row.kato_known else row.code[1:3]
            assert row.parent == digits + "0000000"


def test_iso_number_is_the_beginning_of_kato(country: TerritoryTree) -> None:
    assert all(row.iso == f"KZ-{row.code[:2]}" for row in country.rows.values() if row.level == 1)


def test_only_the_four_units_without_a_published_kato_have_codes_of_the_project(country: TerritoryTree) -> None:
    unknown = {code: row.name_kk for code, row in country.rows.items() if not row.kato_known}
    assert unknown == {
        "x61sauran": "Сауран ауданы",
        "x63markak": "Марқакөл ауданы",
        "x63ulkenn": "Үлкен Нарын ауданы",
        "x71sarais": "Сарайшық ауданы",
    }
    assert all(len(code) == 9 for code in country.rows if code != "KZ")


def test_kinds_agree_with_the_digits_of_kato(country: TerritoryTree) -> None:
    """In a region KATO numbers cities 10-29 and districts from 30; Жаңасемей was cut out of the block of Semey."""
    for row in country.rows.values():
        if row.level == 2 and row.kato_known and row.kind != "city_district" and row.code != "101010000":
            assert (row.kind == "city") == (row.code[2:4] < "30"), row


def test_every_unit_of_the_published_list_is_there_with_its_kind(country: TerritoryTree) -> None:
    path = SHARED / "figures" / "districts.csv"
    if not path.exists():
        pytest.skip("no list of districts at hand (../shared/data/figures)")
    with path.open(encoding="utf-8") as file:
        listed = [
            (r["territory_iso"], fold(r["name_ru"].split(" (")[0].removeprefix("г. ")), r["kind"])
            for r in csv.DictReader(file)
        ]
    ours = [
        (country.row(str(row.parent)).iso, fold(bare(row.name_ru, "ru")), row.kind)
        for row in country.rows.values()
        if row.level == 2
    ]
    assert sorted(listed) == sorted(ours)


def test_names_end_or_begin_with_the_word_for_the_kind(country: TerritoryTree) -> None:
    for row in country.rows.values():
        if row.level == 2:
            city = row.kind == "city"
            assert row.name_kk.endswith(" қаласы" if city else " ауданы")
            assert row.name_ru.startswith("город ") if city else "район" in row.name_ru.split()
            assert row.name_en.endswith(" District") != city


def test_names_are_written_in_the_letters_of_their_language(country: TerritoryTree) -> None:
    """A Latin letter in a Cyrillic name (Aршалинский) looks right and is never found."""
    for row in country.rows.values():
        assert set(row.name_kk.upper()) <= set(KAZAKH + " -"), row.name_kk
        assert set(row.name_ru.upper()) <= set(KAZAKH + " -"), row.name_ru
        assert all(letter.isascii() for letter in row.name_en), row.name_en


def test_no_two_territories_have_the_same_name_in_the_same_region(country: TerritoryTree) -> None:
    for language in LANGUAGES:
        named = Counter((row.parent, row.name(language)) for row in country.rows.values())
        assert max(named.values()) == 1


def test_plates_and_phones_of_regions_are_all_different(country: TerritoryTree) -> None:
    regions = [row for row in country.rows.values() if row.level == 1]
    assert {row.plate_code for row in regions} == {f"{number:02}" for number in range(1, 21)}
    assert len({row.phone_code for row in regions}) == 20


def test_every_population_has_its_day(country: TerritoryTree) -> None:
    for row in country.rows.values():
        assert (row.population is None) == (row.population_on is None)
    assert country.row("KZ").population == 20_495_975
    assert country.row("750000000").population == 2_347_924


def test_a_broken_row_is_named_by_its_line(tmp_path: Path) -> None:
    lines = TERRITORIES_CSV.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(",1,region,", ",one,region,")
    file = tmp_path / "broken.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BrokenTree, match="line 3"):
        read_rows(file)


def test_another_header_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text(",".join(reversed(COLUMNS)), encoding="utf-8")
    with pytest.raises(BrokenTree, match="header"):
        read_rows(file)

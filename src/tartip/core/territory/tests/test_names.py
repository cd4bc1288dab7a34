from __future__ import annotations

import pytest

from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.names import NameIndex


@pytest.fixture(scope="module")
def index(country: TerritoryTree) -> NameIndex:
    return NameIndex(country)


@pytest.mark.parametrize("typed", ["кызыл", "Қызыл", "КЫЗЫЛОР", "qyzylorda", "Kyzylorda", "кзыл-орда", "кызылорда қал"])
def test_the_city_of_kyzylorda_is_found_however_it_is_typed(index: NameIndex, typed: str) -> None:
    assert "431000000" in index.search(typed, "ru")


@pytest.mark.parametrize(
    "typed, code",
    [
        ("алма-ата", "750000000"),
        ("нур-султан", "710000000"),
        ("урджар", "104600000"),
        ("үржар", "104600000"),
        ("oskemen", "631000000"),
        ("каменогорск", "631000000"),
        ("жумабаев", "593600000"),
        ("капчагай", "191000000"),
        ("7517", "751710000"),
    ],
)
def test_former_names_other_words_and_codes_are_found(index: NameIndex, typed: str, code: str) -> None:
    assert code in index.search(typed, "ru")


def test_what_begins_so_stands_before_what_only_holds_the_word(index: NameIndex, country: TerritoryTree) -> None:
    """«казахстан»: the republic begins so (Казахстан is a word of it); by level: republic, then regions by order."""
    found = [country.name(code, "ru") for code in index.search("казахстан", "ru")]
    assert found == [
        "Республика Казахстан",
        "Восточно-Казахстанская область",
        "Западно-Казахстанская область",
        "Северо-Казахстанская область",
        "Туркестанская область",  # «Южно-Казахстанская» of old
    ]


def test_higher_levels_stand_first_and_then_the_order_of_the_language(index: NameIndex, country: TerritoryTree) -> None:
    found = [country.name(code, "kk") for code in index.search("абай", "kk")]
    assert found == ["Абай облысы", "Абай ауданы", "Абай ауданы", "Абай ауданы"]
    assert index.search("абай", "kk") == ("100000000", "103200000", "353200000", "791110000")


def test_the_search_stays_under_a_territory(index: NameIndex) -> None:
    assert index.search("абай", "ru", under="790000000") == ("791110000",)
    assert index.search("абай", "ru", limit=1) == ("100000000",)


@pytest.mark.parametrize("typed", ["", "   ", "-", "zzz", "ызылорда"])
def test_nothing_is_found_for_nothing_and_not_inside_words(index: NameIndex, typed: str) -> None:
    assert index.search(typed, "ru") == ()


def test_names_together_tell_apart_what_one_alone_does_not(index: NameIndex) -> None:
    assert len(index.named(["Жамбылский"])) == 3
    assert index.named(["Павлодар"]) == {"551000000", "556000000", "550000000"}
    assert index.named(["Павлодар", "Павлодарский"]) == {"556000000"}
    assert index.named(["nobody"]) == frozenset()

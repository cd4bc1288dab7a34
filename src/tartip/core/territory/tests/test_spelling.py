from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.spelling import KAZAKH, LANGUAGES, RUSSIAN, Language, bare, fold, latin, sort_key

# Worked out by hand from the alphabet: Ө after О, Ү after Ұ, Қ after К, І after Ы; «облысы» and «қаласы»
# decide only between equal names (Қ before О).
REGIONS = {
    "kk": (
        "Абай облысы, Ақмола облысы, Ақтөбе облысы, Алматы қаласы, Алматы облысы, Астана қаласы, Атырау облысы, "
        "Батыс Қазақстан облысы, Жамбыл облысы, Жетісу облысы, Қарағанды облысы, Қостанай облысы, Қызылорда облысы, "
        "Маңғыстау облысы, Павлодар облысы, Солтүстік Қазақстан облысы, Түркістан облысы, Ұлытау облысы, "
        "Шығыс Қазақстан облысы, Шымкент қаласы"
    ),
    "ru": (
        "область Абай, Акмолинская область, Актюбинская область, Алматинская область, город Алматы, город Астана, "
        "Атырауская область, Восточно-Казахстанская область, Жамбылская область, область Жетісу, "
        "Западно-Казахстанская область, Карагандинская область, Костанайская область, Кызылординская область, "
        "Мангистауская область, Павлодарская область, Северо-Казахстанская область, Туркестанская область, "
        "область Улытау, город Шымкент"
    ),
    "en": (
        "Abai Region, Akmola Region, Aktobe Region, Almaty, Almaty Region, Astana, Atyrau Region, "
        "East Kazakhstan Region, Karaganda Region, Kostanay Region, Kyzylorda Region, Mangystau Region, "
        "North Kazakhstan Region, Pavlodar Region, Shymkent, Turkistan Region, Ulytau Region, West Kazakhstan Region, "
        "Zhambyl Region, Zhetisu Region"
    ),
}
# Districts by hand: Қ stands after Ж and before С; Біржан after Бұланды, for І is the 38th letter, Ұ the 27th.
KYZYLORDA_KK = "Арал, Байқоңыр, Жалағаш, Жаңақорған, Қазалы, Қармақшы, Қызылорда, Сырдария, Шиелі"
AKMOLA_KK = (
    "Ақкөл, Аршалы, Астрахан, Атбасар, Бурабай, Бұланды, Біржан сал, Егіндікөл, Ерейментау, Есіл, Жақсы, Жарқайың, "
    "Зеренді, Көкшетау, Қорғалжын, Қосшы, Сандықтау, Степногор, Целиноград, Шортанды"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_regions_stand_in_the_order_of_the_language(country: TerritoryTree, language: Language) -> None:
    names = [country.name(code, language) for code in country.children("KZ", language)]
    assert ", ".join(names) == REGIONS[language]


def test_kazakh_letters_stand_after_their_russian_kin_and_not_at_the_end(country: TerritoryTree) -> None:
    names = [bare(country.name(code, "kk"), "kk") for code in country.children("430000000", "kk")]
    assert ", ".join(names) == KYZYLORDA_KK


def test_kazakh_i_comes_after_y(country: TerritoryTree) -> None:
    names = [bare(country.name(code, "kk"), "kk") for code in country.children("110000000", "kk")]
    assert ", ".join(names) == AKMOLA_KK


@pytest.mark.parametrize(
    "language, names",
    [
        # А Ә Б; К Қ Л; О Ө П; У Ұ Ү Ф; Ы І Ь
        (
            "kk",
            ["Абай", "Алға", "Әуезов", "Байзақ", "Кеген", "Қазалы", "Ойыл", "Өскемен", "Уәлиханов", "Ұлан", "Үржар"],
        ),
        ("kk", ["Шымкент", "Шіркін"]),
        # Ё after Е: Ежов < Ель < Ёлкин < Жуков
        ("ru", ["Ежов", "Ель", "Ёлкин", "Жуков"]),
        # A gap is less than a letter: Шал акына < Шалкарский
        ("ru", ["район Шал акына", "Шалкарский район"]),
        ("en", ["Abai Region", "Al-Farabi District", "Alatau District", "Zhetisu Region"]),
    ],
)
def test_small_orders_by_hand(language: Language, names: list[str]) -> None:
    shelf = names[::-1]
    shelf.sort(key=lambda name: sort_key(name, language))
    assert shelf == names


def test_the_alphabets_have_all_letters_once() -> None:
    assert len(KAZAKH) == len(set(KAZAKH)) == 42
    # 33 of Russian and the nine of Kazakh
    assert set(RUSSIAN) == set(KAZAKH)
    assert "".join(letter for letter in RUSSIAN if letter not in "ӘҒҚҢӨҰҮҺІ") == "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"


@example("", " ")
@example("А  Б", "А Б")
@given(st.text(alphabet=KAZAKH + KAZAKH.lower() + " -'", max_size=12), st.text(alphabet=KAZAKH + " ", max_size=12))
@settings(max_examples=60, deadline=None)
def test_bytes_of_keys_compare_as_positions_in_the_alphabet(one: str, other: str) -> None:
    """The obvious comparison: lists of places in the alphabet, a gap before everything, marks left out."""

    def places(name: str) -> list[int]:
        return [
            KAZAKH.index(letter) + 1 if letter in KAZAKH else 0 for letter in bare(name, "kk").upper() if letter != "'"
        ]

    keys = sort_key(one, "kk").encode("ascii"), sort_key(other, "kk").encode("ascii")
    assert (keys[0] < keys[1]) == (places(one) < places(other))


@pytest.mark.parametrize(
    "name, language, short",
    [
        ("Абай ауданы", "kk", "Абай"),
        ("город Усть-Каменогорск", "ru", "Усть-Каменогорск"),
        ("область Абай", "ru", "Абай"),
        ("район Шал акына", "ru", "Шал акына"),
        ("West Kazakhstan Region", "en", "West Kazakhstan"),
        ("Region", "en", "Region"),  # the word alone is the name
    ],
)
def test_the_generic_word_is_left_out(name: str, language: Language, short: str) -> None:
    assert bare(name, language) == short


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("кызыл", "Қызыл"),
        ("Жетысу", "Жетісу"),
        ("усть каменогорск", "Усть-Каменогорск"),
        ("Орёл", "орел"),
        ("Qyzylorda", "Kyzylorda"),
        ("Túrkistan", "Turkistan"),
        ("Şymkent", "Shymkent"),
        ("Есиль", "Есіл"),
        ("  Шал   ақын ", "шал акын"),
        ("и\u0306", "й"),  # the letter typed as two code points
    ],
)
def test_what_is_typed_folds_to_what_is_meant(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


@pytest.mark.parametrize(
    "kazakh, english",
    [("Қызылорда", "Kyzylorda"), ("Жамбыл", "Jambyl"), ("Өскемен", "Oskemen"), ("Хромтау", "Khromtau")],
)
def test_cyrillic_and_latin_meet(kazakh: str, english: str) -> None:
    assert latin(fold(kazakh)) == fold(english)


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_folded_and_sorted(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())
    for language in LANGUAGES:
        assert sort_key(text, language).isascii()

"""What is a plate, of which series and region, and that its code loses nothing."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from tartip.engines.plates import BadCode, BadPlate, Kind, Plate, normalise, pack, pack_columns, parse, repair, unpack
from tartip.engines.plates.code import SIGNS
from tartip.engines.plates.grammar import PATTERNS, fits


@pytest.mark.parametrize(
    ("text", "kind", "regions"),
    [
        ("123ABC02", Kind.KZ_2012_PERSON, (2,)),
        ("123 abc | 02", Kind.KZ_2012_PERSON, (2,)),
        ("001AB18", Kind.KZ_2012_ENTITY, (18,)),  # Abai
        ("777QWI19", Kind.KZ_2012_PERSON, (19,)),  # Zhetisu; the full Latin alphabet is in use
        ("500ULY20", Kind.KZ_2012_PERSON, (20,)),  # Ulytau
        ("A123BCD", Kind.KZ_1993_PERSON, (2,)),
        ("Z001KK", Kind.KZ_1993_ENTITY, (1,)),
        ("W123ABC", Kind.KZ_1993_PERSON, (3, 10)),  # the letter stood for two regions
        ("H123402", Kind.KZ_2012_FOREIGN_OWNER, (2,)),
        ("А123ВС77", Kind.RU, ()),  # typed in Cyrillic
        ("M001AA197", Kind.RU, ()),
        ("01KG123ABC", Kind.KG, ()),
        ("01A123BC", Kind.UZ, ()),
        ("01123ABC", Kind.KG_OR_UZ, ()),
        ("RDWN200", Kind.UNKNOWN, ()),
        ("12AB02", Kind.KZ_2012_MOTORCYCLE, (2,)),
        ("12ABC02", Kind.KZ_2012_TRAILER, (2,)),
        ("D012345", Kind.KZ_DIPLOMATIC, ()),
        ("12AB99", Kind.UNKNOWN, ()),
    ],
)
def test_series_and_region_are_read_from_the_text(text, kind, regions):
    assert parse(text) == Plate(normalise(text), kind, regions)


@pytest.mark.parametrize("text", ["123ABC00", "123ABC21", "999AB99"])
def test_a_region_that_was_never_issued_is_no_kazakh_plate(text):
    assert not parse(text).kind.kazakh


@pytest.mark.parametrize("letter", "GIJQY")
def test_a_letter_without_region_is_no_plate_of_1993(letter):
    assert parse(f"{letter}123ABC").kind is Kind.UNKNOWN


def test_a_russian_plate_uses_only_letters_of_both_alphabets():
    assert parse("A123BC77").kind is Kind.RU
    assert parse("A123BD77").kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "---",
        "123456789012",
        "12Ж456",
        "123ABC0²",
        "123ABC\x0002",
        "123ßA02",
        "123ſA02",
        "123ıA02",
        "1ﬁ23A02",
        None,
        5,
    ],
)
def test_what_no_plate_carries_is_refused_with_the_text(text):
    with pytest.raises(BadPlate, match="plate at"):
        parse(text)


@given(st.text())
@example("İ")  # one sign that becomes two when its case changes
def test_any_text_is_a_plate_or_a_typed_refusal(text):
    try:
        plate = parse(text)
    except BadPlate:
        return
    assert unpack(pack(plate)) == plate


SIGN = st.sampled_from(SIGNS[1:])
CLASSES = {"D": "[0-9]", "L": "[A-Z]"}
OF_A_SERIES = st.sampled_from(PATTERNS).flatmap(
    lambda p: st.from_regex("".join(CLASSES.get(c, c) for c in p.classes), fullmatch=True)
)
TEXTS = st.one_of(st.text(SIGN, min_size=1, max_size=11), OF_A_SERIES)


@given(TEXTS)
def test_a_code_gives_its_plate_back(text):
    assert unpack(pack(text)) == parse(text)
    assert 0 <= pack(text) < 2**63


@given(TEXTS, TEXTS)
def test_codes_sort_like_texts(one, two):
    assert (pack(one) < pack(two)) == (one < two)


def test_a_code_worked_out_by_hand():
    # "A" is sign 11, then ten times nothing: 11 * 37^10, five bits left for the kind, which is UNKNOWN = 0
    assert pack("A") == 11 * 37**10 * 32


NEAR_CODES = st.builds(lambda text, kind: (pack(text) & ~31) | kind, TEXTS, st.integers(0, 31))


@given(st.one_of(st.integers(-(2**63), 2**64), NEAR_CODES))
@example(0)
@example(1)
def test_a_number_is_a_code_of_one_plate_or_refused(number):
    try:
        plate = unpack(number)
    except BadCode:
        return
    assert pack(plate) == number


def test_many_plates_pack_to_the_same_codes_as_one_by_one():
    texts = ["123ABC02", "A123BCD", "M001AA197"]
    signs = np.array([[SIGNS.index(s) for s in text.ljust(11, "\0")] for text in texts], np.uint8)
    kinds = np.array([parse(text).kind for text in texts])
    assert pack_columns(signs, kinds).tolist() == [pack(text) for text in texts]


GOOD_SIGNS = np.array([[1] * 6 + [0] * 5] * 2, np.uint8)


@pytest.mark.parametrize(
    "signs, kind, what",
    [
        (np.where(GOOD_SIGNS, 37, 0), 1, "signs at 0"),
        (GOOD_SIGNS * np.array([[1], [0]], np.uint8), 1, "signs at 1"),  # no sign at all
        (GOOD_SIGNS[:, ::-1], 1, "signs at 0"),  # zeros before the text
        (GOOD_SIGNS[:, :5], 1, "signs at uint8 (2, 5)"),
        (GOOD_SIGNS.astype(float), 1, "signs at float64"),
        (GOOD_SIGNS, [1, 99], "kind at 1"),
        (GOOD_SIGNS, [1], "kind at int64 (1,)"),
    ],
)
def test_columns_that_stand_for_no_plate_are_refused(signs, kind, what):
    """Values above 36 ran into the next place and gave the code of another plate, or a negative one."""
    with pytest.raises(BadCode, match=re.escape(what)):
        pack_columns(signs, kind)


@given(TEXTS)
def test_no_text_fits_two_series(text):
    assert sum(fits(text, pattern) for pattern in PATTERNS) <= 1


@pytest.mark.parametrize(
    "typed",
    [
        "KZ 123ABC02",
        "kz-123-abc-02",
        "KZ123АВС02",  # Cyrillic letters
        "123\u00a0ABC\u200b\u00a002",
        "\ufeff123\u2013ABC\u201302\u200e",
        "１２３ＡＢＣ０２",
        "123 | ABC | 02",
        "1\u00ad23abc02",
        "123 ABC 02 KZ",
        "123abc02|kz",
    ],
)
def test_one_plate_is_one_plate_however_it_is_typed(typed):
    assert parse(typed) == parse("123ABC02")
    assert pack(typed) == pack("123ABC02")


def test_kz_is_left_where_what_follows_is_no_kazakh_plate():
    assert parse("KZ12345").text == "KZ12345"
    assert parse("A123BC77RUS") == parse("RUS A123BC77") == parse("A123BC77")
    assert parse("A123KZ").text == "A123KZ"  # its own letters
    assert parse("01A123KZ").text == "01A123KZ"


@pytest.mark.parametrize("text", ["KZ A123BCD", "A123BCD KZ", "KZ Z001KK", "H123402KZ", "RUS A123BC77"])
def test_a_mark_of_the_country_is_left_out_by_repair_as_by_parse(text):
    assert repair(text).plate == parse(text)
    assert parse(text).kind is not Kind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "confirmed"),
    [("123ABC02", True), ("F123402", True), ("A123BC77", True), ("12AB02", False), ("D012345", False), ("QQ", False)],
)
def test_a_plate_says_whether_its_format_is_confirmed(text, confirmed):
    assert parse(text).confirmed is confirmed


def by_hand(text, kind):
    """The formula of the docstring, written out: eleven signs in base 37, then the kind."""
    values = ["\0", *"0123456789", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return sum(values.index(s) * 37 ** (10 - n) for n, s in enumerate(text)) * 32 + kind


@given(TEXTS)
def test_series_learnt_later_keep_the_code_that_they_had_as_unknown(text):
    """README: codes never change. Kinds of 16 and more are packed as 0, as their texts were before."""
    plate = parse(text)
    assert pack(plate) == by_hand(plate.text, 0 if plate.kind >= 16 else plate.kind)


def test_a_stored_code_of_a_text_with_kz_still_names_that_text():
    old = by_hand("KZ123ABC02", 0)
    assert unpack(old).text == "KZ123ABC02"
    assert pack(unpack(old)) == old


@given(st.text(st.sampled_from("КАЗ kz-\u200b\u00ad|0123456789ABCавс/\ufeff"), max_size=30))
def test_a_normal_form_is_its_own_normal_form(text):
    """README: any text is a plate or BadPlate, and filling changes nothing."""
    try:
        clean = normalise(text)
    except BadPlate:
        return
    assert clean.isascii()
    assert clean.isalnum()
    assert clean == clean.upper()
    assert 1 <= len(clean) <= 11
    assert parse(clean).text in (clean, clean.removeprefix("KZ"), clean.removesuffix("KZ"))


@pytest.mark.parametrize("code", [None, "", "x", 1.5, float("nan"), [], b"1", -1, 0, 2**63, 2**70])
def test_what_is_no_code_of_a_plate_is_refused_by_name(code):
    with pytest.raises(BadCode, match="code"):
        unpack(code)

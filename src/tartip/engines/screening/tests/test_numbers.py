from __future__ import annotations

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.screening import MALFORMED, WITHHELD, BadNumber, Nature, mask, pack, pack_column, show
from tartip.engines.screening.numbers import pack_or_malformed

WRITINGS = [
    ("+77011234567", 77011234567),
    ("+7 (701) 123-45-67", 77011234567),
    ("77011234567", 77011234567),
    ("87011234567", 77011234567),  # trunk prefix 8
    ("7011234567", 77011234567),  # ten national digits
    ("8~10 44 20 7946 0958", 442079460958),  # international prefix 8~10
    ("00442079460958", 442079460958),
    ("442079460958", 442079460958),
    ("12025550123", 12025550123),  # eleven digits that do not begin with 8 are international
    ("102", -102),
    ("1414", -1414),
    ("", WITHHELD),
    (" - ", WITHHELD),
]
GARBAGE = [
    "+",
    "abc",
    "+7701abc4567",
    "123456",
    "012345",
    "0701234567",
    "+0123456789",
    "1" * 16,
    "+770112345²7",
    "7701 доб. 12",
]
SPELLED = ["+112", "anonymous", "tel:+7-701-123-45-67", "0112", "sip:112@host", "urn:service:sos", "810", "87011234567"]


@pytest.mark.parametrize(("text", "number"), WRITINGS)
def test_every_usual_writing_of_a_number_packs_to_the_same_integer(text, number):
    assert pack(text) == number
    assert pack_column(pa.array([text])).tolist() == [number]


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_raises_alone_and_is_marked_in_a_column(text):
    with pytest.raises(BadNumber) as caught:
        pack(text)
    assert text == "+" or text not in str(caught.value)  # a message never repeats the digits
    assert pack_column(pa.array([text])).tolist() == [MALFORMED]


def test_the_nature_of_address_settles_what_digits_alone_leave_open():
    """81312345678: with trunk prefix 8 it would be +7 131 234 56 78, said to be international it is Japan."""
    assert pack("81312345678") == 71312345678
    assert pack("81312345678", Nature.INTERNATIONAL) == 81312345678
    assert pack("7011234567", Nature.NATIONAL) == 77011234567
    with pytest.raises(BadNumber):
        pack("442079460958", Nature.NATIONAL)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text("0123456789+ -()~a８\u200b", max_size=22) | st.text(max_size=8) | st.sampled_from(SPELLED)),
    st.sampled_from(Nature),
)
def test_the_compiled_reader_of_columns_equals_the_plain_one(texts, nature):
    column = pack_column(pa.array(texts, pa.string()), nature)
    assert column.tolist() == [pack_or_malformed(text, nature) for text in texts]


@pytest.mark.parametrize("region", ["KZ", "RU", "GB", "TR", "US", "UZ", "CN"])
def test_international_writings_of_phonenumbers_are_understood(region):
    example = phonenumbers.example_number(region)
    for style in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
        digits = f"{example.country_code}{phonenumbers.national_significant_number(example)}"
        assert pack(phonenumbers.format_number(example, style)) == int(digits)


def test_sliced_dictionary_and_null_columns_are_read_right():
    texts = pa.array(["+77011234567", None, "102", "x"])
    expected = [77011234567, WITHHELD, -102, MALFORMED]
    assert pack_column(texts).tolist() == expected
    assert pack_column(texts.slice(2)).tolist() == expected[2:]
    assert pack_column(texts.dictionary_encode()).tolist() == expected
    assert pack_column(pa.chunked_array([texts, texts])).tolist() == expected * 2
    assert pack_column(pa.array([], pa.string())).tolist() == []


def test_a_column_of_floats_is_refused_by_name():
    with pytest.raises(BadInput, match="number column"):
        pack_column(pa.array([7.7e10]))


def test_masks_hide_the_middle_of_a_number():
    assert mask(77011234567) == "+770••••4567"
    assert (show(-102), show(WITHHELD), show(MALFORMED)) == ("102", "withheld", "malformed")


@pytest.mark.parametrize("what", [None, 77011234567, b"+77011234567", ["102"]])
def test_what_is_no_text_is_refused_by_its_type(what):
    with pytest.raises(BadNumber, match=type(what).__name__):
        pack(what)

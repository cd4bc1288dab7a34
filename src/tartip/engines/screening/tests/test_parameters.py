"""Parameters beside a number: what the text says about where it is dialled wins over the trunk, the rest is cut off."""

from __future__ import annotations

import pytest

from tartip.engines.screening.numbers import MALFORMED, WITHHELD, Nature, pack_or_malformed


@pytest.mark.parametrize(
    "text",
    [
        "112#",
        "112;phone-context=kz",
        "+112;user=phone",
        "8112?x=1",
        "112\0",
        "tel:112#",
        "tel:112%23",
        '"112"',
        "'112'",
        "«112»",
        "112,",
        "112!",
        "“+7 112”",
        "sip:'112'@host",
    ],
)  # fmt: skip
def test_a_call_for_help_is_one_with_parameters_and_without_a_scheme(text: str) -> None:
    assert {pack_or_malformed(text, nature) for nature in Nature} == {-112}


@pytest.mark.parametrize(
    "text",
    [
        "anonymous;tag=1",
        "Restricted;user=phone",
        "coin",
        "asterisk",
        "Anonymous Caller",
        "Unavailable ID",
        "n/a",
        "Номер не определён",
        "НОМЕР НЕ ОПРЕДЕЛЕН",
        "«Скрытый»",
        "tel:",
        "sip:@host",
        "sip:host",
        "sips:",
        "@host",
    ],
)  # fmt: skip
def test_a_word_for_no_number_is_withheld_with_parameters_too(text: str) -> None:
    assert {pack_or_malformed(text, nature) for nature in Nature} == {WITHHELD}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:1234567;phone-context=+7727", 77271234567),
        ("tel:1234567;phone-context=+7-727", 77271234567),
        ("tel:7011234567;phone-context=+7", 77011234567),
        ("tel:87011234567;phone-context=+7", 77011234567),
        ("tel:5551234;phone-context=+1-914", 19145551234),
    ],
)
def test_a_phone_context_says_the_country_and_the_area_on_every_trunk(text: str, number: int) -> None:
    assert {pack_or_malformed(text, nature) for nature in Nature} == {number}


def test_an_extension_after_a_whole_number_is_not_lost() -> None:
    assert pack_or_malformed("+77011234567#12") == pack_or_malformed("+77011234567;12") == MALFORMED

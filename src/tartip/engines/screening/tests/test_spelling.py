"""Promises: a call for help passes however spelled; a foreign number keeps its country; any text gets a verdict."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings, strategies as st

from tartip.engines.screening import (
    MALFORMED,
    WITHHELD,
    Ingress,
    Kind,
    Listing,
    Lists,
    Nature,
    Screen,
    Trunk,
    build_tables,
    pack_column,
)
from tartip.engines.screening.numbers import EMERGENCY, pack_called, pack_or_malformed

OWN, ABROAD = 1, 2
DENIED = 77011234567
SCREEN = Screen(
    build_tables(
        Lists(denied=Listing(np.array([DENIED]))), {OWN: Trunk(Ingress.NATIONAL), ABROAD: Trunk(Ingress.INTERNATIONAL)}
    )
)

EMERGENCY_CALLS = [
    "102",
    "112",
    "+112",
    "+102",
    "+ 1 1 2",
    "1-0-2",
    "(112)",
    "１１２",
    "＋１１２",
    "\u202a112\u202c",
    "1\u200b1\u00ad2",
    "١١٢",
    "tel:112",
    "TEL:102",
    "tel:+112",
    "tel:112;phone-context=+7",
    "tel:112;phone-context=kz.example",
    "tel:1-1-2",
    "sip:112@domain",
    "sip:112@domain;user=phone",
    "sips:102@10.0.0.1:5061;user=phone?subject=x",
    "112@domain",
    "SIP:112@Domain.kz",
    '"Police" <sip:102@ims.mnc001.mcc401.3gppnetwork.org>',
    "<tel:112>",
    "sip:%31%31%32@domain",
    "sip:+112@domain",
    "sip:112;phone-context=+7@domain;user=phone",
    "sip:112:pass@domain",
    "urn:service:sos",
    "urn:service:sos.police",
    "URN:SERVICE:SOS",
    "urn:service:sos.fire",
    "urn:service:sos.ambulance",
    "urn:service:sos.gas",
    "urn:service:sos.ecall.automatic",
    "urn:service:sos.poison",
    "<urn:service:sos.police>",
    " urn:service:sos ",
    "urn:service:sos;x=1",
    "urn:service:sos%2Epolice",
    "0112",
    "00112",
    "8112",
    "8 102",
    "7112",
    "+7112",
    "+7 102",
    "07102",
    "8~10~112",
    "sip:112;transport=udp",
    "sip:112:5060",
]
ONLY_CALLED = {  # what no caller's own number is written as
    "*112": 112,
    "#112": 112,
    "**112": 112,
    "*112#": 112,
    "112*": 112,
    "*31#112": 112,
    "#31#102": 102,
    "*67103": 103,
    "sip:*112@host": 112,
    "sip:%23112@host": 112,
    "sip:sos@host": 112,
    "SIP:SOS@host;user=phone": 112,
    "sip:sos.police@host": 102,
    "sos@host": 112,
    "tel:sos": 112,
    "sip:urn:service:sos.fire@host": 101,
    "urn:service:sos@host": 112,
    "urn:nena:service:sos.police": 102,
    "+7 727 112": 112,
    "8 727 102": 102,
    "7727112": 112,
    "007727112": 112,
    "sip:+7712103@host": 103,
    "911": 112,
    "+911": 112,
    "8 911": 112,
    "+7 911": 112,
    "tel:911": 112,
    "+7 (727) 911": 112,
}
NO_EMERGENCY = [
    "1124567890",
    "+1124567890",
    "1025551234",
    "+10255512345",
    "urn:service:sosx",
    "urn:service:counseling",
    "sip:police@112.kz",
    "sip:112.kz",
    "x112",
    "112a",
    "1121",
    "11",
    "tel:1122",
    "urn:service",
    "sos",
    "112 доб. 3",
    "sos.kz",
    "sosed@host",
    "sip:sos-taxi@host",
    "urn:service:test.sos",
    "*1121",
    "*100#",
    "727112",
    "+7 727 1120",
    "+7 927 112",
    "+77271120000",
    "+9115551234",
    "9112",
]


@pytest.mark.parametrize("called", EMERGENCY_CALLS)
@pytest.mark.parametrize("caller", ["+77011234567", "", "garbage", "anonymous", "+7701", "102"])
def test_a_call_for_help_passes_whoever_calls_and_however_it_is_spelled(called, caller):
    for trunk in (OWN, ABROAD, 99):
        assert SCREEN.decide(caller, called, trunk, 0).rule == "emergency", called
    table = pa.table({"caller": [caller], "called": [called], "trunk": [OWN], "at": [0]})
    assert SCREEN.decide_batch(table).to_arrow()["rule"].to_pylist() == ["emergency"]


@pytest.mark.parametrize("called", ONLY_CALLED)
def test_what_is_called_and_can_only_mean_help_passes(called):
    for trunk in (OWN, ABROAD, 99):
        assert SCREEN.decide(DENIED, called, trunk, 0).rule == "emergency", called
    table = pa.table({"caller": [str(DENIED)] * 2, "called": [called] * 2, "trunk": [OWN, ABROAD], "at": [0, 0]})
    assert SCREEN.decide_batch(table).to_arrow()["rule"].to_pylist() == ["emergency"] * 2


@pytest.mark.parametrize(("called", "code"), ONLY_CALLED.items())
def test_the_number_that_is_meant_is_known_though_911_has_no_service_of_its_own(called, code):
    assert pack_called(called) in (-code, -911, 911)


@pytest.mark.parametrize("caller", [text for text in ONLY_CALLED if "911" not in text])
def test_nobody_calls_from_a_number_that_only_looks_like_an_emergency_one(caller):
    """On a trunk inland a short code passes; what is none must not do so."""
    assert SCREEN.decide(caller, "+77172123456", OWN, 0).rule != "clear"
    assert SCREEN.decide(caller, "+77172123456", ABROAD, 0).why["caller"] != Kind.SHORT.name


def test_a_number_written_as_a_host_with_parameters_is_no_hidden_one():
    for text in ("sip:+77011234567;transport=udp", "sip:77011234567;tag=1", "sip:+77011234567:5060"):
        assert pack_or_malformed(text) == DENIED, text
    assert pack_or_malformed("sip:10.0.0.1;transport=udp") == WITHHELD


def test_a_number_that_a_table_took_for_a_decimal_one_gets_no_digit_more():
    """7011234567.0 became +7 011 234 56 70, which is no number, and the call was blocked; 112.0 became 1120."""
    for text in ("77011234567.0", "87011234567.0", "7011234567.0", "+77011234567.0"):
        assert pack_or_malformed(text) == DENIED, text
        assert pack_column(pa.array([text])).tolist() == [DENIED], text
    assert SCREEN.decide(DENIED, "112.0", OWN, 0).rule == "emergency"
    assert pack_or_malformed("+7.701.123.45.60") == 77011234560
    assert pack_or_malformed("+7.701.123.456.0") == 77011234560


def test_the_service_that_was_asked_for_is_kept():
    assert [pack_or_malformed(f"urn:service:sos.{one}") for one in ("police", "fire", "ambulance", "gas", "x")] == [
        -102,
        -101,
        -103,
        -104,
        -112,
    ]


@pytest.mark.parametrize("called", NO_EMERGENCY)
def test_what_only_looks_like_a_call_for_help_is_judged_as_any_other(called):
    assert SCREEN.decide(DENIED, called, OWN, 0).rule == "denied"


@pytest.mark.parametrize("code", EMERGENCY)
def test_an_emergency_number_without_its_minus_sign_is_one_too(code):
    assert SCREEN.decide(DENIED, code, OWN, 0).rule == "emergency"


# As an international trunk brings them, without a plus: written by hand from the countries' plans.
FROM_ABROAD = {
    "81312345678": 81312345678,  # Tokyo; at home these digits would be 8 131 …
    "8221234567": 8221234567,  # Seoul, ten digits
    "4312345678": 4312345678,  # Vienna, ten digits
    "12025550123": 12025550123,
    "442079460958": 442079460958,
    "00442079460958": 442079460958,
    "810442079460958": 442079460958,
    "85212345678": 85212345678,  # Hong Kong
    "870773123456": 870773123456,  # a satellite telephone
    "77011234567": 77011234567,
    "87011234567": 77011234567,  # no country writes so: a home number, which cannot come from there
    "7011234567": 77011234567,
    "+87011234567": 87011234567,  # with a plus it says what it is, and is none
}


@pytest.mark.parametrize(("text", "number"), FROM_ABROAD.items())
def test_on_an_international_trunk_a_number_keeps_its_country_code(text, number):
    assert pack_or_malformed(text, Nature.ABROAD) == number
    one = SCREEN.decide(text, "+77172123456", ABROAD, 0)
    assert one.rule == SCREEN.decide(number, "+77172123456", ABROAD, 0).rule
    table = pa.table({"caller": [text] * 2, "called": ["+77172123456"] * 2, "trunk": [ABROAD, OWN], "at": [0, 0]})
    assert SCREEN.decide_batch(table).to_arrow()["rule"].to_pylist()[0] == one.rule


def test_a_spoofed_home_number_is_blocked_in_every_writing_that_an_international_trunk_may_bring():
    for text in ("+77172123456", "77172123456", "87172123456", "7172123456", "8 (7172) 12-34-56"):
        assert SCREEN.decide(text, "+77011112233", ABROAD, 0).rule == "home-fixed-abroad", text


def test_a_number_with_a_foreign_context_is_of_that_country():
    assert pack_or_malformed("tel:2025550123;phone-context=+1") == 12025550123
    assert pack_or_malformed("tel:7011234567;phone-context=+7") == 77011234567


ANONYMOUS = [
    "",
    " ",
    "anonymous",
    "Anonymous",
    "ANONYMOUS",
    "Restricted",
    "Unavailable",
    "anonymous@anonymous.invalid",
    "private",
    "sip:anonymous@anonymous.invalid",
    '"Anonymous" <sip:anonymous@anonymous.invalid>',
    "sip:c8oqz84zk7z@privacy.invalid",
    "unknown",
    "withheld",
    "P",
    "O",
    "No Number",
    "Private Number",
    "id unavailable",
    "anonymous:secret@host",
    "sip:anonymous@1.2.3.4;tag=x",
    "<sip:restricted@host>",
    "tel:anonymous",
    "Скрытый номер",
    "Неизвестный",
    "жасырын",
    "sip:anonymous.invalid",
    "anonymous\u200b",
    "-",
    "out-of-area",
    "null",
    "Number not available",
    "Caller ID is blocked by user",
    "Анонимно",
    "Нет номера",
    "Номер не указан",
    "Абонент неизвестен",
    "Скрыт номер абонента",
    "Нөмір жасырын",
    "Нөмірі анықталмаған",
    "Белгісіз абонент",
    "NaN",
    "undefined",
]
WORDS = ["alice", "Абонент", "Caller", "sip:alice@host", "Private Ryan", "not Bob", "hidden 12", "No Limit Taxi"]


@pytest.mark.parametrize("text", ANONYMOUS)
def test_a_caller_who_shows_no_number_is_withheld(text):
    assert pack_or_malformed(text) == WITHHELD
    assert SCREEN.decide(text, "+77011112233", OWN, 0).why["caller"] == Kind.WITHHELD.name


@pytest.mark.parametrize("text", WORDS)
def test_other_words_in_the_place_of_a_number_are_malformed(text):
    assert pack_or_malformed(text) == MALFORMED


@pytest.mark.parametrize("text", ["sip:+77011234567@anonymous.invalid", "Anonymous <sip:+77011234567@host>"])
def test_a_number_that_is_there_is_judged_though_it_is_not_to_be_shown(text):
    assert pack_or_malformed(text) == DENIED


PASTED = [
    "\u202a+7 701 123 45 67\u202c",
    "+7\u2011701\u2011123\u201145\u201167",
    "+7\u00a0701\u00a0123\u00a045\u00a067",
    "77011234567",
    "87011234567",
    "8 (701) 123-45-67",
    "+7(701)123-45-67",
    "＋７７０１１２３４５６７",
    "+7 701 123\u221245\u221267",
    "\ufeff+77011234567",
    "+7\u2060701\u2060123\u206045\u206067",
    "+7\u00ad701 123 45 67",
    "+7–701—123‒45―67",
    "+7﹣701－123 45 67",
    "+7.701.123.45.67",
    "+7/701/1234567",
    "+7\t701\n123 45 67",
    "\u200e+7 701 123 45 67\u200f",
    "+7\u3000701\u2009123\u202f4567",
]


@pytest.mark.parametrize("text", PASTED)
def test_what_chats_and_telephones_paste_around_a_number_is_cleaned(text):
    """The same writings are tried on the numbers of persons, in core/people/tests/test_personal_data.py."""
    assert pack_or_malformed(text) == DENIED


EXTENDED = ["+77172123456 доб. 12", "+77172123456 ext 12", "+77172123456x12", "+77172123456,12"]


@pytest.mark.parametrize("text", EXTENDED)
def test_an_extension_is_no_part_of_a_number_and_is_not_lost_silently(text):
    assert pack_or_malformed(text) == MALFORMED
    assert pack_or_malformed("tel:+77172123456;ext=12") == 77172123456  # RFC 3966 says where a number ends


def test_a_trunk_is_the_same_one_as_an_integer_of_python_and_of_numpy():
    for trunk in (ABROAD, np.int64(ABROAD), np.uint16(ABROAD)):
        assert SCREEN.decide("81312345678", "+77011112233", trunk, 0).why["caller"] == Kind.FOREIGN.name


# Digits of any script, some with what stands before a number: a mark in the place of a digit is what readers differ in.
any_digits = st.text(st.characters(categories=["Nd", "Nl", "No"]) | st.sampled_from("0123456789"), max_size=17)
texts = (
    st.text(max_size=30)
    | st.sampled_from(["+", "+7", "00", ""]).flatmap(lambda one: any_digits.map(one.__add__))
    | st.text('0123456789+-() ;:@<>"%.siptelurnovcx\u200b\u2011１', max_size=40)
)


@settings(max_examples=400, deadline=None)
@given(texts, texts, st.sampled_from([OWN, ABROAD, 99]))
@example("<" * 500, "%" * 400, OWN)
@example("sip:" * 300, "٣" * 600, ABROAD)
@example("+٠7172123456", "+77011112233", OWN)  # zero behind the plus, in other digits
def test_any_text_gets_one_verdict_the_same_alone_and_in_a_batch(caller, called, trunk):
    one = Screen(SCREEN.tables).decide(caller, called, trunk, 0)
    table = pa.table({"caller": [caller], "called": [called], "trunk": [trunk], "at": [0]})
    batch = Screen(SCREEN.tables).decide_batch(table)
    assert batch.to_arrow()["rule"].to_pylist() == [one.rule]


def test_a_column_of_a_million_spellings_is_read_without_remembering_them_all(monkeypatch):
    monkeypatch.setattr("tartip.engines.screening.columns.MAX_KNOWN", 10)
    names = [f"sip:+7701{n:07}@host" for n in range(300)]
    assert pack_column(pa.array(names)).tolist() == [77010000000 + n for n in range(300)]

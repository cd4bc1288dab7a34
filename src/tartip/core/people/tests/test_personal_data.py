"""Personal data: identifiers that can be, kept unreadable, and read only for a purpose with a trace."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tartip.core.acts import NotFound
from tartip.core.journal.models import Entry
from tartip.core.people import identifiers, reading
from tartip.core.people.actions import end_shift, enter_person
from tartip.core.people.models import Account, Person, Shift
from tartip.core.time import now
from tartip.engines.screening.tests.test_spelling import EXTENDED, PASTED
from tartip.operations.calls.actions import receive_call
from tartip.operations.calls.models import Call

# Weights 1 … 11: 9 + 4·1 + 6·1 + 7·3 + 10·1 + 11·2 = 72, 72 mod 11 = 6: the first pass decides.
FIRST_PASS = "900101300126"
# 9 + 4 + 6 + 21 + 9·4 + 11·1 = 87, 87 mod 11 = 10: the second pass, weights 3 4 5 6 7 8 9 10 11 1 2:
# 27 + 6 + 8 + 27 + 11·4 + 2·1 = 114, 114 mod 11 = 4.
SECOND_PASS = "900101304014"
# 9 + 4 + 6 + 21 + 10·8 = 120, 120 mod 11 = 10; again 27 + 6 + 8 + 27 + 1·8 = 76, 76 mod 11 = 10: never issued.
NEVER_ISSUED = "90010130080"


def test_the_check_digit_of_the_first_pass() -> None:
    assert identifiers.checked_iin("900101 300126") == FIRST_PASS


def test_the_check_digit_of_the_second_pass() -> None:
    assert identifiers.checked_iin(SECOND_PASS) == SECOND_PASS


@pytest.mark.parametrize("digit", range(10))
def test_a_number_that_gives_ten_twice_is_nobodys(digit: int) -> None:
    with pytest.raises(identifiers.BadIdentifier):
        identifiers.checked_iin(f"{NEVER_ISSUED}{digit}")


@pytest.mark.parametrize("text", ["", "90010130012", "9001013001266", "90010130012x", "000000000000", "٩٠٠١٠١٣٠٠١٢٦"])
def test_what_is_no_iin_is_refused_by_name_and_rule(text: str) -> None:
    with pytest.raises(identifiers.BadIdentifier) as error:
        identifiers.checked_iin(text)
    assert error.value.fields == {"field": "iin", "rule": "must be 12 digits"}


def test_only_one_last_digit_fits() -> None:
    for digit in "012345789":  # all but 6
        with pytest.raises(identifiers.BadIdentifier, match="the last digit does not fit the others"):
            identifiers.checked_iin(FIRST_PASS[:11] + digit)


def test_equal_values_look_different_when_sealed_and_equal_when_looked_up() -> None:
    first, second = identifiers.fields(iin=FIRST_PASS), identifiers.fields(iin=FIRST_PASS)
    assert first["iin_sealed"] != second["iin_sealed"]
    assert first["iin_lookup"] == second["iin_lookup"]
    assert FIRST_PASS.encode() not in first["iin_sealed"] + first["iin_lookup"]
    assert identifiers.decrypt(first["iin_sealed"]) == FIRST_PASS
    # The same digits as another kind of identifier are another value.
    assert identifiers.lookup("phone", FIRST_PASS) != first["iin_lookup"]


def test_a_sealed_value_that_was_touched_is_not_read() -> None:
    from cryptography.exceptions import InvalidTag

    value = bytearray(identifiers.encrypt("Айгүл"))
    value[-1] ^= 1
    with pytest.raises(InvalidTag):
        identifiers.decrypt(bytes(value))


def test_a_phone_is_one_number_however_it_is_written() -> None:
    written = ["8 (701) 555-01-02", "+77015550102", "+7 701 555 01 02"]
    assert {identifiers.checked_phone(text) for text in written} == {"+77015550102"}


@pytest.fixture
def somebody(dispatcher: Any) -> Person:
    return enter_person(dispatcher, territory="750000000", name="Айгүл", iin=FIRST_PASS, phone="87015550102")


@pytest.mark.parametrize(
    "text",
    [
        "\u202a+7 701 123 45 67\u202c",
        "+7 701 123\u201145\u201167",
        "+7\u00a0701\u00a0123\u00a045\u00a067",
        "77011234567",
        "8\u2009(701)\u2013123\u221245\u206367",
        "\ufeff87011234567\u200e\n",
    ],
)
def test_a_phone_pasted_with_invisible_marks_is_the_same_number(text: str) -> None:
    assert identifiers.checked_phone(text) == "+77011234567"


def test_an_iin_pasted_with_invisible_marks_is_the_same_number() -> None:
    assert identifiers.checked_iin(f"\u202a{FIRST_PASS[:6]}\u00a0{FIRST_PASS[6:]}\u202c") == FIRST_PASS


def test_letters_and_other_digits_between_are_no_marks() -> None:
    for text in ("+7701123456x", "+7 701 123 45 67 доб. 3", "+٧٧٠١١٢٣٤٥٦٧"):
        with pytest.raises(identifiers.BadIdentifier):
            identifiers.checked_phone(text)


@pytest.mark.parametrize("text", PASTED)
def test_a_number_of_a_person_is_cleaned_as_call_screening_cleans_it(text: str) -> None:
    assert identifiers.checked_phone(text) == "+77011234567"


@pytest.mark.parametrize(
    "text",
    [
        "+7 701 123 45 67 12",  # an extension behind a space
        "+7 701 123 45 67 / 12",
        "+7 701 123 45 67 (12)",
        "+7 (0) 701 123 45 67",
        "+7 701 123 45 6",
        "+7011234567",
        "+8 701 123 45 67",  # neither 8 701 … nor a number of any country
    ],
)
def test_a_number_of_ours_has_ten_digits_behind_the_country_code(text: str) -> None:
    with pytest.raises(identifiers.BadIdentifier):
        identifiers.checked_phone(text)


@pytest.mark.parametrize("text", ["+870773123456", "+81312345678", "+4915112345678", "+88216 12345678"])
def test_a_number_abroad_is_kept_as_given(text: str) -> None:
    assert identifiers.checked_phone(text) == text.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "+996 (0555) 12-34-56",
        "+996 0555 123456",
        "+44 (0)20 7946 0958",
        "+49 (0) 30 123456",
        "+90 0532 123 45 67",
        "+380 067 123 4567",
        "+810 7 701 123 45 67",  # 8 10 7 …
    ],
)
def test_a_foreign_number_with_the_zero_of_calls_inland_is_refused(text: str) -> None:
    with pytest.raises(identifiers.BadIdentifier, match="without the 0"):
        identifiers.checked_phone(text)


@pytest.mark.parametrize("text", ["+390612345678", "+2250123456789", "+22901234567", "+996555123456", "+998901234567"])
def test_where_numbers_begin_with_zero_it_belongs_to_them(text: str) -> None:
    assert identifiers.checked_phone(text) == text


@pytest.mark.parametrize("text", EXTENDED)
def test_a_number_with_an_extension_is_refused_and_not_cut(text: str) -> None:
    with pytest.raises(identifiers.BadIdentifier):
        identifiers.checked_phone(text)


@pytest.fixture
def call(dispatcher: Any, somebody: Person) -> Call:
    """Айгүл rang 102."""
    return receive_call(dispatcher, territory="750000000", offered_at=now(), caller=somebody)


@pytest.mark.parametrize("name", ["PEOPLE_KEY", "LOOKUP_KEY"])
def test_a_process_does_not_start_with_other_keys_than_those_of_the_stored_persons(
    somebody: Person, settings: Any, name: str
) -> None:
    """Made anew where they are missing, they would leave every person unread and nobody found again."""
    identifiers.check_keys()
    setattr(settings, name, "ab" * 32)
    identifiers._cipher.cache_clear()
    try:
        with pytest.raises(identifiers.OtherKeys, match=f"TARTIP_{name}"):
            identifiers.check_keys()
    finally:
        identifiers._cipher.cache_clear()


def test_reading_without_a_purpose_is_refused_and_shows_nothing(dispatcher: Any, somebody: Person, call: Call) -> None:
    for purpose in (None, "curiosity"):
        with pytest.raises(reading.PurposeNeeded):
            reading.read_card(dispatcher.saying(purpose=purpose), somebody, via=call)
    assert not Entry.objects.filter(act="person.read").exists()


def test_a_purpose_belongs_to_roles(dispatcher: Any, persona: Any, somebody: Person, call: Call) -> None:
    """A duty officer calls back; he has no business with a case, an appeal or supervision."""
    for purpose in ("case", "appeal", "supervision", "own_data", "notification"):
        with pytest.raises(reading.PurposeDenied):
            reading.read_card(dispatcher.saying(purpose=purpose), somebody, via=call)
    for role in ("judge", "analyst", "administrator", "inspector", "prosecutor", "patrol"):
        with pytest.raises(reading.PurposeDenied):
            reading.read_card(persona(role).saying(purpose="call_back"), somebody, via=call)
    assert not Entry.objects.filter(act="person.read").exists()


def test_a_person_is_read_only_through_a_record_the_reader_may_see(
    dispatcher: Any, charlie: Any, somebody: Person, call: Call
) -> None:
    with pytest.raises(NotFound):  # a duty officer of Kostanay
        reading.read_card(charlie.saying(purpose="call_back"), somebody, via=call)
    with pytest.raises(NotFound):  # not on shift
        reading.read_card(replace(dispatcher, on_shift=False, purpose="call_back"), somebody, via=call)
    stranger = enter_person(dispatcher, territory="750000000", name="Марат")
    with pytest.raises(NotFound):  # whom this call does not name
        reading.read_card(dispatcher.saying(purpose="call_back"), stranger, via=call)
    with pytest.raises(NotFound):
        reading.read_list(dispatcher.saying(purpose="call_back"), [somebody, stranger], "750000000", via=[call])


def test_reading_a_card_leaves_who_whom_what_for_and_through_which_record(
    dispatcher: Any, somebody: Person, call: Call
) -> None:
    card = reading.read_card(dispatcher.saying(purpose="call_back"), somebody, via=call)
    assert (card.name, card.iin, card.phone) == ("Айгүл", FIRST_PASS, "+77015550102")
    entry = Entry.objects.get(act="person.read")
    assert (entry.actor, entry.subject, entry.purpose) == (dispatcher.name, somebody.pk, "call_back")
    assert json.loads(entry.content.body)["via"] == {"register": "call", "id": str(call.pk)}
    assert FIRST_PASS not in entry.content.body


def test_reading_a_list_is_one_entry_with_the_count_in_clear(dispatcher: Any, somebody: Person, call: Call) -> None:
    other = enter_person(dispatcher, territory="750000000", name="Марат")
    second = receive_call(dispatcher, territory="750000000", offered_at=now(), caller=other)
    reader = dispatcher.saying(purpose="call_back")
    found = reading.read_list(reader, [somebody, other], "750000000", via=[call, second])
    assert [card.name for card in found] == ["Айгүл", "Марат"]
    body = json.loads(Entry.objects.get(act="person.read_list").content.body)
    assert body["persons"] == 2
    assert str(somebody.pk) not in json.dumps(body)


def test_the_callers_card_is_posted_with_a_purpose_by_the_floor_on_shift_and_stays_in_no_cache(
    dispatcher: Any, persona: Any, call: Call
) -> None:
    address = f"/console/calls/{call.pk}/caller/"
    client = signed_in(dispatcher)
    assert client.get(address, {"purpose": "call_back"}).status_code == 405
    assert client.post(address, {"purpose": "because"}).status_code == 422
    answer = client.post(address, {"purpose": "call_back"})
    assert "+77015550102" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    for role in ("patrol", "inspector", "judge", "prosecutor", "analyst", "administrator"):
        assert signed_in(persona(role)).post(address, {"purpose": "call_back"}).status_code == 403, role
    assert signed_in(persona("charlie")).post(address, {"purpose": "call_back"}).status_code == 404
    end_shift(dispatcher, Shift.objects.get(appointment__account=dispatcher.account))
    assert client.post(address, {"purpose": "call_back"}).status_code == 403
    assert Entry.objects.filter(act="person.read").count() == 1


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account))
    return client


def test_a_person_is_found_by_an_identifier_without_being_read(dispatcher: Any, somebody: Person) -> None:
    assert reading.find(dispatcher, iin=FIRST_PASS) == somebody
    for written in ("+77015550102", "8 (701) 555-01-02", "\u202a77015550102\u202c"):
        assert reading.find(dispatcher, phone=written) == somebody
    assert reading.find(dispatcher, iin=SECOND_PASS) is None
    assert not Entry.objects.filter(act__startswith="person.read").exists()

"""The first page: what a citizen finds without a log-in, and what waits for whoever is logged in."""

from __future__ import annotations

import pytest

from tartip.core.codes import LOOK_ALIKES
from tartip.core.people import menu
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account, Appointment
from tartip.core.receipts.kinds import ReceiptKind
from tartip.server import front

CYRILLIC = {latin: chr(cyrillic) for cyrillic, latin in ((c, chr(n)) for c, n in LOOK_ALIKES.items())}


def account_of(actor):
    return Account.objects.get(pk=actor.account)


def test_a_citizen_needs_no_log_in_and_102_is_first(client, db):
    page = client.get("/", HTTP_ACCEPT_LANGUAGE="ru").content.decode()
    assert "Опасность сейчас? Звоните 102" in page
    numbers = [page.index(f'href="tel:{number}"') for number in (102, 101, 103, 112)]
    assert numbers == sorted(numbers)
    assert 'href="sms:102"' in page
    assert 'href="/login/"' in page


def test_no_figure_stands_there_while_no_month_is_sealed(client, db):
    page = client.get("/").content.decode()
    assert "h-near" not in page
    assert "t-figure" not in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_and_its_help_are_in_the_language_of_the_browser(client, db, language):
    for path in ("/", "/help/"):
        assert f'<html lang="{language}"' in client.get(path, HTTP_ACCEPT_LANGUAGE=language).content.decode()


def test_a_wrong_code_gets_a_sentence_that_helps_and_keeps_what_was_typed(client, db):
    answer = client.get("/find/", {"code": "7k49m 2pqrz"}, HTTP_ACCEPT_LANGUAGE="en")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Nothing opens with this code." in page
    assert "without the digits 0 and 1" in page
    assert 'value="7K49M-2PQRZ"' in page


def test_what_was_typed_is_shown_as_text(client, db):
    page = client.get("/find/", {"code": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page.lower()


def test_no_code_leads_back_to_the_field(client, db):
    assert client.get("/find/", {"code": "  "}).headers["Location"] == "/"


def test_who_guesses_is_stopped_by_the_brake_of_the_receipts(client, db):
    """60 wrong codes in ten minutes from one browser; the 61st is refused, here and at the receipts."""
    answers = [client.get("/find/", {"code": f"7K49M2PQ{n:02}".replace("0", "Z").replace("1", "Y")}) for n in range(61)]
    assert [answers[0].status_code, answers[59].status_code, answers[60].status_code] == [404, 404, 429]
    assert client.get("/r/7K49M2PQRS/").status_code == 429


def test_whoever_is_logged_in_is_led_to_the_work(client, dispatcher, inspector):
    client.force_login(account_of(dispatcher))
    assert client.get("/").headers["Location"] == "/console/"
    assert client.get("/start/").status_code == 200, "the list of workplaces stays one click away"
    client.force_login(account_of(inspector))
    assert client.get("/").status_code == 200


def test_the_start_page_says_what_waits_and_puts_what_is_late_first(client, inspector, monkeypatch):
    """The counts are each app's own; here one says that nothing waits and another that it is late."""
    late = menu.Count(3, "3 appeals are late", late=True)
    places = [
        menu.Workplace("cases:list", "Cases", "", order=200, count=lambda actor: None),
        menu.Workplace("appeals:board", "Appeals", "", order=300, count=lambda actor: late),
    ]
    monkeypatch.setattr(menu, "workplaces", lambda: places)
    client.force_login(account_of(inspector))
    page = client.get("/start/").content.decode()
    assert "3 appeals are late" in page
    assert [item["text"] for item in menu.work_of(inspector)] == ["Appeals", "Cases"]


def test_work_that_is_done_on_shift_is_not_counted_for_whoever_is_off(dispatcher):
    from tartip.core.people.shifts import switch_shift

    appointment = Appointment.objects.get(account_id=dispatcher.account)
    switch_shift(appointment, on=False)
    found = {item["href"]: item["count"] for item in menu.work_of(appointment_actor(appointment))}
    assert found["/console/"] is None


def test_a_stranger_is_sent_to_the_log_in_from_the_list_of_workplaces(client, db):
    assert client.get("/start/").status_code in (302, 401, 403)


def test_a_code_opens_whatever_receipt_it_is_of(client, db, monkeypatch):
    """The receipt of a case and of an appeal by the same field: spaces, case and Cyrillic letters are accepted."""
    monkeypatch.setattr(front, "kind_of", lambda code: ReceiptKind(access=str, page="appeals:receipt"))
    typed = "".join(CYRILLIC.get(letter, letter) for letter in "7K4HM2PXRS").lower()
    answer = client.get("/find/", {"code": f" {typed[:5]} {typed[5:]} "})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/a/7K4HM2PXRS/")

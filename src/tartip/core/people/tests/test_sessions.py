"""How long a log-in lasts, and what ends it at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tartip.core.acts import system
from tartip.core.people import accounts, actions
from tartip.core.people.models import Account, Appointment, Shift
from tartip.core.people.tests.doors import entries, log_in
from tartip.core.time import clock, now


def after(**span: float) -> Any:
    return clock(now() + timedelta(**span))


def let_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_desk_is_locked_after_half_an_hour_without_work(client: Client, inspector: Any) -> None:
    log_in(client, "inspector")
    with after(minutes=29):
        assert let_in(client)  # and this was work: the half hour begins again
    with after(minutes=58):
        assert let_in(client)
    with after(minutes=89):
        answer = client.get("/account/")
    assert answer.headers["Location"] == "/login/?next=%2Faccount%2F"
    assert entries("session.close")[0][1] == {"why": "idle"}


def test_work_does_not_prolong_a_session_for_ever(client: Client, inspector: Any) -> None:
    log_in(client, "inspector")
    for minutes in range(25, 721, 25):  # 12 hours in all
        with after(minutes=minutes):
            assert let_in(client)
    with after(minutes=721):
        assert not let_in(client)
    assert entries("session.close")[0][1] == {"why": "whole"}


def test_a_post_in_a_secure_room_keeps_its_screen_for_the_shift(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    with after(hours=11, minutes=59):
        assert let_in(client)
    with after(hours=13, seconds=1):
        assert not let_in(client)


def test_an_administrator_is_asked_after_a_quarter_of_an_hour(client: Client, persona: Any) -> None:
    persona("administrator")
    log_in(client, "administrator")
    with after(minutes=16):
        assert not let_in(client)


def test_a_disabled_account_is_out_at_its_next_request(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    accounts.disable(Account.objects.get(username="dispatcher"))
    assert not let_in(client)
    assert log_in(client, "dispatcher").headers["Location"] == "/accounts/inactive/"
    assert not let_in(client)
    assert [entry.subject for entry, _ in entries("account.disable")] == [dispatcher.account]


def test_an_ended_appointment_counts_at_once(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    assert client.get("/").headers["Location"] == "/console/"
    actions.dismiss(system("test"), Appointment.objects.get(account=dispatcher.account))
    assert client.get("/console/").status_code == 403
    assert client.get("/").status_code == 200  # the start page says why, and lets one log out


def test_a_new_password_ends_the_sessions_elsewhere(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    accounts.reset(Account.objects.get(username="dispatcher"))
    assert not let_in(client)


def test_a_fragment_without_a_session_leads_the_page_to_the_log_in(client: Client) -> None:
    answer = client.get("/console/board/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login/?next=%2F")


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/cases/1/?state=all", "%2Fcases%2F1%2F%3Fstate%3Dall"),
        ("https://evil.example/cases/", "%2F"),
        ("http://testserver//evil.example/", "%2F"),
        ("//testserver\\@evil.example/", "%2F"),
        ("javascript:alert(1)", "%2F"),
        ("", "%2F"),
    ],
)
def test_the_log_in_leads_back_to_the_page_the_form_stood_on_and_nowhere_else(client: Client, came_from, back) -> None:
    answer = client.post("/account/shift/", {"act": "begin"}, headers={"Referer": came_from})
    assert answer.headers["Location"] == f"/login/?next={back}"
    answer = client.get("/console/board/", headers={"HX-Request": "true", "HX-Current-URL": came_from})
    assert answer.headers["HX-Redirect"] == f"/login/?next={back}"


def test_each_role_begins_where_its_work_is(client: Client, dispatcher: Any, inspector: Any) -> None:
    assert client.get("/").status_code == 200  # the citizens' page
    log_in(client, "dispatcher")
    assert client.get("/").headers["Location"] == "/console/"
    other = Client()
    log_in(other, "inspector")
    page = other.get("/").content.decode()
    assert 'href="/rights/"' in page
    assert 'href="/console/"' not in page


def test_who_comes_to_a_post_begins_the_shift_on_the_first_page(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    client.post("/account/shift/", {"act": "end"})
    page = client.get("/")
    assert page.status_code == 200
    assert 'name="from" value="start"' in page.content.decode()
    assert client.post("/account/shift/", {"act": "begin", "from": "start"}).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/console/"


def test_one_begins_and_ends_ones_own_shift(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    for act, open_shifts in (("end", 0), ("end", 0), ("begin", 1), ("begin", 1)):
        assert client.post("/account/shift/", {"act": act}).status_code == 302
        assert Shift.objects.filter(state="on").count() == open_shifts


def test_nobody_begins_a_shift_in_another_name(dispatcher: Any, inspector: Any) -> None:
    from tartip.core.acts import Denied

    theirs = Appointment.objects.get(account=inspector.account)
    with pytest.raises(Denied):
        actions.begin_shift(dispatcher, appointment=theirs)


def test_one_of_several_appointments_is_chosen_for_the_session(client: Client, dispatcher: Any, charlie: Any) -> None:
    mine = Account.objects.get(username="dispatcher")
    second = actions.appoint(system("test"), account=mine, role="analyst", territory="KZ")
    log_in(client, "dispatcher")
    client.post("/account/appointment/", {"appointment": str(second.pk)})
    assert client.get("/").status_code == 200  # an analyst is not led to the console
    assert client.get("/console/").status_code in (200, 403)
    theirs = Appointment.objects.get(account=charlie.account)
    assert client.post("/account/appointment/", {"appointment": str(theirs.pk)}).status_code == 403

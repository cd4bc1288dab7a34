"""Accounts in the browser: who sees them, what one person does at once, and what takes two."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tartip.core.acts import system
from tartip.core.journal.audit import audit
from tartip.core.people import accounts, actions, listeners, requests, sessions
from tartip.core.people.models import Account, AccountRequest, Appointment, Session, Shift, Token
from tartip.core.people.personas import Persona, make
from tartip.core.people.tests.doors import entries, log_in
from tartip.core.time import clock, now

ALMATY, KOSTANAY = "750000000", "390000000"
NEW = {
    "username": "tok", "display_name": "Тоқ С.", "holder": "QX-77-ZK", "role": "inspector", "territory": ALMATY,
    "last_day": "", "order_number": "91-л",
}  # fmt: skip


@pytest.fixture
def office(db: None, dispatcher: Any, supervisor: Any, patrol: Any) -> dict[str, Client]:
    """Two administrators of Almaty, one of the whole country, and one of Kostanay: the stranger."""
    made = {}
    for username, place, holder in (
        ("first", ALMATY, "75061"), ("second", ALMATY, "75062"), ("above", "KZ", "60101"),
        ("stranger", KOSTANAY, "39061"),
    ):  # fmt: skip
        actor = make(Persona(username, f"Administrator {username}", "administrator", place, holder=holder))
        made[username] = Client()
        made[username].cookies["django_language"] = "en"
        made[username].force_login(Account.objects.get(pk=actor.account))
    return made


def page_of(account: Account | str) -> str:
    found = account if isinstance(account, Account) else Account.objects.get(username=account)
    return f"/people/{found.pk}/"


def ask(client: Client, username: str, kind: str, **more: str) -> Any:
    return client.post(f"{page_of(username)}ask/{kind}/", {"order_number": "", **more})


def newest() -> AccountRequest:
    return AccountRequest.objects.order_by("-id")[0]


def decide(client: Client, act: str, request: AccountRequest | None = None, **more: str) -> Any:
    return client.post(f"/people/requests/{(request or newest()).pk}/decide/", {"act": act, **more})


def half_in(answer: Any) -> str:
    return re.search(r'class="ppl-secret">\s*<code>([^<]+)</code>', answer.content.decode())[1]


# --- who sees it


def test_an_administrator_sees_the_accounts_of_the_territory_and_no_others(office: Any, charlie: Any) -> None:
    page = office["first"].get("/people/").content.decode()
    assert page_of("dispatcher") in page
    assert page_of("charlie") not in page
    assert page_of("above") not in page, "works above"
    assert page_of("charlie") in office["stranger"].get("/people/").content.decode()


def test_a_stranger_finds_neither_account_nor_request(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    for path in (page_of("dispatcher"), f"{page_of('dispatcher')}ask/close/", f"/people/requests/{newest().pk}/"):
        assert office["stranger"].get(path).status_code == 404
    assert decide(office["stranger"], "confirm").status_code == 404
    assert ask(office["stranger"], "dispatcher", "close").status_code == 404
    assert Account.objects.get(username="dispatcher").is_active


@pytest.mark.parametrize("who", ["dispatcher", "supervisor", "patrol"])
def test_other_roles_do_not_work_here(office: Any, who: str) -> None:
    client = Client()
    client.force_login(Account.objects.get(username=who))
    for path in ("/people/", page_of("patrol"), "/people/open/", f"{page_of('patrol')}ask/close/"):
        assert client.get(path).status_code == 403
    assert ask(client, "patrol", "close").status_code == 403


def test_a_key_of_the_api_opens_none_of_these_pages(office: Any) -> None:
    secret = accounts.token(Account.objects.get(username="second"), role="administrator", name="x")
    answer = Client().get("/people/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code in (302, 401)


def test_the_list_is_narrowed_by_words_role_state_and_place(office: Any) -> None:
    def found(query: str) -> set[str]:
        page = office["above"].get(f"/people/?{query}").content.decode()
        return set(re.findall(r"<small>(\w+)</small>", page))

    accounts.disable(Account.objects.get(username="patrol"))
    assert found("q=disp") == {"dispatcher"}
    assert found("role=supervisor") == {"supervisor"}
    assert found("state=closed") == {"patrol"}
    assert found(f"territory={KOSTANAY}") == {"stranger"}
    assert found("state=on_shift&q=disp") == {"dispatcher"}
    assert found("state=nonsense&territory=atlantis&role=emperor&after=second") >= {"stranger", "supervisor"}


def test_a_long_list_is_paged_by_user_name(office: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tartip.core.people.administration.queries.PER_PAGE", 2)
    names, address = [], "/people/"
    while address:
        page = office["first"].get(address).content.decode()
        names += re.findall(r"<small>(\w+)</small>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/people/{following[1]}" if following else ""
    assert names == ["dispatcher", "first", "patrol", "second", "supervisor"]


# --- two persons


def test_two_administrators_open_an_account_and_each_has_half_of_its_password(office: Any) -> None:
    first = half_in(office["first"].post("/people/open/", {**NEW, "key": "k1"}))
    account = Account.objects.get(username="tok")
    assert not account.is_active
    assert not account.has_usable_password()
    assert (account.holder, account.appointments.count()) == ("qx77zk", 0)
    answer = decide(office["second"], "confirm")
    assert "no-store" in answer.headers["Cache-Control"]
    second = half_in(answer)
    assert log_in(Client(), "tok", f"{first}-{second}").status_code == 302
    (appointment,) = account.appointments.all()
    assert (appointment.role, appointment.territory_id, appointment.state) == ("inspector", ALMATY, "in_force")
    assert audit().findings == []


def test_an_account_that_waits_is_nobodys_log_in(office: Any) -> None:
    half = half_in(office["first"].post("/people/open/", NEW))
    for guess in (half, f"{half}-{half}", ""):
        assert log_in(Client(), "tok", guess).status_code == 200


def test_no_entry_holds_a_name_a_number_or_a_password(office: Any) -> None:
    half = half_in(office["first"].post("/people/open/", NEW))
    other = half_in(decide(office["second"], "confirm"))
    told = str([*entries("account.ask"), *entries("account.confirm"), *entries("account.enter")])
    told += str([payload for act in ("account.add", "account.ask", "account.confirm") for _, payload in entries(act)])
    for secret in ("Тоқ", "qx77zk", half, other):
        assert secret not in told


def test_a_wrong_word_is_shown_at_its_field_and_leaves_nothing(office: Any) -> None:
    for change, words in (
        ({"username": "dispatcher"}, "is taken"), ({"holder": ""}, "personnel number"),
        ({"role": "emperor"}, "valid choice"), ({"territory": KOSTANAY}, "valid choice"),
        ({"last_day": "2020-01-01"}, "future"),
    ):  # fmt: skip
        answer = office["first"].post("/people/open/", {**NEW, **change})
        assert answer.status_code == 422, change
        assert words in answer.content.decode(), change
    assert not Account.objects.filter(username="tok").exists()
    assert not AccountRequest.objects.exists()


def test_who_asked_cannot_confirm_under_whichever_account(office: Any) -> None:
    ask(office["first"], "dispatcher", "appoint", role="supervisor", territory=ALMATY)
    mine = make(Persona("first_b", "The same person", "administrator", ALMATY, holder="75061"))
    twin = Client()
    twin.force_login(Account.objects.get(pk=mine.account))
    for client in (office["first"], twin):
        assert 'value="confirm"' not in client.get(f"/people/requests/{newest().pk}/").content.decode()
        decide(client, "confirm")
        decide(client, "refuse")
    assert newest().state == "asked"
    assert not Appointment.objects.filter(account__username="dispatcher", role="supervisor").exists()
    decide(office["second"], "confirm")
    assert Appointment.objects.filter(account__username="dispatcher", role="supervisor").exists()


def test_a_number_entered_between_asking_and_confirming_counts(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    accounts.hold(Account.objects.get(username="second"), "75061")  # it comes out that both are one person
    decide(office["second"], "confirm")
    assert newest().state == "asked"


def test_nobody_asks_or_decides_about_oneself(office: Any) -> None:
    appointing = {"role": "supervisor", "territory": ALMATY}
    assert ask(office["first"], "first", "appoint", **appointing).status_code == 403
    other = make(Persona("second_b", "A tablet of the second", "dispatcher", ALMATY, holder="75062"))
    assert ask(office["second"], "second_b", "appoint", **appointing).status_code == 403
    ask(office["first"], "second_b", "appoint", **appointing)  # somebody else asks for the second
    decide(office["second"], "confirm")
    assert newest().state == "asked"
    assert Appointment.objects.filter(account=other.account).count() == 1
    assert office["second"].post("/people/open/", {**NEW, "holder": "75062"}).status_code == 403
    assert not Account.objects.filter(username="tok").exists()


def test_a_request_of_a_dismissed_administrator_binds_nobody(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    actions.dismiss(system("test"), Appointment.objects.get(account__username="first"))
    before = Account.objects.get(username="dispatcher").password
    answer = decide(office["second"], "confirm")
    assert answer.status_code == 302
    assert newest().state == "asked"
    assert Account.objects.get(username="dispatcher").password == before
    decide(office["second"], "refuse")
    assert newest().state == "refused"


def test_a_closed_asker_binds_nobody_either(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    accounts.disable(Account.objects.get(username="first"))
    decide(office["second"], "confirm")
    assert newest().state == "asked"


def test_what_changed_meanwhile_is_looked_at_again(office: Any) -> None:
    """The dispatcher got work for the whole country: the password is no matter of Almaty any more."""
    ask(office["first"], "dispatcher", "password")
    account = Account.objects.get(username="dispatcher")
    actions.appoint(system("test"), account=account, role="analyst", territory="KZ")
    decide(office["second"], "confirm")
    assert newest().state == "asked"
    assert Account.objects.get(username="dispatcher").password == account.password


def test_an_account_that_works_above_is_not_in_the_hands_of_one_territory(office: Any) -> None:
    account = Account.objects.get(username="dispatcher")
    actions.appoint(system("test"), account=account, role="analyst", territory="KZ")
    page = office["first"].get(page_of(account)).content.decode()
    assert "outside of your territory" in page
    for kind in ("password", "close"):
        assert ask(office["first"], "dispatcher", kind).status_code == 403
    key = {"token": "00" * 6}
    office["first"].post(f"{page_of(account)}token/revoke/", key)
    assert Account.objects.get(username="dispatcher").is_active
    assert ask(office["above"], "dispatcher", "close").status_code == 302


def test_after_the_term_nothing_is_confirmed_and_it_ends_by_itself(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    old = newest()
    with clock(now() + timedelta(hours=73)):
        office["second"].force_login(Account.objects.get(username="second"))
        decide(office["second"], "confirm", old)
        old.refresh_from_db()
        assert old.state == "asked"
        page = office["second"].get(f"/people/requests/{old.pk}/").content.decode()
        assert "not confirmed in time" in page
        office["first"].force_login(Account.objects.get(username="first"))
        ask(office["first"], "dispatcher", "password")  # one may ask anew at once
        old.refresh_from_db()
        assert (old.state, newest().state) == ("expired", "asked")


def test_the_end_of_the_term_ends_the_request(office: Any) -> None:
    from tartip.core.clocks import breach
    from tartip.core.clocks.models import Clock

    ask(office["first"], "dispatcher", "password")
    with clock(now() + timedelta(hours=73)):
        breach.breach_due()
        listeners.expire_unconfirmed_request(Clock.objects.get(subject=newest().pk).breached_by)
    assert newest().state == "expired"


def test_a_request_is_withdrawn_by_who_asked_alone(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    decide(office["second"], "withdraw")
    assert newest().state == "asked"
    decide(office["first"], "withdraw")
    assert newest().state == "withdrawn"
    decide(office["second"], "confirm")
    assert newest().state == "withdrawn"


def test_the_same_key_asks_and_shows_once(office: Any) -> None:
    first = office["first"].post("/people/open/", {**NEW, "key": "k7"})
    again = office["first"].post("/people/open/", {**NEW, "key": "k7"})
    assert first.status_code == 200
    assert (again.status_code, AccountRequest.objects.count()) == (302, 1)
    assert half_in(first) not in again.content.decode()
    other = office["first"].post("/people/open/", {**NEW, "username": "other", "key": "k7"})
    assert other.status_code == 422
    shown = decide(office["second"], "confirm", key="c1")
    repeated = decide(office["second"], "confirm", key="c1")
    assert (shown.status_code, repeated.status_code) == (200, 302)


def test_a_second_request_of_the_same_kind_is_refused_in_words(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    answer = ask(office["second"], "dispatcher", "password")
    assert answer.status_code == 409
    assert "asked for already" in answer.content.decode()


def test_a_guarded_appointment_is_not_ended_by_one_person(office: Any) -> None:
    held = Appointment.objects.get(account__username="supervisor")
    office["first"].post(f"{page_of('supervisor')}end/{held.pk}/", {"order_number": "93-л"})
    held.refresh_from_db()
    assert held.state == "in_force"
    actor = make(Persona("first", "", "administrator", ALMATY))
    with pytest.raises(requests.NeedsTwo):
        requests.end_appointment(actor, held)
    decide(office["second"], "confirm")
    held.refresh_from_db()
    assert held.state == "ended"
    assert Shift.objects.get(appointment=held).state == "off"


def test_only_one_administrator_here_the_territory_above_confirms(office: Any) -> None:
    ask(office["first"], "second", "close")
    decide(office["above"], "confirm")
    assert newest().state == "confirmed"


# --- at once


def test_closing_takes_effect_at_once_and_is_confirmed_afterwards(office: Any) -> None:
    theirs = Client()
    log_in(theirs, "dispatcher")
    assert theirs.get("/account/").status_code == 200
    ask(office["first"], "dispatcher", "close")
    assert theirs.get("/account/").status_code == 302
    assert not Session.objects.filter(account_id=Account.objects.get(username="dispatcher").pk).exists()
    ((entry, _),) = entries("account.disable")
    assert (entry.actor, entry.role) == (f"person:{Account.objects.get(username='first').pk}", "administrator")
    decide(office["first"], "withdraw")
    assert newest().state == "asked", "it is done: the second person decides"
    decide(office["second"], "confirm")
    assert not Account.objects.get(username="dispatcher").is_active
    assert audit().findings == []


def test_a_refused_closing_opens_the_account_as_it_was(office: Any) -> None:
    before = Account.objects.get(username="dispatcher").password
    ask(office["first"], "dispatcher", "close")
    decide(office["second"], "refuse")
    account = Account.objects.get(username="dispatcher")
    assert (account.is_active, account.password) == (True, before)
    assert audit().findings == []


def test_a_refused_closing_does_not_undo_what_somebody_else_closed(office: Any) -> None:
    ask(office["first"], "dispatcher", "close")
    accounts.disable(Account.objects.get(username="dispatcher"))  # at the command line
    decide(office["second"], "refuse")
    assert not Account.objects.get(username="dispatcher").is_active


def test_a_closed_account_is_opened_again_by_two_with_a_new_password(office: Any) -> None:
    accounts.disable(Account.objects.get(username="dispatcher"))
    first = half_in(ask(office["first"], "dispatcher", "reopen"))
    second = half_in(decide(office["second"], "confirm"))
    assert log_in(Client(), "dispatcher", f"{first}-{second}").status_code == 302
    assert Account.objects.get(username="dispatcher").one_time_until is not None
    assert audit().findings == []


def test_an_ordinary_appointment_and_its_shift_end_at_once(office: Any) -> None:
    held = Appointment.objects.get(account__username="dispatcher")
    office["first"].post(f"{page_of('dispatcher')}end/{held.pk}/")
    held.refresh_from_db()
    assert (held.state, Shift.objects.get(appointment=held).state) == ("ended", "off")
    assert office["stranger"].post(f"{page_of('dispatcher')}end/{held.pk}/").status_code == 404


def test_a_session_is_ended_by_its_short_name_and_its_key_is_never_shown(office: Any) -> None:
    theirs, elsewhere = Client(), Client()
    log_in(theirs, "dispatcher")
    log_in(elsewhere, "dispatcher")
    page = office["first"].get(page_of("dispatcher")).content.decode()
    assert theirs.cookies["sessionid"].value not in page
    named = sessions.id_of(elsewhere.cookies["sessionid"].value)
    assert len(set(re.findall(r'name="session" value="(\w+)"', page)) - {named}) == 1
    office["first"].post(f"{page_of('dispatcher')}session/end/", {"session": named})
    assert (theirs.get("/account/").status_code, elsewhere.get("/account/").status_code) == (200, 302)
    assert [payload["why"] for _, payload in entries("session.close")] == ["administrator"]


def test_a_key_for_a_tablet_is_shown_once_and_revoked(office: Any) -> None:
    form = {"role": "patrol", "name": "tablet 7", "key": "t1"}
    path = f"{page_of('patrol')}token/"
    secret = half_in(office["first"].post(path, form))
    again = office["first"].post(path, form)
    assert (again.status_code, Token.objects.count()) == (302, 1)
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/incidents", headers=headers).status_code == 200
    named = accounts.tokens(Account.objects.get(username="patrol"))[0].id
    page = office["first"].get(page_of("patrol")).content.decode()
    assert named in page
    assert secret not in page
    office["first"].post(f"{page_of('patrol')}token/revoke/", {"token": named})
    assert Client().get("/api/v1/incidents", headers=headers).status_code == 401


def test_nobody_issues_a_key_that_would_be_a_person(office: Any) -> None:
    answer = office["first"].post(f"{page_of('second')}token/", {"role": "administrator", "name": "x"})
    assert answer.status_code == 422
    actor = make(Persona("first", "", "administrator", ALMATY))
    with pytest.raises(accounts.BadAccount):
        requests.issue_token(actor, Account.objects.get(username="second"), role="administrator", name="x")
    assert not Token.objects.exists()


def test_a_shift_that_was_left_running_is_ended(office: Any) -> None:
    office["first"].post(f"{page_of('dispatcher')}shift/end/")
    office["first"].post(f"{page_of('dispatcher')}shift/end/")
    assert Shift.objects.get(appointment__account__username="dispatcher").state == "off"


def test_the_number_is_shown_on_a_press_that_leaves_an_entry(office: Any) -> None:
    assert "750102" not in office["first"].get(page_of("dispatcher")).content.decode()
    assert "750102" in office["first"].post(f"{page_of('dispatcher')}holder/").content.decode()
    ((entry, payload),) = entries("account.holder_read")
    assert entry.role == "administrator"
    assert "750102" not in str(payload)


def test_the_history_says_who_did_what_in_words(office: Any) -> None:
    ask(office["first"], "dispatcher", "close")
    decide(office["second"], "refuse")
    page = office["first"].get(page_of("dispatcher")).content.decode()
    for words in (
        "Account closed",
        "The second person was asked",
        "Refused by the second person",
        "Administrator second",
    ):
        assert words in page


def test_the_acts_are_not_offered_by_the_api(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert not [path for path in paths if "account_request" in path and "/acts/" in path]


def test_the_start_page_says_how_many_wait_for_whom(office: Any) -> None:
    ask(office["first"], "dispatcher", "password")
    assert "1 waits for your confirmation" in office["second"].get("/start/").content.decode()
    assert "waits for your confirmation" not in office["first"].get("/start/").content.decode()

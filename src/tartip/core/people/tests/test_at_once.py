"""What ends a right ends it at once: on a page, by the API, and in a stream that is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client, RequestFactory

from tartip.core.acts import Actor, system
from tartip.core.journal.models import Entry
from tartip.core.journal.stream import Event, Hub, Screen
from tartip.core.people import accounts, actions
from tartip.core.people.actors import make_token
from tartip.core.people.models import Account, Appointment, Shift
from tartip.core.people.session_store import SessionStore
from tartip.core.people.tests.doors import log_in
from tartip.core.time import clock, now
from tartip.server.stream import Listener, sight

INCIDENTS = "/api/v1/incidents"


def account_of(actor: Actor) -> Account:
    return Account.objects.get(pk=actor.account)


def shift_of(actor: Actor) -> Shift:
    return Shift.objects.get(appointment__account=actor.account, state="on")


def listener(client: Client, secret: str = "") -> Listener:
    """An open stream of this browser, or of whoever holds this token."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    request = RequestFactory().get("/stream", headers=headers)
    request.session = SessionStore(client.cookies["sessionid"].value if "sessionid" in client.cookies else None)
    request.user = get_user(request)
    return Listener(request, sight(request))


ENDINGS: dict[str, Callable[[Any, Any], object]] = {
    "dismissal": lambda me, head: actions.dismiss(system("test"), Appointment.objects.get(account=me.account)),
    "closing the account": lambda me, head: accounts.disable(account_of(me)),
    "a new log-in": lambda me, head: accounts.reset(account_of(me)),
    "the end of the shift": lambda me, head: actions.end_shift(me, shift_of(me)),
    "the end of the shift by the head of shift": lambda me, head: actions.end_shift(head, shift_of(me)),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_session_ends_at_once_on_a_page_by_api_and_in_the_open_stream(
    client: Client, dispatcher: Any, supervisor: Any, ending: str
) -> None:
    log_in(client, "dispatcher")
    stream = listener(client)
    assert client.get("/console/").status_code == client.get(INCIDENTS).status_code == 200
    assert stream._read_rights()
    ENDINGS[ending](dispatcher, supervisor)
    assert client.get("/console/").status_code in (302, 403)
    assert client.get(INCIDENTS).status_code in (401, 403)
    assert not stream._read_rights()


@pytest.mark.parametrize("ending", [name for name in ENDINGS if name != "a new log-in"])
def test_a_token_ends_at_once_by_api_and_in_the_open_stream(
    client: Client, dispatcher: Any, supervisor: Any, ending: str
) -> None:
    secret = make_token(Appointment.objects.get(account=dispatcher.account), "tablet")
    stream = listener(Client(), secret)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get(INCIDENTS, headers=headers).status_code == 200
    assert stream._read_rights()
    ENDINGS[ending](dispatcher, supervisor)
    assert client.get(INCIDENTS, headers=headers).status_code in (401, 403)
    assert not stream._read_rights()


def test_a_revoked_token_ends_at_once_by_api_and_in_the_open_stream(client: Client, dispatcher: Any) -> None:
    secret = make_token(Appointment.objects.get(account=dispatcher.account), "tablet")
    stream = listener(Client(), secret)
    (key,) = accounts.tokens(account_of(dispatcher))
    accounts.revoke(account_of(dispatcher), key.id)
    assert client.get(INCIDENTS, headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert not stream._read_rights()


def test_a_log_out_and_another_appointment_end_the_open_stream(client: Client, dispatcher: Any) -> None:
    second = actions.appoint(system("test"), account=account_of(dispatcher), role="analyst", territory="KZ")
    log_in(client, "dispatcher")
    stream = listener(client)
    client.post("/account/appointment/", {"appointment": str(second.pk)})
    assert not stream._read_rights()
    stream = listener(client)
    assert stream._read_rights()
    client.post("/logout/")
    assert not stream._read_rights()


def test_an_open_stream_is_no_work_and_ends_with_the_session(client: Client, inspector: Any) -> None:
    """A screen that is only left open must not keep a desk unlocked for ever."""
    log_in(client, "inspector")
    stream = listener(client)
    for minutes in (10, 20, 29):
        with clock(now() + timedelta(minutes=minutes)):
            assert stream._read_rights()
    with clock(now() + timedelta(minutes=31)):
        assert not stream._read_rights()


def heard_by(actor: Actor, act: str) -> bool:
    """Whether the newest entry of this act has the screens of this account checked before their next heartbeat."""
    entry = Entry.objects.filter(act=act).latest("id")
    event = Event(0, entry.territory, entry.register, b"", str(entry.subject), entry.actor)
    listening = type("Somebody", (), {"account": actor.account})()
    return Hub._concerns(event, Screen(listening))


def test_each_ending_leaves_an_entry_that_has_the_owners_screens_checked_at_once(
    client: Client, dispatcher: Any, supervisor: Any, operator: Any
) -> None:
    for act, doing in {
        "account.reset": lambda: accounts.reset(account_of(dispatcher)),
        "account.shift_ended": lambda: actions.end_shift(supervisor, shift_of(dispatcher)),
        "shift.end": lambda: actions.end_shift(operator, shift_of(operator)),
        "account.disable": lambda: accounts.disable(account_of(dispatcher)),
    }.items():
        doing()
        assert heard_by(operator if act == "shift.end" else dispatcher, act), act
        if act != "shift.end":
            assert not heard_by(operator, act), act
    log_in(client, "supervisor")
    client.post("/logout/")
    assert heard_by(supervisor, "session.close")


@pytest.fixture
def operator(persona: Any) -> Any:
    return persona("operator")


def test_ones_own_keys_are_listed_and_revoked_on_the_page_of_the_account(
    client: Client, dispatcher: Any, supervisor: Any
) -> None:
    make_token(Appointment.objects.get(account=dispatcher.account), "tablet 7")
    make_token(Appointment.objects.get(account=supervisor.account), "theirs")
    log_in(client, "dispatcher")
    page = client.get("/account/").content.decode()
    assert "tablet 7" in page
    assert "theirs" not in page
    (mine,), (theirs,) = (accounts.tokens(account_of(actor)) for actor in (dispatcher, supervisor))
    assert client.post("/account/token/revoke/", {"token": theirs.id}).status_code == 422
    assert client.post("/account/token/revoke/", {"token": mine.id}).status_code == 302
    assert accounts.tokens(account_of(dispatcher))[0].revoked_at is not None
    assert accounts.tokens(account_of(supervisor))[0].revoked_at is None
    entry = Entry.objects.get(act="account.revoke")
    assert (entry.actor, entry.subject) == (dispatcher.name, dispatcher.account)


def test_a_changed_password_is_an_entry(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    elsewhere = Client()
    log_in(elsewhere, "dispatcher")
    stream = listener(elsewhere)
    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": "tartip-demo", "password1": "тихая вода 12", "password2": "тихая вода 12"},
    )
    assert answer.status_code == 302
    assert Entry.objects.filter(act="account.password", subject=dispatcher.account).count() == 1
    assert not stream._read_rights()

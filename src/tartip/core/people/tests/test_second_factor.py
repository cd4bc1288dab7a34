"""The second factor: nobody of staff works without one, a code opens once, secrets are not stored in clear."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tartip.core.people.guard import SecondFactorNeeded
from tartip.core.people.tests import doors
from tartip.core.people.tests.doors import OWN, entries, log_in, real_account, totp
from tartip.core.problems import said

ENROL = "/accounts/2fa/totp/activate/"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the clock that codes are computed with: (seconds) -> None."""
    import time

    true = time.time
    shift = [0.0]
    monkeypatch.setattr(time, "time", lambda: true() + shift[0])

    def move(seconds: float) -> None:
        shift[0] += seconds

    return move


def enrol(client: Client) -> str:
    """Through the pages: confirm the password, scan the secret, type a code."""
    answer = client.get(ENROL)
    assert answer.status_code == 302
    assert client.post(answer.headers["Location"], {"password": OWN}).status_code == 302
    page = client.get(ENROL).content.decode()
    (secret,) = re.findall(r'value="([A-Z2-7]{32})"', page)
    assert client.post(ENROL, {"code": totp(secret)}).status_code == 302
    return str(secret)


@pytest.mark.parametrize("path", ["/", "/account/", "/console/", "/rights/"])
def test_staff_without_a_second_factor_reach_enrolment_and_no_page(client: Client, path: str) -> None:
    real_account()
    log_in(client, "aigul", OWN)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/")
    page = client.get("/accounts/2fa/").content.decode()
    assert page.count(said(SecondFactorNeeded())) == 1
    assert said(SecondFactorNeeded()) not in client.get("/accounts/2fa/").content.decode()


def test_programs_of_such_a_session_are_refused_in_their_own_way(client: Client) -> None:
    real_account()
    log_in(client, "aigul", OWN)
    answer = client.get("/api/v1/incidents")
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.second_factor")
    # A header that looks like a token is no way around: the session is judged all the same.
    assert client.get("/account/", headers={"Authorization": "Bearer x"}).headers["Location"] == "/accounts/2fa/"


def test_a_code_from_the_app_enrols_and_then_opens_the_door_once(client: Client, later: Any) -> None:
    real_account()
    log_in(client, "aigul", OWN)
    secret = enrol(client)
    assert client.get("/account/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data)  # encrypted at rest
    assert Authenticator.objects.filter(type="recovery_codes").exists()

    other = Client()
    assert log_in(other, "aigul", OWN).headers["Location"] == "/accounts/2fa/authenticate/"
    assert other.get("/account/").status_code == 302  # a password alone is nobody yet
    # The code that enrolled does not log in as well.
    assert other.post("/accounts/2fa/authenticate/", {"code": totp(secret)}).status_code == 200
    later(30)
    code = totp(secret)
    assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert other.get("/account/").status_code == 200

    third = Client()
    log_in(third, "aigul", OWN)
    assert third.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200  # refused the second time
    assert third.get("/account/").status_code == 302
    assert [payload["why"] for _entry, payload in entries("session.refused")] == ["second factor"] * 2
    assert entries("session.open")[-1][1]["by"] == "password, mfa"


def test_a_recovery_code_opens_once(client: Client, later: Any) -> None:
    account = real_account()
    log_in(client, "aigul", OWN)
    enrol(client)
    code = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()[0]
    for status in (302, 200):
        other = Client()
        log_in(other, "aigul", OWN)
        assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == status


def test_the_page_of_passkeys_asks_the_browser_for_a_verified_person(client: Client) -> None:
    real_account()
    log_in(client, "aigul", OWN)
    answer = client.get("/accounts/2fa/webauthn/add/")
    client.post(answer.headers["Location"], {"password": OWN})
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert '"challenge"' in page
    assert "mfa/js/webauthn.js" in page
    assert 'id="passkey_login"' in Client().get("/login/").content.decode()
    options = Client().get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"


def test_log_ins_of_the_demo_are_exempt_only_where_it_runs(client: Client, dispatcher: Any, settings: Any) -> None:
    log_in(client, "dispatcher")
    assert client.get("/account/").status_code == 200
    settings.DEMO = False
    assert client.get("/account/").headers["Location"] == "/accounts/2fa/"


def test_a_one_time_password_is_replaced_before_anything_else(client: Client) -> None:
    password = doors.accounts.add("dana", name="Дана", role="analyst", territory="KZ", holder="A-18")
    log_in(client, "dana", password)
    assert client.get("/").headers["Location"] == "/accounts/password/change/"
    assert client.get("/accounts/2fa/").headers["Location"] == "/accounts/password/change/"
    form = {"oldpassword": password, "password1": OWN, "password2": OWN}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert client.get("/").headers["Location"] == "/accounts/2fa/"
    assert log_in(Client(), "dana", password).status_code == 200  # the handed one is dead


def test_a_one_time_password_dies_after_three_days(client: Client) -> None:
    from datetime import timedelta

    from tartip.core.time import clock, now

    password = doors.accounts.add("dana", name="Дана", role="analyst", territory="KZ", holder="A-18")
    with clock(now() + timedelta(days=3, seconds=1)):
        assert log_in(client, "dana", password).status_code == 200
    assert entries("session.refused")[0][1]["why"] == "one-time password ran out"

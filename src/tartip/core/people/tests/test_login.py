"""The door, by HTTP: who gets in, who does not, and what the journal says about it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tartip.core.people import accounts
from tartip.core.people.identifiers import lookup
from tartip.core.people.models import Account
from tartip.core.people.tests.doors import entries, log_in

WRONG = "not the right one"


def test_a_name_and_its_password_open_the_door(client: Client, dispatcher: Any) -> None:
    answer = log_in(client, "dispatcher", next="/account/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert "Қарлығаш Смағұлова" in client.get("/account/").content.decode()
    (entry, payload), = entries("session.open")  # fmt: skip
    assert (entry.actor, entry.role) == (f"person:{dispatcher.account}", "dispatcher")
    assert (entry.register, entry.subject, entry.territory) == ("account", dispatcher.account, "750000000")
    assert payload == {"by": "password", "from": "127.0.0.1"}


def test_the_old_session_key_opens_nothing_after_the_log_in(client: Client, dispatcher: Any) -> None:
    session = client.session
    session["mine"] = 1
    session.save()
    before = client.cookies["sessionid"].value
    log_in(client, "dispatcher")
    assert client.cookies["sessionid"].value != before
    stale = Client()
    stale.cookies["sessionid"] = before
    assert stale.get("/account/").status_code == 302


def test_unknown_and_known_names_are_answered_alike(client: Client, dispatcher: Any, settings: Any) -> None:
    settings.DEMO = False  # the list of personas names some of them
    pages = []
    for name in ("dispatcher", "nobody-of-ours"):
        answer = log_in(client, name, WRONG)
        pages.append((answer.status_code, answer.content.decode().replace(name, "NAME")))
    for page in pages:  # the only difference is the token of the form
        assert page[0] == 200
    assert _without_tokens(pages[0][1]) == _without_tokens(pages[1][1])


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_refusals_are_entries_and_keep_no_name_in_clear(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher", WRONG)
    log_in(client, "Hunter2-typed-in-the-wrong-field", WRONG)
    (known, first), (unknown, second) = entries("session.refused")
    assert known.subject == dispatcher.account
    assert unknown.subject is None
    assert first["why"] == second["why"] == "credentials"
    assert second["typed"] == lookup("username", "hunter2-typed-in-the-wrong-field").hex()
    assert "unter2" not in json.dumps(second)


def test_the_sixth_attempt_on_a_name_is_braked_even_with_the_right_password(
    client: Client, dispatcher: Any, persona: Any
) -> None:
    for _ in range(5):  # 5 in 5 minutes for a name
        assert log_in(client, "dispatcher", WRONG).status_code == 200
    answer = log_in(client, "dispatcher")
    assert answer.status_code == 200  # no redirect: not let in
    assert entries("session.open") == []
    assert entries("session.refused")[-1][1]["why"] == "too many attempts"
    # Another name from the same address still gets in: the address has 30 a minute.
    persona("patrol")
    assert log_in(client, "patrol").status_code == 302


def test_a_name_nobody_has_is_braked_the_same_way(client: Client) -> None:
    for _ in range(6):
        log_in(client, "ghost", WRONG)
    reasons = [payload["why"] for _entry, payload in entries("session.refused")]
    assert reasons == ["credentials"] * 5 + ["too many attempts"]


def test_nobody_signs_up_and_no_mail_resets_a_password(client: Client) -> None:
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/social/"):
        assert client.get(path).status_code == 404
    assert "/signup/" not in client.get("/login/").content.decode()


def test_logging_out_is_an_entry_and_ends_the_session(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    assert client.get("/logout/").status_code == 200  # asks; a link or an image must not log anybody out
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert entries("session.close")[0][1] == {"why": "asked"}
    assert client.get("/account/").headers["Location"] == "/login/?next=%2Faccount%2F"


def test_next_leads_nowhere_outside(client: Client, dispatcher: Any) -> None:
    assert log_in(client, "dispatcher", next="https://evil.example/").headers["Location"] == "/"


def test_passwords_are_hashed_by_argon2_and_short_or_common_ones_refused() -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from tartip.server import settings

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    validate_password("тихая вода 12")  # no rules of composition
    for bad in ("elevenchars", "qwerty123456", "startfinding"):
        with pytest.raises(ValidationError):
            validate_password(bad)


def test_the_demo_offers_its_people_and_one_click_logs_in(client: Client, dispatcher: Any) -> None:
    assert 'value="dispatcher"' in client.get("/login/").content.decode()
    assert client.get("/login/as/").status_code == 405
    assert client.post("/login/as/", {"username": "dispatcher"}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert len(entries("session.open")) == 1


def test_a_persona_whose_shift_was_ended_begins_another_with_the_click(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    client.post("/account/shift/", {"act": "end"})
    other = Client()
    other.post("/login/as/", {"username": "dispatcher"})
    assert other.get("/console/").status_code == 200


def test_outside_of_the_demo_there_is_no_such_click(client: Client, dispatcher: Any, settings: Any) -> None:
    settings.DEMO = False
    assert 'value="dispatcher"' not in client.get("/login/").content.decode()
    assert client.post("/login/as/", {"username": "dispatcher"}).status_code == 404


def test_the_click_opens_no_account_that_is_not_of_the_demo(client: Client) -> None:
    accounts.add("aigul", name="Айгүл", role="dispatcher", territory="750000000", holder="A-17")
    assert client.post("/login/as/", {"username": "aigul"}).status_code == 404


def test_the_language_of_the_account_becomes_the_one_of_the_browser(client: Client, supervisor: Any) -> None:
    Account.objects.filter(username="supervisor").update(language="ru", demo=False)
    log_in(client, "supervisor")
    assert client.cookies["django_language"].value == "ru"
    assert '<html lang="ru"' in client.get("/account/", follow=True).content.decode()


def test_the_language_chosen_on_the_own_page_is_the_accounts_and_the_browsers(client: Client, supervisor: Any) -> None:
    log_in(client, "supervisor")
    client.post("/account/language/", {"language": "en"})
    assert Account.objects.get(username="supervisor").language == "en"
    assert '<html lang="en"' in client.get("/account/").content.decode()


def test_the_end_of_the_session_is_said_in_hours_where_it_is_hours(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    client.post("/account/language/", {"language": "en"})
    page = client.get("/account/").content.decode()
    assert "ends after 12 hours without work and 13 hours after the log-in" in page


def test_the_pages_of_the_second_factor_lead_back_to_the_work(client: Client, dispatcher: Any) -> None:
    log_in(client, "dispatcher")
    for path in ("/accounts/2fa/", "/accounts/password/change/"):
        page = client.get(path).content.decode()
        assert '<nav class="t-links"' in page
        assert page.split("<main")[1].count('href="/account/"') >= 1, "the way back stands under the card"

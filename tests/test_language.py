"""The reader's choice first, then what the browser asks for, then Kazakh; the last choice is the account's."""

from __future__ import annotations

import pytest

from tartip.core.people.models import Account


@pytest.mark.parametrize(
    ("cookie", "asked", "shown"),
    [
        (None, "en-US", "en"),
        (None, "ru-RU,ru;q=0.9", "ru"),
        (None, "de", "kk"),
        (None, "", "kk"),
        ("ru", "en-US", "ru"),
        ("en", "", "en"),
        ("xx", "ru", "ru"),
    ],
)
def test_a_page_is_in_the_chosen_language_then_in_the_browsers_then_kazakh(client, db, cookie, asked, shown):
    if cookie:
        client.cookies["django_language"] = cookie
    page = client.get("/login/", HTTP_ACCEPT_LANGUAGE=asked, follow=True)
    assert f'<html lang="{shown}"' in page.content.decode()


def test_the_api_answers_in_the_asked_language(client, db):
    said = {language: client.get("/api/v1/incidents", HTTP_ACCEPT_LANGUAGE=language).json()["detail"] for language in
            ("kk", "ru", "en")}  # fmt: skip
    assert len(set(said.values())) == 3


def log_in(client, account):
    """As a person does it: through the middleware that sets the cookies of a log-in."""
    account.set_password("Длинный пароль 2026")
    account.save()
    client.post("/login/", {"login": account.username, "password": "Длинный пароль 2026"})


def shown(client):
    return client.cookies["django_language"].value


@pytest.fixture
def account(inspector):
    found = Account.objects.get(pk=inspector.account)
    found.demo, found.language = False, "kk"
    found.save()
    return found


def test_the_switch_saves_the_language_to_the_account_of_whoever_is_logged_in(client, account):
    client.force_login(account)
    client.post("/language/", {"language": "ru", "next": "/r/"})
    account.refresh_from_db()
    assert account.language == "ru"


def test_a_choice_made_before_the_log_in_stays_after_it_and_becomes_the_accounts(client, account):
    client.post("/language/", {"language": "en", "next": "/r/"})
    log_in(client, account)
    account.refresh_from_db()
    assert (shown(client), account.language) == ("en", "en")


def test_a_colleagues_language_left_in_the_browser_is_no_choice(client, account):
    client.cookies["django_language"] = "en"
    log_in(client, account)
    account.refresh_from_db()
    assert (shown(client), account.language) == ("kk", "kk")


def test_on_the_accounts_of_the_demo_the_browsers_choice_wins_and_is_not_stored(client, account, settings):
    settings.DEMO, account.demo = True, True
    client.post("/language/", {"language": "ru", "next": "/r/"})
    log_in(client, account)
    account.refresh_from_db()
    assert (shown(client), account.language) == ("ru", "kk")


def test_who_never_chose_reads_what_the_browser_asks_for_before_and_after_the_log_in(client, account):
    """A colleague read English here; this person's browser asks for Russian, and nobody chose Kazakh."""
    account.language = ""
    client.cookies["django_language"] = "en"
    log_in(client, account)
    account.refresh_from_db()
    page = client.get("/account/", HTTP_ACCEPT_LANGUAGE="ru-RU,ru;q=0.9", follow=True)
    assert '<html lang="ru"' in page.content.decode()
    assert account.language == "", "what the browser asks for is no choice"


def test_a_log_in_of_the_demo_keeps_the_language_of_the_browser(client, db, supervisor, settings):
    settings.DEMO = True
    client.post("/login/as/", {"username": "supervisor"})
    assert '<html lang="ru"' in client.get("/account/", HTTP_ACCEPT_LANGUAGE="ru").content.decode()

"""The door in a real browser: one click in the demo, enrolment by keyboard, no rule of axe broken in any language."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tartip.core.people.tests.doors import OWN, real_account, totp
from tartip.web.tests.browser import ROOT, Visitor, axe, chromium, needs_chromium, overflowing, refused, site

pytestmark = [pytest.mark.browser, needs_chromium]
SHOTS = ROOT / "docs" / "screenshots"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Playwright keeps a loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium() as browser:
        yield browser
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visitor(browser: Any, committed: None, settings: Any) -> Iterator[Visitor]:
    from tartip.core.people.personas import make_all

    settings.DEBUG = False
    make_all()
    real_account()
    with site() as address:
        visitor = Visitor(browser, address)
        yield visitor
        visitor.leave()


def clean(page: Any) -> None:
    assert axe(page) == [], page.url
    assert overflowing(page) == [], page.url
    assert refused(page) == [], page.url


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_door_the_start_and_the_rights_are_clean(visitor: Visitor, language: str) -> None:
    page = visitor.open("/login/", language=language, width=390)
    clean(page)
    page.locator('button[value="inspector"]').click()
    page.wait_for_url(f"{visitor.address}/")
    clean(page)
    for path in ("/account/", "/rights/", "/accounts/password/change/", "/accounts/2fa/", "/logout/"):
        page.goto(visitor.address + path)
        clean(page)
    assert visitor.errors == []


def test_a_dispatcher_of_the_demo_is_one_click_from_the_console(visitor: Visitor) -> None:
    page = visitor.open("/login/", language="ru", width=1280, height=1000)
    shot = SHOTS / "login.png"
    if not shot.exists() or os.environ.get("TARTIP_SCREENSHOTS"):
        shot.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shot, full_page=True)
    page.locator('button[value="dispatcher"]').click()
    page.wait_for_url("**/console/**")
    page.goto(visitor.address + "/account/")
    assert page.locator("html").get_attribute("lang") == "ru"  # a log-in of the demo keeps the browser's choice
    assert "Қарлығаш" in page.locator("h1").inner_text()


def test_staff_enrol_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/login/", language="en")
    page.locator("#id_login").focus()
    page.keyboard.type("aigul")
    page.keyboard.press("Tab")
    page.keyboard.type(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/2fa/")
    clean(page)
    page.goto(visitor.address + "/accounts/2fa/totp/activate/")
    clean(page)
    page.locator("#id_password").fill(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/totp/activate/")
    clean(page)
    (secret,) = re.findall(r'value="([A-Z2-7]{32})"', page.content())
    page.locator("#id_code").fill(totp(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/**")
    clean(page)
    page.goto(visitor.address + "/accounts/2fa/webauthn/add/")
    clean(page)
    assert visitor.errors == []


def test_a_passkey_enrols_and_opens_the_door_alone(visitor: Visitor) -> None:
    """With the browser's own virtual authenticator: a fingerprint is touched by the machine."""
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not a number
    page = visitor.open("/login/", language="en")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.locator("#id_login").fill("aigul")
    page.locator("#id_password").fill(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/2fa/")
    page.goto(visitor.address + "/accounts/2fa/webauthn/add/")
    page.locator("#id_password").fill(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/webauthn/add/")
    page.locator("#id_name").fill("Key")
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.context.clear_cookies()
    page.goto(visitor.address + "/login/")
    page.locator("#passkey_login").click()
    page.locator("button[value=begin]").click()  # who comes to a post begins the shift first
    page.wait_for_url("**/console/**")

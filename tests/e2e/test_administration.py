"""Administration in a real browser: the list, the card, and two administrators who open an account together."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tartip.core.people.models import Account
from tartip.core.people.personas import PERSONAS, Persona, make
from tests.e2e.harness import AXE, CHROMIUM, SHOTS, session_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
ALMATY = "750000000"


@pytest.fixture
def staff(committed: None) -> None:
    for persona in PERSONAS:
        make(persona)
    make(Persona("li", "Ли Н.", "administrator", ALMATY, holder="75120"))
    make(Persona("nurgali", "Нұрғали Д.", "administrator", ALMATY, holder="75130"))


def open_page(browser: Any, running: str, path: str, who: str, *, width: int = 1366, language: str = "ru") -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    context.add_cookies(
        [
            {"name": "sessionid", "value": session_of(who), "url": running},
            {"name": "django_language", "value": language, "url": running},
        ]
    )
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.goto(running + path)
    return page


def check(page: Any, width: int, name: str = "") -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "no sideways scroll"
    assert page.problems == []
    if AXE:
        page.evaluate(AXE.read_text())
        assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == []
    if name and os.environ.get("TARTIP_SCREENSHOTS"):
        page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)


def open_together(browser: Any, running: str) -> tuple[str, str]:
    """The first administrator asks by the keyboard alone, the second one confirms; each sees one half."""
    first = open_page(browser, running, "/people/", "li")
    first.keyboard.press("n")
    first.wait_for_url("**/people/open/")
    for field, typed in (("username", "tok"), ("display_name", "Тоқ С."), ("holder", "6204")):
        first.locator(f"#id_{field}").focus()
        first.keyboard.type(typed)
    first.locator("#id_role").select_option("inspector")
    check(first, 1366)
    first.locator("#id_order_number").press("Enter")
    half = first.locator(".ppl-secret").inner_text()
    check(first, 1366)
    first.locator("main a.t-btn").click()
    assert first.locator("button[value=confirm]").count() == 0
    second = open_page(browser, running, "/people/", "nurgali")
    check(second, 1366, "people-1366")
    second.locator("#h-waiting ~ .ppl-pend a").first.click()
    second.wait_for_url("**/people/requests/**")
    check(second, 1366, "people-request-1366")
    second.keyboard.press("y")
    other = second.locator(".ppl-secret").inner_text()
    check(second, 1366)
    return half, other


def test_two_administrators_open_an_account(staff: None, running: str, browser: Any) -> None:
    half, other = open_together(browser, running)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(running + "/login/")
    page.fill("[name=login]", "tok")
    page.fill("[name=password]", f"{half.strip()}-{other.strip()}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/password/change/")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_fits_a_telephone(staff: None, running: str, browser: Any, language: str) -> None:
    person = f"/people/{Account.objects.get(username='dispatcher').pk}/"
    for path, name in (
        ("/people/", "people-390"), (person, "people-card-390"), ("/people/open/", ""), (f"{person}ask/close/", ""),
    ):  # fmt: skip
        page = open_page(browser, running, path, "li", width=390, language=language)
        check(page, 390, name if language == "ru" else "")
    page = open_page(browser, running, person, "li", language=language)
    check(page, 1366, "people-card-1366" if language == "ru" else "")

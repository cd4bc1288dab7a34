"""The citizens' front page, the one header and the description of the API, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.harness import AXE, CHROMIUM, SHOTS, page_of, session_of, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    """Opens a page as somebody or nobody; what it asks of other servers and what its console says is a problem."""
    contexts = []

    def open_page(path: str, *, width: int, language: str = "ru", who: str = "") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        cookies = [{"name": "django_language", "value": language, "url": address}]
        if who:
            cookies.append({"name": "sessionid", "value": session_of(who), "url": address})
        context.add_cookies(cookies)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: page.problems.append(asked.url) if not asked.url.startswith((address, "data:")) else None,
        )
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def shoot(page: Any, name: str, *, whole: bool = True) -> None:
    if os.environ.get("TARTIP_SCREENSHOTS"):
        page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=whole)


def check_frame(page: Any, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "no sideways scroll"
    assert page.problems == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_front_page_fits_and_says_102_first(opened, width, language):
    page = opened("/", width=width, language=language)
    check_frame(page, width)
    assert page.locator("main a").first.get_attribute("href") == "tel:102"
    if AXE:
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id))")
        assert found == []
    if language == "ru":
        shoot(page, f"front-{width}")


def test_a_wrong_code_is_answered_at_the_field_by_the_keyboard_alone(opened):
    page = opened("/", width=390)
    page.locator("#code").focus()
    page.keyboard.type("7к49м 2pqrs")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")
    assert page.input_value("#code") == "7K49M-2PQRS"
    assert page.evaluate("document.activeElement.id") == "code"
    page.problems.clear()  # Chromium writes every 404 to the console
    check_frame(page, 390)


@pytest.mark.parametrize("width", [390, 1366, 1920])
@pytest.mark.parametrize("path", ["/start/", "/statistics/", "/account/"])
def test_name_log_out_and_language_are_there_at_every_width(opened, city, width, path):
    page = opened(path, width=width, who="supervisor")
    check_frame(page, width)
    assert page.locator(".t-langs").is_visible()
    if width == 390:
        assert not page.locator("form[action='/logout/'] button").is_visible()
        page.locator("[popovertarget=menu]").focus()
        page.keyboard.press("Enter")
        shoot(page, "menu-390")
    for part in ("form[action='/logout/'] button", "header a[href='/account/']", "nav.t-links a[href='/console/']"):
        assert page.locator(part).first.is_visible(), part
    if width == 390:
        page.keyboard.press("Escape")
        assert not page.locator("form[action='/logout/'] button").is_visible()
    if path == "/start/" and width < 1920:
        shoot(page, f"start-{width}")


@pytest.mark.parametrize("width", [1366, 1920])
def test_the_console_has_the_same_header(address, browser, city, width):
    page = page_of(browser, address, width=width)
    for part in (".t-langs", "form[action='/logout/'] button", "header a[href='/account/']"):
        assert page.locator(part).first.is_visible(), part
    shoot(page, f"console-header-{width}", whole=False)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_description_of_the_api_is_drawn_without_another_server(opened, width):
    """Swagger UI from our own files, within the Content-Security-Policy: operations are shown, nothing is refused."""
    page = opened("/api/v1/docs", width=width)
    wait_until(lambda: page.locator(".opblock").count() > 20)
    page.locator(".opblock-summary-control").first.click()
    wait_until(lambda: page.locator(".opblock.is-open").count() == 1)
    check_frame(page, width)
    if width == 1280:
        shoot(page, "api-docs", whole=False)

"""The receipt on a telephone, in a real browser: what a person holds in the hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tartip.cases.tests.made import browser as signed_in
from tartip.cases.tests.made import seal_all
from tartip.web.tests.browser import ROOT, Visitor, axe, chromium, needs_chromium, overflowing, refused, site

pytestmark = [pytest.mark.browser, needs_chromium]
SHOTS = ROOT / "docs" / "screenshots"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Playwright keeps an event loop in this thread; the tests' own queries are none of it.
    with pytest.MonkeyPatch.context() as environment, chromium() as browser:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def visitor(browser: Any, committed: None) -> Iterator[Visitor]:
    with site() as address:
        visitor = Visitor(browser, address)
        yield visitor
        visitor.leave()
        assert visitor.errors == []


def keep(page: Any, name: str) -> None:
    shot = SHOTS / name
    if not shot.exists() or os.environ.get("TARTIP_SCREENSHOTS"):
        shot.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shot, full_page=True)


def test_a_person_reads_the_receipt_and_appeals_on_a_telephone(visitor: Visitor, committed, fined) -> None:
    seal_all()
    page = visitor.open(f"/r/{fined.receipt}/?still", language="kk", width=390, height=844)
    assert "АЕК" in page.locator(".sum").inner_text()
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    keep(page, "receipt-390.png")
    page.locator(".actions .t-btn--primary").click()
    assert (axe(page), overflowing(page)) == ([], [])
    page.locator("#text").fill("Музыка сағат 22:30-ға дейін ойнады, бейнежазба бар.")
    page.locator("button[type=submit].t-btn--primary").click()
    page.wait_for_url("**/a/*/")
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    keep(page, "appeal-390.png")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_receipt_fits_in_every_language_and_at_night(visitor: Visitor, committed, fined, language: str) -> None:
    page = visitor.open(f"/r/{fined.receipt}/?still", language=language, theme="night", width=390)
    assert (axe(page), overflowing(page)) == ([], [])
    page = visitor.open("/r/", language=language, width=390)
    assert (axe(page), overflowing(page)) == ([], [])


def test_the_inspectors_card_breaks_no_rule_of_axe(visitor: Visitor, committed, case, inspector) -> None:

    cookie = signed_in(inspector).cookies["sessionid"].value
    page = visitor.open("/r/", language="ru", width=1280)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.address}])
    for address in ("/cases/?still", f"/cases/{case.pk}/?still", "/appeals/?still"):
        page.goto(visitor.address + address)
        assert (axe(page), overflowing(page), refused(page)) == ([], [], []), address
    page.goto(f"{visitor.address}/cases/{case.pk}/?still")
    page.locator("#q").fill("599")
    page.wait_for_selector('input[value^="koap-599"]')
    page.locator('input[value^="koap-599"]').first.check()
    page.locator("#facts").fill("Проезд на запрещающий сигнал.")
    page.locator(".t-btn--primary").first.click()
    page.locator('[data-open="decide"]').click()
    assert axe(page) == []
    keep(page, "case-1280.png")

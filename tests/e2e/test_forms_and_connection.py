"""What a form says of its wrong fields, and what the header says of the connection, in a real browser."""

from __future__ import annotations

import pytest

from tartip.operations.incidents.actions import hand_over_incident
from tests.e2e.harness import CHROMIUM, page_of, settled, shown, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def test_wrong_fields_are_marked_with_their_words_and_the_first_has_the_focus(address, browser):
    page = page_of(browser, address, language="en")
    page.keyboard.press("n")
    page.select_option("#new-kind", "noise")
    page.fill("#new-lon", "far")
    page.fill("#new-lat", "91")
    page.click("#new-call-form button[type=submit]")
    wait_until(lambda: page.locator("#new-call-form [aria-invalid=true]").count() == 2)
    assert page.evaluate("document.activeElement.id") == "new-lon"
    assert "degrees" in page.inner_text("#new-lat-error")
    page.fill("#new-lon", "76.9")
    assert page.locator("#new-lon[aria-invalid]").count() == 0
    assert page.locator("#new-lat[aria-invalid]").count() == 1
    assert page.problems == []


def test_a_page_without_network_says_so_at_once_and_comes_back(address, browser):
    page = page_of(browser, address)
    page.context.set_offline(True)
    wait_until(lambda: page.evaluate("document.querySelector('#live').dataset.state") == "lost")
    page.context.set_offline(False)
    wait_until(lambda: page.evaluate("document.querySelector('#live').dataset.state") == "live")


def test_what_was_taken_over_is_chosen(address, browser, city):
    given = city["incidents"][6]
    hand_over_incident(city["dispatcher"], given, to="390000000")
    page = page_of(browser, address, who="charlie")
    page.locator("#handed form button").first.click()
    wait_until(lambda: shown(page) == str(given.pk))
    settled(page)

"""The duty console in a real browser under the real policy: live, by keyboard alone, in three languages."""

from __future__ import annotations

import os
import time

import pytest

from tartip.core.journal.models import Seal
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import open_incident
from tartip.operations.incidents.models import Incident
from tests.e2e.harness import ALMATY, AXE, CHROMIUM, SHOTS, page_of, queue_of, settled, shown, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

CHOSEN_HAS_FOCUS = """
(() => { const rows = [...document.querySelectorAll('.inc')];
  const at = document.activeElement;
  return rows.indexOf(at) === 1 && at.getAttribute('aria-current') === 'true'; })()
"""


def test_the_console_is_quiet_complete_and_accessible_in_three_languages(address, browser):
    words = {"kk": "Кезек", "ru": "Очередь", "en": "Queue"}
    for language, word in words.items():
        page = page_of(browser, address, language=language)
        assert page.inner_text("h2") == word
        assert page.problems == []
        if os.environ.get("TARTIP_SCREENSHOTS"):
            page.screenshot(path=str(SHOTS / f"console-{language}.png"))
        if AXE:
            source = AXE.read_text()
            for theme in ("night", "light"):
                page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
                page.evaluate(f"() => {{ {source} }}")
                result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
                told = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in result["violations"]]
                assert told == [], (language, theme)
        page.context.close()


def test_a_duty_officer_works_by_keyboard_alone(address, browser, city):
    page = page_of(browser, address)
    page.keyboard.press("F2")
    wait_until(lambda: page.locator("#alarms [data-code=F2]").count() == 0)
    page.keyboard.press("j")
    wait_until(lambda: page.evaluate(CHOSEN_HAS_FOCUS))
    settled(page)
    chosen = shown(page)
    assert Incident.objects.get(pk=chosen).state == "opened"
    page.keyboard.press("2")
    label = page.inner_text("#assign [data-choice]")
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=chosen).exists())
    sent = Assignment.objects.select_related("unit").get(incident=chosen)
    assert sent.unit.callsign in label  # the second one that was offered, as the button said
    wait_until(lambda: page.evaluate("id => document.getElementById('row-' + id).dataset.group", chosen) == "working")
    assert page.problems == []


def test_what_the_search_finds_is_opened_by_a_key_and_escape_gives_the_queue_back(address, browser, city):
    page, found = page_of(browser, address), city["incidents"][7]
    page.keyboard.press("/")
    page.keyboard.type(found.code.lower())
    wait_until(lambda: page.locator("#queue .inc:visible").count() == 1)
    page.keyboard.press("Enter")
    wait_until(lambda: shown(page) == str(found.pk))
    wait_until(lambda: page.evaluate("document.activeElement.dataset.id") == str(found.pk))
    settled(page)
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.input_value("#search") == ""
    assert page.evaluate("document.activeElement.dataset.id") == str(found.pk)
    assert page.locator("#queue .inc:visible").count() == page.locator("#queue .inc").count() > 1
    page.keyboard.press("/")
    page.keyboard.type("nothing like this")
    page.keyboard.press("Enter")
    assert shown(page) == str(found.pk)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    wait_until(lambda: shown(page) != str(found.pk))
    assert page.problems == []


def test_a_live_page_equals_a_fresh_one(address, browser, city):
    """Old state + stream = new state, also after the stream was cut and came back."""
    live = page_of(browser, address)
    one, two = city["incidents"][5], city["incidents"][6]
    dispatch.send_unit(city["dispatcher"], one, city["units"][0])
    wait_until(
        lambda: (
            ["row-" + str(one.pk), "working"]
            in live.evaluate("[...document.querySelectorAll('.inc')].map(r => [r.id, r.dataset.group])")
        )
    )
    live.context.set_offline(True)
    dispatch.stand_down(city["dispatcher"], two, reason="withdrawn")
    new = open_incident(city["operator"], territory=ALMATY, kind_code="robbery", lon=76.92, lat=43.23)
    time.sleep(1)
    live.context.set_offline(False)
    wait_until(lambda: f"row-{new.pk}" in [row[0] for row in queue_of(live)])
    fresh = page_of(browser, address)
    assert queue_of(live) == queue_of(fresh)
    assert f"row-{two.pk}" not in [row[0] for row in queue_of(live)]
    assert live.evaluate("document.querySelector('#stats').textContent") == fresh.evaluate(
        "document.querySelector('#stats').textContent"
    )


def test_a_stranger_sees_an_empty_queue_and_no_foreign_event(address, browser, city):
    page = page_of(browser, address, who="charlie")
    assert queue_of(page) == []
    before = page.evaluate("document.body.dataset.seen")
    new = open_incident(city["operator"], territory=ALMATY, kind_code="noise", lon=76.92, lat=43.23)
    wait_until(lambda: Seal.objects.filter(entry__subject=new.pk).exists())  # then it is sent to those who may see it
    time.sleep(1)
    assert page.evaluate("document.body.dataset.seen") == before


def test_the_page_holds_at_390_pixels(address, browser):
    page = page_of(browser, address, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [390, 820])
def test_a_small_screen_has_its_map_and_m_leads_to_it(address, browser, city, width):
    page = page_of(browser, address, width=width)
    settled(page)
    box = page.locator("#map").bounding_box()
    assert box["height"] > 400
    assert box["width"] > width - 20
    assert page.locator("#map canvas").bounding_box()["height"] > 400
    page.locator("#card-title").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("m")
    wait_until(
        lambda: page.evaluate("""(() => { const box = document.querySelector('#map').getBoundingClientRect();
        return box.bottom > 300 && box.top < innerHeight - 300; })()""")
    )
    assert page.problems == []


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_desk_has_language_name_log_out_figures_and_the_list_of_keys(address, browser, city, width, language):
    page = page_of(browser, address, width=width, language=language)
    assert page.locator(".t-langs").is_visible()
    if width == 390:
        page.locator("[popovertarget=menu]").click()
    for part in (
        "#stats",
        "[data-open=keys]",
        "form[action='/logout/'] button",
        "header a[href='/account/']",
    ):
        assert page.locator(part).first.is_visible(), part
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        page.keyboard.press("Escape")
    page.locator("[data-open=keys]").click()
    assert page.locator("#keys").evaluate("d => d.open")


def test_two_clocks_of_one_term_show_one_time(address, browser, city):
    """The row was drawn with the page, the card three seconds later over a slow network."""
    page = page_of(browser, address)
    settled(page)
    page.route("**/card/", lambda route: (time.sleep(3), route.continue_()))
    page.keyboard.press("j")
    wait_until(lambda: page.locator(".inc[aria-current] .t-clock").count() == 1)
    settled(page)
    page.wait_for_timeout(1200)
    for _ in range(4):
        row, card = page.evaluate(
            """['.inc[aria-current]', '#card .t-deadline'].map(
                part => document.querySelector(`${part} .t-clock b`).textContent)"""
        )
        assert row == card
        page.wait_for_timeout(700)

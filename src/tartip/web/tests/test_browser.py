"""The catalogue in a real browser under the real policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tartip.web.tests.browser import ROOT, Visitor, axe, chromium, needs_chromium, overflowing, refused, site, until

pytestmark = [pytest.mark.browser, needs_chromium]
MAP_READY = "document.getElementById('map').dataset.ready !== undefined"
SHOTS = ROOT / "docs" / "screenshots"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(browser: Any, only_web: None) -> Iterator[Visitor]:
    with site() as address:
        visitor = Visitor(browser, address)
        yield visitor
        visitor.leave()
        assert visitor.errors == []


def see_map(page: Any) -> None:
    page.locator("#map").scroll_into_view_if_needed()
    until(page, MAP_READY)


@pytest.mark.parametrize("theme", ["light", "night"])
def test_no_rule_of_axe_is_broken_in_either_theme(visitor: Visitor, theme: str) -> None:
    page = visitor.open("/ui/?still", theme=theme, width=1440)
    see_map(page)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert axe(page) == []
    assert refused(page) == []
    page.wait_for_timeout(400)  # the last tiles fade in
    shot = SHOTS / f"components-{theme}.png"
    if not shot.exists() or os.environ.get("TARTIP_SCREENSHOTS"):
        shot.parent.mkdir(parents=True, exist_ok=True)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=shot, full_page=True)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nothing_sticks_out_on_a_phone(visitor: Visitor, language: str) -> None:
    page = visitor.open("/ui/?still", language=language, width=390)
    assert overflowing(page) == []
    assert axe(page) == []


def test_a_choice_of_theme_and_language_stays(visitor: Visitor) -> None:
    page = visitor.open("/ui/?still")
    page.locator("[data-theme-toggle]").click()
    page.locator(".t-langs button[value=ru]").click()
    page.wait_for_load_state()
    assert page.evaluate("[document.documentElement.dataset.theme, document.documentElement.lang]") == ["night", "ru"]
    assert page.locator("h1").inner_text() == "Компоненты"


def test_a_clock_runs_down_and_says_when_the_time_has_passed(visitor: Visitor) -> None:
    page = visitor.open("/ui/")
    page.evaluate(
        "document.querySelector('.t-clock[data-left=\"92\"]').outerHTML ="
        '\'<span class="t-clock" id="mine" data-left="1" data-total="600"><b></b> <small></small></span>\''
    )
    until(page, "document.getElementById('mine').textContent.startsWith('00:0')")
    assert page.evaluate("document.getElementById('mine').className") == "t-clock t-clock--soon"
    until(page, "document.getElementById('mine').classList.contains('t-clock--breached')")
    assert page.locator("#mine small").inner_text() == "мерзімі өтті"


def test_keys_work_by_place_and_can_be_switched_off(visitor: Visitor) -> None:
    page = visitor.open("/ui/?still")
    page.evaluate("document.querySelector('[data-open=hand]').dataset.code = 'KeyH'")
    page.keyboard.press("KeyH")
    assert page.locator("#hand").is_visible()
    page.keyboard.press("Escape")
    page.locator("#id_plate").focus()
    page.keyboard.press("KeyH")  # while typing a letter is a letter
    assert not page.locator("#hand").is_visible()
    page.locator("h1").click()
    page.locator("[data-keys-toggle]").click()
    page.keyboard.press("KeyH")
    assert not page.locator("#hand").is_visible()
    page.reload()
    assert page.evaluate("document.body.dataset.keys") == "off"


def test_tables_sort_by_value_and_tabs_follow_the_arrows(visitor: Visitor) -> None:
    page = visitor.open("/ui/?still")
    first = page.locator("#table tbody tr").first
    page.locator("#table .t-sort").nth(1).click()  # numbers: the largest first
    assert first.inner_text().startswith("Алматы")
    page.locator("#table .t-sort").nth(1).click()  # then the smallest: 402
    assert first.inner_text().startswith("Ұлытау")
    page.locator("#feed-tab").press("ArrowRight")
    assert page.locator("#proofs").is_visible()
    assert not page.locator("#feed").is_visible()


def test_a_part_somebody_works_in_is_not_swapped_by_news(visitor: Visitor) -> None:
    page = visitor.open("/ui/?still")
    left = """inside => {
      const part = document.getElementById('field'), news = document.getElementById('table');
      part.dataset.hold = '';
      document.getElementById(inside ? 'id_plate' : 'id_nothing')?.focus();
      if (!inside) document.activeElement.blur();
      const tasks = [{ target: part }, { target: news }];
      const detail = { ctx: { sourceElement: document.body }, tasks };
      document.dispatchEvent(new CustomEvent('htmx:before:swap', { detail }));
      return [tasks.length, part.dataset.stale === ''];
    }"""
    assert page.evaluate(left, False) == [2, False]
    assert page.evaluate(left, True) == [1, True]


def test_the_map_asks_nobody_outside_and_a_mark_can_be_picked(visitor: Visitor) -> None:
    page = visitor.open("/ui/?still")
    see_map(page)
    page.locator(".m-inc").first.click()
    until(page, "document.querySelector('.m-inc[data-on]') !== null")
    assert "INC-7731" in page.locator(".t-toasts").inner_text()
    assert refused(page) == []
    # Drawn at all: the canvas is not one colour.
    shot = page.locator("#map canvas").screenshot()
    assert len(shot) > 3_000

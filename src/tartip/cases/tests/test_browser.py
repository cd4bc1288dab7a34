"""The receipt on a telephone, in a real browser: what a person holds in the hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tartip.cases.actions import draw_protocol, enter_into_force, pay, send_to_court
from tartip.cases.money import local_day
from tartip.cases.tests.made import browser as signed_in, seal_all
from tartip.core.acts import system
from tartip.core.time import now
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
    page.locator("#q").fill("442-1")
    page.wait_for_selector('input[value="koap-442-1"]')
    page.locator('input[value="koap-442-1"]').check()
    offered = page.locator("#subject option:not([disabled])")
    assert offered.evaluate_all("all => all.map(one => one.value)") == ["", "parent"], "only whom the part punishes"
    page.locator("#q").fill("599")
    page.wait_for_selector('input[value^="koap-599"]')
    page.locator('input[value^="koap-599"]').first.check()
    page.locator("#subject").select_option("person")  # nobody is charged unless somebody says so
    page.locator("#facts").fill("Проезд на запрещающий сигнал.")
    page.locator(".t-btn--primary").first.click()
    page.locator('[data-open="decide"]').click()
    assert axe(page) == []
    keep(page, "case-1280.png")


def test_what_a_person_owes_and_gets_back_fits_on_a_telephone(visitor: Visitor, committed, fined, inspector) -> None:
    for reference in ("1", "2"):
        pay(inspector, fined, amount_tenge=10_812, reference=reference)
    for language in ("kk", "ru"):
        page = visitor.open(f"/r/{fined.receipt}/?still", language=language, width=390, height=844)
        assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    keep(page, "receipt-paid-390.png")


def test_the_judges_decision_with_its_terms_breaks_no_rule_of_axe(visitor: Visitor, committed, persona, case) -> None:
    draw_protocol(persona("inspector"), case, article="koap-434-1", facts="Шумел и бранился.")
    send_to_court(persona("inspector"), case)
    cookie = signed_in(persona("judge")).cookies["sessionid"].value
    page = visitor.open("/r/", language="ru", width=390, height=844)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.address}])
    page.goto(f"{visitor.address}/cases/{case.pk}/?still")
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    page.locator('[data-open="decide"]').click()
    assert (axe(page), overflowing(page)) == ([], [])
    keep(page, "judge-decides-390.png")
    page.locator('input[value="person.first.2"]').check()
    page.locator('input[name="term.person.first.2.arrest"]').fill("7")
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_selector("#h-hand")
    assert "7" in page.locator("dl").first.inner_text()
    assert (axe(page), overflowing(page)) == ([], [])


def test_the_forms_after_a_decision_break_no_rule_of_axe(visitor: Visitor, committed, fined, inspector) -> None:
    cookie = signed_in(inspector).cookies["sessionid"].value
    page = visitor.open("/r/", language="ru", width=390, height=844)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.address}])
    page.goto(f"{visitor.address}/cases/{fined.pk}/?still")
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    keep(page, "case-390.png")
    enter_into_force(system("cases"), fined, at=fined.handed_over_at)
    page.goto(f"{visitor.address}/cases/{fined.pk}/?still")
    page.locator('[data-open="relieve"]').click()
    assert (axe(page), overflowing(page)) == ([], [])
    page.context.clear_cookies()  # the petition is the person's, who has no account
    page.goto(f"{visitor.address}/r/{fined.receipt}/?still")
    page.locator("details summary").last.click()
    page.locator("#relief-text").fill("Потерял работу, прошу рассрочку.")
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    page.locator("details button[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator("details").count() == 0


def test_a_fresh_paper_says_by_itself_when_it_is_sealed_and_leaves_what_is_typed(visitor, committed, fined) -> None:
    pages = [visitor.open(f"/r/{fined.receipt}/", language="ru", width=390, height=844)]
    pages.append(visitor.open(f"/r/{fined.receipt}/appeal/", language="ru", width=390, height=844))
    pages[1].locator("#text").fill("Музыка играла до 22:30.")
    pages[1].locator("button[type=submit].t-btn--primary").click()
    pages[1].wait_for_url("**/a/*/")
    assert all("запечатывается" in page.locator("[data-paper]").inner_text() for page in pages)
    pages[0].evaluate("window.same = true")
    seal_all()
    for page in pages:
        page.wait_for_selector(".t-receipt .t-sealed", timeout=20_000)
        assert page.locator("[data-unsealed]").count() == 0
        assert (axe(page), overflowing(page)) == ([], [])
    assert pages[0].evaluate("window.same"), "the page was not loaded again: what is typed into it stays"


def test_a_paper_without_a_decision_does_not_promise_a_seal(visitor: Visitor, committed, case) -> None:
    page = visitor.open(f"/r/{case.receipt}/?still", language="ru", width=390, height=844)
    assert page.locator("[data-paper]").count() == 1
    assert page.locator("[data-unsealed], .t-sealed").count() == 0


def test_a_refused_dialog_comes_back_with_the_focus_on_what_was_chosen(visitor, committed, case, inspector) -> None:
    """On another radio the space bar or an arrow would change the decision."""
    cookie = signed_in(inspector).cookies["sessionid"].value
    page = visitor.open("/r/", language="ru", width=1366, height=768)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.address}])
    page.goto(f"{visitor.address}/cases/{case.pk}/?still")
    page.locator('[data-open="close"]').first.click()
    radios = page.locator('dialog[open] input[type="radio"]')
    assert radios.count() > 1
    wanted = radios.last.get_attribute("value")
    radios.last.check()
    page.locator("#reason").fill("Не подтвердилось.")
    page.evaluate("document.querySelector('dialog[open] [name=version]').value = '99'")
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_selector("dialog[open] .t-note--danger")
    assert page.evaluate("document.activeElement.value") == wanted
    assert page.evaluate("document.activeElement.checked")
    # An error that names a field has the focus there, and what was chosen stays.
    page.locator("#reason").fill(" ")
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_selector("#reason-error")
    visitor.errors.clear()  # the refusals themselves are a 409 and a 422
    assert page.evaluate("document.activeElement.id") == "reason"
    assert page.locator('dialog[open] input[type="radio"]:checked').get_attribute("value") == wanted
    assert axe(page) == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_sum_above_what_is_owed_has_the_focus_and_its_words_beside_it(visitor, committed, fined, inspector, language):
    cookie = signed_in(inspector).cookies["sessionid"].value
    page = visitor.open("/r/", language=language, width=390, height=844)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.address}])
    page.goto(f"{visitor.address}/cases/{fined.pk}/?still")
    page.locator("#amount").fill("478375")
    page.locator("#paid-on").fill(str(local_day(fined, now())))
    page.locator("#reference").fill("17")
    page.locator("form[action$='/pay/'] [type=submit]").click()
    page.wait_for_selector("#amount-error")
    visitor.errors.clear()  # the refusal itself is a 422
    assert page.evaluate("document.activeElement.id") == "amount"
    assert page.evaluate("[...document.activeElement.ariaDescribedByElements].map(one => one.id)") == [
        "amount-hint",
        "amount-error",
    ]
    assert "21\u00a0625\u00a0те" in page.locator("#amount-error").text_content()
    assert (axe(page), overflowing(page)) == ([], [])
    page.locator("#reference").focus()
    page.locator(".t-note--danger a").click()
    assert page.evaluate("document.activeElement.id") == "amount"
    page.locator("[name=came]").check()
    page.locator("form[action$='/pay/'] [type=submit]").click()
    page.wait_for_selector("#returned")


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Бұл өрісті толтырыңыз."), ("ru", "Заполните это поле."), ("en", "Fill in this field.")],
)
def test_the_browser_says_what_is_wrong_in_the_language_of_the_page(visitor, committed, fined, language, words):
    """And a field that was mended is not held back by what was said of it."""
    page = visitor.open(f"/r/{fined.receipt}/", language=language)
    page.evaluate(
        """() => { document.querySelector('main').insertAdjacentHTML('beforeend', `<form id="f" action="/r/">
        <input id="a" name="a" required><input id="b" type="number" min="1" max="9" value="20">
        <button>x</button></form>`) }"""
    )
    message = lambda name: page.evaluate("name => document.getElementById(name).validationMessage", name)  # noqa: E731
    page.locator("#f button").click()
    assert message("a") == words
    assert "1" in message("b")
    assert "9" in message("b")
    page.evaluate("() => { a.value = 'x'; b.value = '5'; }")
    page.locator("#f button").click()
    page.wait_for_url("**/r/?a=x*")

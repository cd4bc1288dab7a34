"""What was typed into a form is not lost, and is nobody else's: what is drawn, and what a real browser keeps."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tartip.cases.actions import draw_protocol, enter_into_force, pay
from tartip.cases.tests.made import browser as signed_in
from tartip.core.acts import system
from tartip.core.people.models import Session
from tartip.web.tests.browser import Visitor, chromium, needs_chromium, site, until

FACTS = "Музыка после 23:00, соседи слышали."


def sent(client: Any, address: str, version: int, **form: Any) -> tuple[int, str]:
    answer = client.post(address, {"key": uuid.uuid4().hex, "version": version, **form})
    return answer.status_code, answer.content.decode()


def test_a_refused_protocol_holds_the_article_that_was_found_by_search(case, inspector):
    form = {"q": "434", "article": "koap-434-1", "facts": ""}
    status, page = sent(signed_in(inspector), f"/cases/{case.pk}/protocol/", case.version, **form)
    assert status == 422
    assert len(re.findall(r'value="koap-434-1"\s+required\s+checked', page)) == 1
    assert 'value="434"' in page
    form["q"] = "437"  # the search went on after the choice
    page = sent(signed_in(inspector), f"/cases/{case.pk}/protocol/", case.version, **form)[1]
    assert len(re.findall(r'value="koap-434-1"\s+required\s+checked', page)) == 1


def test_what_was_typed_into_one_form_stands_in_no_other(fined, inspector):
    pay(inspector, fined, amount_tenge=30_000, reference="1")
    client, address = signed_in(inspector), f"/cases/{fined.pk}/"
    for name, form in (
        ("pay", {"amount": "4321", "reference": "№ 1771", "paid_on": ""}),
        ("return_money", {"amount": "4321", "reference": ""}),
    ):
        fined.refresh_from_db()
        status, page = sent(client, f"{address}{name}/", fined.version, **form)
        assert status == 422, name
        assert len(re.findall(r'name="amount"[^>]*value="4321"', page)) == 1, name
        assert page.count('value="№ 1771"') == ("reference" in form and bool(form["reference"])), name


def test_a_refused_reason_stands_in_its_own_dialog_only(fined, inspector):
    enter_into_force(system("cases"), fined, at=fined.handed_over_at)
    fined.refresh_from_db()
    form = {"relief": "", "until": "2027-01-15", "reason": FACTS}
    status, page = sent(signed_in(inspector), f"/cases/{fined.pk}/relieve/", fined.version, **form)
    assert (status, page.count(FACTS)) == (422, 1)
    assert 'value="2027-01-15"' in page


# --- in a browser


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    # Playwright keeps an event loop in this thread; the tests' own queries are none of it.
    with pytest.MonkeyPatch.context() as environment, chromium() as browser:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def visitor(chrome: Any, committed: None) -> Iterator[Visitor]:
    with site() as address:
        visitor = Visitor(chrome, address)
        yield visitor
        visitor.leave()
        assert [error for error in visitor.errors if error.startswith("script")] == []


def log_in(page: Any, visitor: Visitor, actor: Any) -> None:
    cookie = signed_in(actor).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.address}])


def end_sessions() -> None:
    Session.objects.all().delete()
    cache.clear()


@pytest.mark.browser
@needs_chromium
def test_the_end_of_the_session_loses_nothing_and_leads_back(visitor, committed, case, inspector, persona) -> None:
    page = visitor.open("/r/", language="ru")
    log_in(page, visitor, inspector)
    page.goto(f"{visitor.address}/cases/{case.pk}/")
    page.locator("#q").fill("434")
    page.locator('input[value="koap-434-1"]').check()
    page.locator("#subject").select_option("person")
    page.locator("#facts").fill(FACTS)
    page.locator(".t-langs [value=kk]").click()  # another language: a new page
    until(page, "document.documentElement.lang === 'kk' && document.querySelector('#facts').value !== ''")
    until(page, "document.querySelector('input[value=koap-434-1]')?.checked")  # the search was asked again
    end_sessions()
    page.locator("form[action$='/protocol/'] [type=submit]").click()
    page.wait_for_url("**/login/**")
    assert page.url.endswith(f"?next=%2Fcases%2F{case.pk}%2F")
    page.locator("[name=username][value=inspector]").click()
    page.wait_for_url(f"**/cases/{case.pk}/")
    until(page, "document.querySelector('input[value=koap-434-1]')?.checked")
    assert page.input_value("#facts") == FACTS
    assert page.input_value("#subject") == "person"
    assert page.locator("p[data-restored]").is_visible()
    page.locator("form[action$='/protocol/'] [type=submit]").click()
    page.wait_for_selector("[data-done]", state="attached")
    assert page.evaluate("Object.keys(sessionStorage)") == []  # the act was done
    case.refresh_from_db()
    assert case.article == "koap-434-1"


@pytest.mark.browser
@needs_chromium
def test_another_person_at_the_desk_sees_no_word_of_it_and_cancel_drops_it(
    visitor, committed, case, inspector, supervisor
) -> None:
    draw_protocol(inspector, case, article="koap-437-1", facts="x")
    page = visitor.open("/r/", language="ru")
    log_in(page, visitor, inspector)
    address = f"{visitor.address}/cases/{case.pk}/"
    page.goto(address)
    page.locator('[data-open="close"]').click()
    page.locator("#reason").fill(FACTS)
    page.goto(address)
    assert page.input_value("#reason") == FACTS
    page.locator('[data-open="close"]').click()
    page.locator("dialog[open] .t-dialog__foot [data-close]").click()
    page.goto(address)
    assert page.input_value("#reason") == ""
    page.locator('[data-open="close"]').click()
    page.locator("#reason").fill(FACTS)
    log_in(page, visitor, supervisor)
    page.goto(address)
    assert page.locator("#reason").count() == 0 or page.input_value("#reason") == ""
    assert FACTS not in page.evaluate("JSON.stringify(sessionStorage)")


@pytest.mark.browser
@needs_chromium
def test_a_citizen_without_network_goes_back_and_finds_the_words(visitor, committed, fined) -> None:
    page = visitor.open(f"/r/{fined.receipt}/appeal/", language="ru", width=390)
    page.locator("#text").fill(FACTS)
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.locator("form.citizen__form [type=submit]").click(no_wait_after=True)
    page.wait_for_timeout(300)  # the browser's own page of an error
    page.context.set_offline(False)
    page.goto(f"{visitor.address}/r/{fined.receipt}/appeal/")
    assert page.input_value("#text") == FACTS
    page.locator("form.citizen__form [type=submit]").click()
    page.wait_for_url("**/a/*/")
    assert page.evaluate("Object.keys(sessionStorage)") == []


@pytest.mark.browser
@needs_chromium
def test_a_chosen_article_outlives_answers_of_the_search_that_come_late(visitor, committed, case, inspector) -> None:
    """The answer to what was typed on before the choice: with the article in it, without it, and with none at all."""
    page = visitor.open("/r/", language="ru")
    log_in(page, visitor, inspector)
    page.goto(f"{visitor.address}/cases/{case.pk}/")
    page.locator("#q").fill("437")
    page.wait_for_selector('input[value="koap-437-2"]')
    late: list[Any] = []
    page.route("**/articles/**", lambda route: late.append(route))
    chosen = page.locator('input[value="koap-437-1"]')
    page.locator("#subject").select_option("person")
    for typed, shown in (("437-", "koap-437-2"), ("599", "koap-599-1"), ("no such", "")):
        page.locator("#q").fill(typed)
        for _ in range(100):
            page.wait_for_timeout(20)
            if late:
                break
        chosen.check()
        chosen.focus()
        page.evaluate("document.querySelector('#found').append(new Comment('old'))")
        late.pop().continue_()
        until(page, "![...document.querySelector('#found').childNodes].some(one => one.data === 'old')")
        assert chosen.count() == 1, typed
        assert chosen.is_checked(), typed
        assert chosen.evaluate("one => one === document.activeElement"), "who chooses by keys goes on from there"
        assert page.locator("#found input").first.get_attribute("value") == "koap-437-1", typed
        assert not shown or page.locator(f'#found input[value="{shown}"]').count() == 1, typed
    assert page.input_value("#subject") == "person"
    page.unroute("**/articles/**")
    page.locator("#facts").fill(FACTS)
    page.locator("form[action$='/protocol/'] [type=submit]").click()
    page.wait_for_selector("[data-done]", state="attached")
    case.refresh_from_db()
    assert case.article == "koap-437-1"

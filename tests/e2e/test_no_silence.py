"""Nothing fails in silence: what was not done is said, kept, and sent once more under the same key."""

from __future__ import annotations

from typing import Any

import pytest

from tartip.core.people.models import Session
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import assess
from tartip.operations.incidents.models import Incident
from tests.e2e.harness import CHROMIUM, page_of, session_of, settled, shown, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def notices(page: Any) -> str:
    found: str = page.inner_text("#notices")
    return found


def open_call(page: Any, address: str = "Абай 52", words: str = "Кричит женщина") -> None:
    page.keyboard.press("n")
    page.fill("#new-address", address)
    page.select_option("#new-kind", "noise")
    page.type("#new-note", words)


def calls_at(address: str) -> int:
    return Incident.objects.filter(address=address).count()


def test_a_call_taken_without_network_is_kept_and_sent_once_when_it_returns(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    open_call(page)
    page.context.set_offline(True)
    page.click("#new-call [type=submit]")
    wait_until(lambda: "не отправлено, повторяем" in notices(page))
    assert page.locator("#new-call").evaluate("d => d.open"), "the dialog closes only on success"
    assert page.input_value("#new-note") == "Кричит женщина"
    assert calls_at("Абай 52") == 0
    page.context.set_offline(False)
    wait_until(lambda: calls_at("Абай 52") == 1)
    wait_until(lambda: not page.locator("#new-call").evaluate("d => d.open"))
    assert notices(page).strip() == ""
    page.wait_for_timeout(2500)
    assert calls_at("Абай 52") == 1
    page.keyboard.press("n")
    values = [page.input_value(f"#new-{field}") for field in ("address", "kind", "note", "lon", "lat")]
    assert values == [""] * 5, "the form is empty after success"


def test_an_answer_that_is_lost_does_not_send_twice(address, browser, city):
    """The server did it, the answer never came: the second try carries the same key and changes nothing."""
    page = page_of(browser, address)
    settled(page)
    incident = shown(page)
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.headers["idempotency-key"])
            route.fetch()
            route.abort()

    page.route("**/assign/", lose)
    page.keyboard.press("a")
    wait_until(lambda: bool(lost))
    wait_until(lambda: shown(page) != incident)
    assert Assignment.objects.filter(incident=incident).count() == 1
    assert notices(page).strip() == ""


@pytest.mark.parametrize("failing", [500, 503])
def test_a_server_that_fails_is_said_and_asked_again(address, browser, city, failing):
    page = page_of(browser, address, language="ru")
    settled(page)
    incident = shown(page)
    page.route("**/assign/", lambda route: route.fulfill(status=failing, body="down"))
    page.keyboard.press("a")
    wait_until(lambda: "не отправлено, повторяем" in notices(page))
    assert page.evaluate("document.querySelector('#card-body').inert"), "its keys wait for the answer"
    page.unroute("**/assign/")
    wait_until(lambda: Assignment.objects.filter(incident=incident).count() == 1)
    wait_until(lambda: notices(page).strip() == "")


def test_what_is_waiting_can_be_taken_back(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    incident = shown(page)
    page.route("**/assign/", lambda route: route.abort())
    page.keyboard.press("a")
    wait_until(lambda: "не отправлено, повторяем" in notices(page))
    page.click("#notices button")
    page.unroute("**/assign/")
    settled(page)
    page.wait_for_timeout(2500)
    assert not Assignment.objects.filter(incident=incident).exists()
    assert notices(page).strip() == ""


def test_a_refusal_stays_until_it_is_read_and_the_typed_note_is_kept(address, browser, city):
    page = page_of(browser, address, language="ru")
    # Not one of priority 1: without a visit that takes two people.
    incident = city["incidents"][1]
    page.click(f"#row-{incident.pk}")
    wait_until(lambda: shown(page) == str(incident.pk))
    settled(page)
    page.keyboard.press("f")
    page.select_option("#close-outcome", index=1)
    page.type("#close-note", "Помирились")
    assess(city["dispatcher"], incident, kind_code=incident.kind, priority=3)
    page.click("#close [type=submit]")
    wait_until(lambda: page.locator("#notices .t-note--danger").count() == 1)
    assert page.locator("#close").evaluate("d => d.open")
    assert page.input_value("#close-note") == "Помирились"
    page.locator("#notices button").first.click()  # shows how it is now, with the note still there
    settled(page)
    wait_until(lambda: page.locator("#close").evaluate("d => d.open"))
    assert page.input_value("#close-note") == "Помирились"
    page.click("#close [type=submit]")
    wait_until(lambda: Incident.objects.get(pk=incident.pk).state == "closed")


SLOW_CARD = """
    const real = window.fetch;
    window.fetch = async (url, options) => {
        if (window.slow && String(url).includes('/card/')) await new Promise(done => setTimeout(done, window.slow));
        return real(url, options);
    };
"""


def test_news_on_the_way_to_the_fresh_record_does_not_bring_back_the_old_one(address, browser, city):
    """The dialog opens again only over the record as it is now, however slow it comes and whatever comes meanwhile."""
    page = page_of(browser, address, language="ru", before=SLOW_CARD)
    incident = city["incidents"][1]
    page.click(f"#row-{incident.pk}")
    wait_until(lambda: shown(page) == str(incident.pk))
    settled(page)
    page.keyboard.press("f")
    page.select_option("#close-outcome", index=1)
    page.type("#close-note", "Помирились")
    assess(city["dispatcher"], incident, kind_code=incident.kind, priority=3)
    page.click("#close [type=submit]")
    wait_until(lambda: page.locator("#notices .t-note--danger").count() == 1)
    page.evaluate("window.slow = 3000")
    page.locator("#notices button").first.click()
    feed = page.inner_text("#feed")
    assess(city["dispatcher"], incident, kind_code=incident.kind, priority=2)
    wait_until(lambda: page.inner_text("#feed") != feed)
    wait_until(lambda: page.locator("#close").evaluate("d => d.open"))
    newest = str(Incident.objects.get(pk=incident.pk).version)
    assert page.locator("#card [data-incident]").first.get_attribute("data-version") == newest
    assert page.input_value("#close-note") == "Помирились"
    page.click("#close [type=submit]")
    wait_until(lambda: Incident.objects.get(pk=incident.pk).state == "closed")


def test_a_unit_that_was_taken_meanwhile_is_said_in_words(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    page.route("**/board/", lambda route: route.abort())
    page.route("**/card/", lambda route: route.abort())
    unit = page.evaluate("document.querySelector('#assign').form.elements.unit.value")
    other = Incident.objects.filter(state="opened").exclude(pk=shown(page)).first()
    dispatch.send_unit(city["dispatcher"], other, next(u for u in city["units"] if str(u.pk) == unit))
    page.keyboard.press("a")
    wait_until(lambda: page.locator("#notices .t-note--danger").count() == 1)
    page.wait_for_timeout(7000)
    assert page.locator("#notices .t-note--danger").count() == 1, "a refusal is not a toast"


def test_a_forbidden_act_is_said_in_words(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    answer = '{"code": "act.denied", "detail": "Здесь этого делать нельзя."}'
    page.route("**/assign/", lambda route: route.fulfill(status=403, content_type="application/json", body=answer))
    page.keyboard.press("a")
    wait_until(lambda: "Здесь этого делать нельзя." in notices(page))


def test_drafts_survive_a_reload(address, browser, city):
    page = page_of(browser, address)
    settled(page)
    open_call(page, words="Подъезд 3")
    page.reload()
    wait_until(lambda: page.locator("#new-call").evaluate("d => d.open"))
    assert page.input_value("#new-address") == "Абай 52"
    assert page.input_value("#new-note") == "Подъезд 3"
    assert page.input_value("#new-kind") == "noise"


def test_a_call_waiting_to_be_sent_survives_a_reload_and_goes_once(address, browser, city):
    page = page_of(browser, address)
    settled(page)
    open_call(page)
    page.route("**/calls/new/", lambda route: route.abort())
    page.click("#new-call [type=submit]")
    wait_until(lambda: page.locator("#notices .t-note").count() == 1)
    page.reload()
    settled(page)
    assert not page.locator("#new-call").evaluate("d => d.open"), "what waits is not a draft: nobody sends it twice"
    page.unroute("**/calls/new/")
    wait_until(lambda: calls_at("Абай 52") == 1)
    page.wait_for_timeout(2500)
    assert calls_at("Абай 52") == 1


def test_the_end_of_the_session_leaves_the_typing_hand_alone(address, browser, city):
    """No reload: an overlay with a link to log in elsewhere; then everything goes on, and what waited is sent."""
    page = page_of(browser, address, language="ru")
    settled(page)
    open_call(page)
    page.evaluate("window.same = true")
    Session.objects.all().delete()
    page.click("#new-call [type=submit]")
    wait_until(lambda: "Сеанс завершён" in notices(page))
    page.type("#new-note", " и дети")
    assert page.evaluate("window.same"), "the page was loaded again under typing hands"
    assert page.input_value("#new-note") == "Кричит женщина и дети"
    link = page.locator("#notices a")
    assert link.get_attribute("target") == "_blank"
    assert calls_at("Абай 52") == 0
    # The log-in in the other tab: a new session, and a new token of forms.
    page.context.add_cookies(
        [
            {"name": "sessionid", "value": session_of("dispatcher"), "url": address},
            {"name": "csrftoken", "value": "a" * 32, "url": address},
        ]
    )
    wait_until(lambda: calls_at("Абай 52") == 1)
    wait_until(lambda: "Сеанс завершён" not in notices(page) and "набрано" in notices(page))
    assert page.evaluate("window.same")
    assert page.input_value("#new-note") == "Кричит женщина и дети", "what was typed later is not lost either"


def test_another_person_who_logs_in_does_not_act_from_this_page(address, browser, city):
    page = page_of(browser, address)
    settled(page)
    page.evaluate("window.same = true")
    page.keyboard.press("n")
    page.fill("#new-address", "Тайна 1")
    page.context.add_cookies([{"name": "sessionid", "value": session_of("supervisor"), "url": address}])
    with page.expect_navigation():
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert page.evaluate("window.same") is None
    settled(page)
    assert page.input_value("#new-address") == "", "drafts belong to the one who typed them"

"""Two people at one incident: no draft undoes the other, no refusal vanishes, what is not ours is not acted on."""

from __future__ import annotations

from typing import Any

import pytest

from tartip.core.people import actions as staff
from tartip.core.people.models import Appointment, Shift
from tartip.operations.incidents.actions import (
    assess,
    correct_place,
    hand_over_incident,
    open_incident,
    take_hand_over,
)
from tartip.operations.incidents.models import HandOver, Incident
from tests.e2e.harness import ALMATY, CHROMIUM, page_of, settled, shown, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def choose(page: Any, incident: Incident) -> None:
    page.click(f"#row-{incident.pk}")
    wait_until(lambda: shown(page) == str(incident.pk))
    settled(page)


def drawn_again(page: Any, incident: Incident) -> None:
    """The card stands there in the newest version, and its keys are alive."""
    newest = str(Incident.objects.get(pk=incident.pk).version)
    wait_until(lambda: page.locator("#card [data-incident]").first.get_attribute("data-version") == newest)
    settled(page)


def is_open(page: Any, dialog: str) -> bool:
    found: bool = page.locator(dialog).evaluate("d => d.open")
    return found


def test_a_draft_undoes_nothing_that_another_person_did(address, browser, city):
    page = page_of(browser, address, language="ru")
    incident = city["incidents"][1]
    choose(page, incident)
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "assess-kind", "not the cross that closes it"
    page.select_option("#assess-kind", "fight")
    page.keyboard.press("Escape")
    incident = assess(city["supervisor"], incident, kind_code="noise", priority=1)
    drawn_again(page, incident)
    page.keyboard.press("r")
    assert (page.input_value("#assess-kind"), page.input_value("#assess-priority")) == ("fight", "1")
    assert page.inner_text("#assess [data-restored-fields]") == "Вид события"
    # Cancelled: nothing is kept.
    page.click("#assess [data-cancel]")
    page.keyboard.press("r")
    assert page.input_value("#assess-kind") == "noise"
    assert not page.locator("#assess [data-restored]").is_visible()

    # Refused, because the other one was first; the fresh card does not come: the refusal waits for it.
    page.select_option("#assess-kind", "fight")
    incident = assess(city["supervisor"], incident, kind_code="noise", priority=2)
    page.click("#assess [type=submit]")
    refusal = page.locator("#notices .t-note--danger")
    wait_until(lambda: refusal.count() == 1)
    page.route("**/card/", lambda route: route.abort())
    refusal.locator("button").first.click()
    wait_until(lambda: page.locator("#card-state button").count() == 1)
    assert refusal.is_visible()
    assert not is_open(page, "#assess")
    page.unroute("**/card/")
    refusal.locator("button").first.click()
    wait_until(lambda: is_open(page, "#assess"))
    assert refusal.count() == 0
    assert (page.input_value("#assess-kind"), page.input_value("#assess-priority")) == ("fight", "2")
    page.click("#assess [type=submit]")
    wait_until(lambda: Incident.objects.get(pk=incident.pk).kind == "fight")
    assert Incident.objects.get(pk=incident.pk).priority == 2
    drawn_again(page, incident)

    # A position is one value: the words of the one do not move the place the other corrected.
    page.keyboard.press("l")
    page.fill("#place-address", "Абай 52")
    page.keyboard.press("Escape")
    incident = correct_place(
        city["supervisor"], Incident.objects.get(pk=incident.pk), lon=76.95, lat=43.21, address="x"
    )
    drawn_again(page, incident)
    page.keyboard.press("l")
    values = [page.input_value(f"#place-{field}") for field in ("address", "lon", "lat")]
    assert values == ["Абай 52", "76.950000", "43.210000"]
    page.fill("#place-lat", "43.22")
    page.keyboard.press("Escape")
    correct_place(city["supervisor"], Incident.objects.get(pk=incident.pk), lon=76.90, lat=43.25, address="y")
    drawn_again(page, incident)
    page.keyboard.press("l")
    values = [page.input_value(f"#place-{field}") for field in ("address", "lon", "lat")]
    assert values == ["Абай 52", "76.950000", "43.22"]


def test_a_refusal_stays_until_it_is_read_or_the_same_act_is_done(address, browser, city):
    page = page_of(browser, address, language="ru")
    one, two = (open_incident(city["operator"], territory=ALMATY, kind_code="noise", lon=76.85, lat=43.2) for _ in "12")
    refusal = page.locator("#notices .t-note--danger")
    # A refusal that is the same whatever is shown: nothing to show, and the corrected form takes it away.
    page.keyboard.press("n")
    page.fill("#new-address", "Гоголь 7")
    page.select_option("#new-kind", "noise")
    page.fill("#new-lon", "far")
    page.click("#new-call [type=submit]")
    wait_until(lambda: refusal.count() == 1)
    page.fill("#new-lon", "")
    page.click("#new-call [type=submit]")
    wait_until(lambda: Incident.objects.filter(address="Гоголь 7").exists())
    wait_until(lambda: refusal.count() == 0)
    # After a call was taken the card is that call.
    wait_until(lambda: shown(page) == str(Incident.objects.get(address="Гоголь 7").pk))
    wait_until(lambda: page.locator(f"#row-{one.pk}").count() == 1)
    choose(page, one)
    answer = '{"code": "incident.still_out", "detail": "Ещё на вызове."}'
    page.route("**/close/", lambda route: route.fulfill(status=409, content_type="application/json", body=answer))
    page.keyboard.press("f")
    page.select_option("#close-outcome", index=1)
    page.click("#close [type=submit]")
    wait_until(lambda: refusal.count() == 1)
    assert refusal.locator("button").count() == 1, "what did not change cannot be shown as it is now"
    page.keyboard.press("Escape")
    choose(page, two)
    page.keyboard.press("d")
    page.check(f"#duplicate [value='{one.pk}']")
    page.click("#duplicate [type=submit]")
    drawn = "document.querySelector('#duplicate') === null"
    wait_until(lambda: Incident.objects.get(pk=two.pk).state == "merged" and page.evaluate(drawn))
    assert "Ещё на вызове." in page.inner_text("#notices")


def test_what_may_not_be_read_any_more_is_dead_and_says_why(address, browser, city):
    page = page_of(browser, address, language="ru")
    incident = city["incidents"][1]
    choose(page, incident)
    hand_over_incident(city["dispatcher"], incident, to="390000000", reason="x")
    take_hand_over(city["charlie"], HandOver.objects.get(incident=incident))
    wait_until(lambda: f"{incident.code} принято: Костанайская область" in page.inner_text("#card-state"))
    assert page.evaluate("document.querySelector('#card-body').inert")
    page.click("#card-state button")
    wait_until(lambda: shown(page) != str(incident.pk))
    settled(page)

    shift = Shift.objects.get(appointment__account__username="dispatcher", ended_at=None)
    staff.end_shift(city["dispatcher"], shift)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    wait_until(lambda: page.evaluate("document.querySelector('#live').dataset.state") == "off")
    assert page.inner_text("#live") == "Не на смене"
    assert "Начните смену" in page.inner_text("#notices")
    wait_until(lambda: page.evaluate("document.querySelector('#card-body').inert"))
    staff.begin_shift(city["dispatcher"], appointment=Appointment.objects.get(account__username="dispatcher"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    wait_until(lambda: page.evaluate("document.querySelector('#live').dataset.state") == "live")
    settled(page)
    assert page.inner_text("#notices").strip() == ""
    assert page.problems == []


def test_a_place_is_removed_only_where_the_form_says_so(address, browser, city):
    """Spaces in place of the address are refused at the field, as is a form in which nothing was changed."""
    page = page_of(browser, address, language="ru")
    incident = city["incidents"][1]
    page.click(f"#row-{incident.pk}")
    wait_until(lambda: shown(page) == str(incident.pk))
    settled(page)
    page.keyboard.press("l")
    page.click("#place [type=submit]")
    wait_until(lambda: "ничего не отличается" in page.inner_text("#place-address-error").lower())
    page.fill("#place-address", "   ")
    page.click("#place [type=submit]")
    wait_until(lambda: "Известный адрес пропал бы" in page.inner_text("#place-address-error"))
    assert page.locator("#place").evaluate("d => d.open")
    assert Incident.objects.get(pk=incident.pk).version == incident.version
    page.check("#place-no-address")
    page.click("#place [type=submit]")
    wait_until(lambda: Incident.objects.get(pk=incident.pk).address == "")
    assert Incident.objects.get(pk=incident.pk).lon_e6 == incident.lon_e6
    settled(page)
    assert page.locator("#place-no-address").count() == 0, "nothing is known that could be removed"

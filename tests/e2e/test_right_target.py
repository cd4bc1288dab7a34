"""Whatever the network does, a key acts on the incident whose card was shown when it was pressed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tartip.core.time import now
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import add_remark, open_incident
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.positions import put_positions
from tests.e2e.harness import ALMATY, CHROMIUM, page_of, settled, shown, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

# Every answer waits for a random time before and after the server, so that answers overtake each other; an aborted
# request is answered all the same, as a slow proxy does. What was pressed and what was sent is written down.
SLOW = """
let seed = 20261127;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const pause = () => new Promise(done => setTimeout(done, 400 * random() ** 2));
const plain = window.fetch.bind(window);
window.pressed = []; window.sent = [];
window.fetch = async (url, options = {}) => {
  const { signal, ...rest } = options;
  if (options.method === 'POST') sent.push([String(url), String(options.body)]);
  await pause();
  const answer = await plain(url, rest);
  await pause();
  return answer;
};
document.addEventListener('keydown', event => {
  if (event.code !== 'KeyA') return;
  const card = document.querySelector('#card [data-incident]'), body = document.querySelector('#card-body');
  pressed.push([card?.dataset.incident ?? '', body.inert, document.querySelector('.inc[aria-current]')?.dataset.id]);
}, true);
"""


def crowd(city: dict[str, Any], crews: int, waiting: int) -> None:
    """More crews and more incidents without a unit."""
    more = []
    for number in range(20, 20 + crews):
        unit = units.enter_unit(city["supervisor"], territory=ALMATY, callsign=f"Сұңқар-{number}")
        more.append(units.begin_duty(city["supervisor"], unit))
    put_positions((unit.pk, 76_910_000 + n * 1_000, 43_230_000, now()) for n, unit in enumerate(more))
    for n in range(waiting):
        open_incident(
            city["operator"],
            territory=ALMATY,
            kind_code="noise",
            lon=76.9 + n / 1000,
            lat=43.22,
            address=f"Сатпаев {n}",
        )


@pytest.mark.long
def test_200_fast_keys_with_delayed_and_reordered_answers_never_act_on_another_incident(address, browser, city):
    crowd(city, crews=25, waiting=25)
    before = set(Assignment.objects.values_list("pk", flat=True))
    page = page_of(browser, address, before=SLOW)
    settled(page)
    rng = random.Random(28)
    # On a busy machine the cards come slowly: as many keys more as it takes to send five units, at most twice as many.
    for press in range(400):
        if press >= 200 and page.evaluate("sent.filter(([url]) => url.endsWith('/assign/')).length") > 5:
            break
        page.keyboard.press(rng.choices(["a", "j", "k"], [5, 4, 1])[0])
        page.wait_for_timeout(rng.choice([0, 0, 10, 60, 250]))
    wait_until(
        lambda: (
            not page.evaluate("Object.keys(JSON.parse(sessionStorage[Object.keys(sessionStorage)[0]] ?? '[]')).length")
        )
    )
    pressed, sent = page.evaluate("pressed"), page.evaluate("sent")
    assert len(pressed) > 60
    assert any(dead for _card, dead, _row in pressed), "no key came while a card was loading: the test tests nothing"
    alive = [card for card, dead, _row in pressed if not dead]
    # An act that was not answered in time is sent again under its key; it is one act.
    once = dict.fromkeys((url.split("/")[2], body) for url, body in sent if url.endswith("/assign/"))
    acts = [incident for incident, _body in once]
    assert acts
    # The card whose keys are alive is the card of the chosen row; what was sent was on the screen, in that order.
    assert all(card == row for card, dead, row in pressed if not dead)
    left = iter(alive)
    assert all(act in left for act in acts), "an act on an incident that was not shown when the key was pressed"
    assert all(f"subject={url.split('/')[2]}" in body for url, body in sent if url.endswith("/assign/"))
    made = Assignment.objects.exclude(pk__in=before)
    assert {str(row.incident_id) for row in made} <= set(acts)
    assert len({row.incident_id for row in made}) == made.count(), "two units went to one incident unasked"
    assert page.problems == []


def test_after_a_unit_is_sent_the_next_incident_without_one_is_chosen(address, browser, city):
    page = page_of(browser, address)
    settled(page)
    waiting = page.evaluate("[...document.querySelectorAll('.inc[data-group=waiting]')].map(row => row.dataset.id)")
    assert shown(page) == waiting[0]
    page.keyboard.press("a")
    wait_until(lambda: shown(page) == waiting[1])
    settled(page)
    assert Assignment.objects.filter(incident=waiting[0]).count() == 1
    assert not Assignment.objects.filter(incident=waiting[1]).exists()


def test_s_sends_a_second_unit_and_a_does_not(address, browser, city):
    page = page_of(browser, address)
    settled(page)
    first = shown(page)
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=first).count() == 1)
    wait_until(lambda: shown(page) != first)
    page.goto(f"{address}/console/?incident={first}")
    settled(page)
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    assert Assignment.objects.filter(incident=first).count() == 1
    page.keyboard.press("s")
    wait_until(lambda: Assignment.objects.filter(incident=first).count() == 2)


def test_a_card_that_does_not_come_stays_dead_and_says_so(address, browser, city):
    page = page_of(browser, address)
    settled(page)
    old = shown(page)
    page.route("**/card/", lambda route: route.abort())
    page.keyboard.press("j")
    wait_until(lambda: page.locator("#card-state button").count() == 1)
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert not Assignment.objects.filter(incident=old).exists()
    page.unroute("**/card/")
    page.locator("#card-state button").click()
    settled(page)
    assert shown(page) != old


def open_call(page: Any, address: str, kind: str) -> None:
    page.keyboard.press("n")
    page.fill("#new-address", address)
    page.select_option("#new-kind", kind)
    page.fill("#new-lon", "76.93")
    page.fill("#new-lat", "43.24")
    page.click("#new-call [type=submit]")


def opened_at(place: str) -> Incident | None:
    return Incident.objects.filter(address=place).first()


def test_after_taking_a_call_its_own_incident_is_shown_and_a_sends_there(address, browser, city):
    """Who took a call about an attack looks at it next: A must not send the crew to what stood there before."""
    page = page_of(browser, address, language="ru")
    noise = str(city["incidents"][1].pk)
    page.click(f"#row-{noise}")
    wait_until(lambda: shown(page) == noise)
    settled(page)
    open_call(page, "Фурманова 7", "attack")
    wait_until(lambda: opened_at("Фурманова 7") is not None)
    own = str(opened_at("Фурманова 7").pk)
    wait_until(lambda: shown(page) == own)
    settled(page)
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=own).count() == 1)
    assert not Assignment.objects.filter(incident=noise).exists()
    assert page.problems == []


def test_a_call_that_was_answered_late_does_not_move_the_card_under_the_hand(address, browser, city):
    """The officer went on to another card while the network was away: the new incident is offered, not pushed."""
    page = page_of(browser, address, language="ru")
    settled(page)
    page.route("**/calls/new/", lambda route: route.abort())
    open_call(page, "Фурманова 7", "attack")
    wait_until(lambda: page.locator("#notices .t-note").count() == 1)
    page.keyboard.press("Escape")
    other = str(city["incidents"][9].pk)
    page.click(f"#row-{other}")
    wait_until(lambda: shown(page) == other)
    settled(page)
    page.unroute("**/calls/new/")
    wait_until(lambda: page.locator("#notices .t-note--ok").count() == 1)
    settled(page)
    assert shown(page) == other
    own = opened_at("Фурманова 7")
    assert own.code in page.inner_text("#notices")
    page.locator("#notices .t-note--ok button").first.click()
    wait_until(lambda: shown(page) == str(own.pk))
    assert page.locator("#notices .t-note").count() == 0
    assert not Assignment.objects.filter(incident__in=[own.pk, other]).exists()


def test_a_unit_that_nobody_chose_is_asked_for_before_anything_is_sent(address, browser, city):
    """An address without a place on the map has no nearest crew: A asks for one, also without network, and goes on."""
    nowhere = open_incident(city["operator"], territory=ALMATY, kind_code="noise", address="Пушкин 3")
    page = page_of(browser, address, language="ru")
    page.click(f"#row-{nowhere.pk}")
    wait_until(lambda: shown(page) == str(nowhere.pk))
    settled(page)
    assert page.locator("#assign.t-btn--primary").count() == 0, "what cannot be done yet is not the first thing to do"
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.context.set_offline(True)
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert posts == []
    assert page.locator("#notices .t-note").count() == 0
    assert page.evaluate("document.activeElement.matches('.rec')")
    assert "Сначала выберите наряд" in page.inner_text("#assign-first")
    assert not page.evaluate("document.querySelector('#card-body').inert"), "nothing is on its way"
    page.context.set_offline(False)
    page.keyboard.press("2")
    chosen = page.evaluate("document.querySelector('#assign').form.elements.unit.value")
    assert page.locator("#assign.t-btn--primary").count() == 1
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=nowhere.pk, unit=chosen).count() == 1)


def test_a_chosen_unit_stays_chosen_while_news_comes_and_is_not_replaced_when_it_is_taken(address, browser, city):
    """News about the incident draws its card anew between the choice and A: another unit must not go in its place."""
    page = page_of(browser, address, language="ru")
    settled(page)
    incident = next(row for row in city["incidents"] if str(row.pk) == shown(page))
    page.keyboard.press("2")
    unit = "document.querySelector('#assign').form.elements.unit.value"
    chosen = page.evaluate(unit)
    add_remark(city["dispatcher"], incident, text="Слышны крики")
    wait_until(lambda: "Слышны крики" in page.inner_text("#card"))
    settled(page)
    assert page.evaluate(unit) == chosen
    assert page.locator(f".rec[data-unit='{chosen}'][aria-pressed=true]").count() == 1
    other = Incident.objects.filter(state="opened").exclude(pk=incident.pk).first()
    dispatch.send_unit(city["dispatcher"], other, next(one for one in city["units"] if str(one.pk) == chosen))
    wait_until(lambda: page.locator(f".rec[data-unit='{chosen}']").count() == 0)
    settled(page)
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    assert not Assignment.objects.filter(incident=incident.pk).exists(), "a unit went that nobody chose"
    page.keyboard.press("1")
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=incident.pk).count() == 1)


def test_a_call_without_a_place_is_not_sent_and_says_what_it_lacks(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    page.context.set_offline(True)
    page.keyboard.press("n")
    page.select_option("#new-kind", "noise")
    page.click("#new-call [type=submit]")
    wait_until(lambda: page.locator("#new-address[aria-invalid=true]").count() == 1)
    assert page.locator("#notices .t-note").count() == 0
    assert "адрес неизвестен" in page.inner_text("#new-address-error")

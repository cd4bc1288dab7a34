"""A key that is pressed while the card is dead does nothing, and what it would do on the card that came is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tartip.core.people.models import Session
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import open_incident
from tartip.operations.incidents.models import Incident
from tests.e2e.harness import ALMATY, CHROMIUM, page_of, session_of, settled, shown, wait_until
from tests.e2e.test_right_target import open_call, opened_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

WAITS = {
    "kk": ("{}: карточка әлі жүктелуде, қайта басыңыз.", "{}: әрекет әлі жіберілуде, қайта басыңыз."),
    "ru": ("{}: карточка ещё загружается, нажмите ещё раз.", "{}: действие ещё отправляется, нажмите ещё раз."),
    "en": ("{}: the card is still loading, press again.", "{}: an act is still on its way, press again."),
}
NOW = {
    "kk": "Карточка жүктеліп жатқанда {} пернесі ештеңе істемеді. Енді ол істейді.",
    "ru": "Пока карточка загружалась, клавиша {} ничего не сделала. Теперь она действует.",
    "en": "{} did nothing while the card was loading. It works now.",
}
NO_ACT = {
    "kk": "{} пернесі ештеңе істемеді. Бұл карточкада қазір ондай әрекет жоқ.",
    "ru": "Клавиша {} ничего не сделала. На этой карточке такого действия сейчас нет.",
    "en": "{} did nothing. This card has no such act now.",
}
NO_UNIT = {
    "kk": "{} пернесі ештеңе істемеді. Алдымен жасақты таңдаңыз.",
    "ru": "Клавиша {} ничего не сделала. Сначала выберите наряд.",
    "en": "{} did nothing. Choose a unit first.",
}
CARD_KEYS = {code.removeprefix("Key").removeprefix("Digit"): code for code in (
    *(f"Key{letter}" for letter in "ASDRFXLHTM"), "Digit1", "Digit2", "Digit3",
)}  # fmt: skip


def held(page: Any, address: str) -> list[Any]:
    """The requests to the address, which wait until the test lets them go."""
    routes: list[Any] = []
    page.route(address, lambda route: routes.append(route))
    return routes


def come(page: Any, routes: list[Any]) -> bool:
    page.wait_for_timeout(20)  # requests are seen only while the browser is asked something
    return bool(routes)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_key_pressed_while_the_card_loads_is_said_and_hits_nothing(address, browser, city, language):
    """From the call's form to its card: A, and every other key of the card, does nothing and says so."""
    page = page_of(browser, address, language=language)
    settled(page)
    loading, sending = WAITS[language]
    before = shown(page)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    calls = held(page, "**/calls/new/")
    cards = held(page, "**/card/")
    open_call(page, "Фурманова 7", "attack")
    wait_until(lambda: come(page, calls))
    page.keyboard.press("a")  # over the form that is on its way
    wait_until(lambda: sending.format("A") in page.inner_text("dialog[open] #notices[role=status]"))
    calls.pop().continue_()
    wait_until(lambda: come(page, cards))
    assert page.locator("dialog[open]").count() == 0
    line = page.locator("#card-state[role=status]")
    assert line.inner_text() == loading.format("A"), "the line is alive when the dialog is gone"
    assert page.locator("#notices .t-note").count() == 0
    for key in CARD_KEYS:
        page.keyboard.press(key.lower())
        assert line.inner_text() == loading.format(key)
        page.evaluate("document.querySelector('#card-state').firstChild.seen = true")
        page.keyboard.press(key.lower())  # read aloud again: another text, not the same one
        assert not page.evaluate("document.querySelector('#card-state').firstChild.seen")
        assert line.inner_text() == loading.format(key)
        assert page.locator("dialog[open]").count() == 0, key
    assert len(posts) == 1, "the call and nothing else"
    own = str(opened_at("Фурманова 7").pk)
    page.keyboard.press("a")
    while cards:
        cards.pop().continue_()
    page.unroute("**/card/")
    wait_until(lambda: shown(page) == own)
    settled(page)
    assert line.inner_text() == NOW[language].format("A")
    assert not Assignment.objects.filter(incident__in=[own, before]).exists()
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=own).count() == 1)
    assert not Assignment.objects.filter(incident=before).exists()
    assert page.problems == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_works_now_is_said_only_of_a_key_that_works_on_the_card_that_came(address, browser, city, language):
    """No such act on this card, a disabled one, one that waits for a choice: each is said as what it is."""
    nowhere = open_incident(city["operator"], territory=ALMATY, kind_code="noise", address="Пушкин 3")
    sent_to = city["incidents"][2]  # its unit is out: S sends another one, and it cannot be closed
    page = page_of(browser, address, language=language)
    settled(page)
    line = page.locator("#card-state[role=status]")

    def pressed_early(incident: Incident, key: str) -> None:
        page.click(f"#row-{city['incidents'][0].pk}")
        settled(page)
        cards = held(page, "**/card/")
        page.click(f"#row-{incident.pk}")
        wait_until(lambda: come(page, cards))
        page.keyboard.press(key)
        assert line.inner_text() == WAITS[language][0].format(key.upper())
        while cards:
            cards.pop().continue_()
        page.unroute("**/card/")
        wait_until(lambda: shown(page) == str(incident.pk))
        settled(page)

    for incident, key, words in (
        (sent_to, "a", NO_ACT), (sent_to, "f", NO_ACT), (sent_to, "s", NOW), (nowhere, "s", NO_ACT),
        (nowhere, "d", NO_ACT), (nowhere, "m", NO_ACT), (nowhere, "t", NOW), (nowhere, "1", NOW),
        (nowhere, "a", NO_UNIT),
    ):  # fmt: skip
        pressed_early(incident, key)
        assert line.inner_text() == words[language].format(key.upper()), key
    page.click(".rec >> nth=1")
    assert not line.is_visible(), "a unit is chosen: it is asked for no longer"
    assert not Assignment.objects.filter(incident=nowhere).exists()
    assert page.problems == []


def test_a_key_pressed_while_an_act_is_on_its_way_is_said(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    first = shown(page)
    acts = held(page, "**/assign/")
    page.keyboard.press("a")
    wait_until(lambda: come(page, acts))
    for key in ("a", "r", "1"):
        page.keyboard.press(key)
        assert page.inner_text("#card-state") == WAITS["ru"][1].format(key.upper())
    page.keyboard.press("j")  # another card by hand: nothing is left of it
    assert WAITS["ru"][1][2:] not in page.inner_text("#card-state")
    acts.pop().continue_()
    wait_until(lambda: come(page, list(Assignment.objects.filter(incident=first))))
    settled(page)  # nothing is under way when the tables are emptied


def press_while_it_loads(page: Any, incident: Incident, key: str) -> list[Any]:
    """Choose it, and press the key before its card is there; gives the requests for the card, which still wait."""
    cards = held(page, "**/card/")
    page.click(f"#row-{incident.pk}")
    wait_until(lambda: come(page, cards))
    page.keyboard.press(key)
    assert page.inner_text("#card-state") == WAITS["ru"][0].format(key.upper())
    return cards


def let_go(page: Any, cards: list[Any]) -> None:
    while cards:
        cards.pop().continue_()
    page.unroute("**/card/")


def test_a_key_is_not_said_on_the_card_of_another_incident(address, browser, city):
    """X before the card is there, then a call: the card of the call says nothing about a key of another incident."""
    page = page_of(browser, address, language="ru")
    settled(page)
    line = page.locator("#card-state")
    let_go(page, press_while_it_loads(page, city["incidents"][5], "x"))
    wait_until(lambda: line.inner_text() == NOW["ru"].format("X"))
    calls, cards = held(page, "**/calls/new/"), held(page, "**/card/")
    open_call(page, "Фурманова 8", "attack")
    wait_until(lambda: come(page, calls))
    calls.pop().continue_()
    wait_until(lambda: come(page, cards))
    assert "X" not in line.inner_text()
    let_go(page, cards)
    own = opened_at("Фурманова 8")
    wait_until(lambda: shown(page) == str(own.pk))
    settled(page)
    assert not line.is_visible(), line.inner_text()
    assert page.problems == []


def test_a_key_is_said_for_six_seconds_whatever_else_happens(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    line = page.locator("#card-state")
    let_go(page, press_while_it_loads(page, city["incidents"][5], "x"))
    wait_until(lambda: line.inner_text() == NOW["ru"].format("X"))
    for _ in range(7):
        page.keyboard.press("n")
        page.wait_for_timeout(900)
        page.keyboard.press("Escape")  # a dialog that closes draws the line anew
    assert not line.is_visible(), line.inner_text()


def test_a_key_is_not_said_after_another_act_or_beyond_the_session(address, browser, city):
    page = page_of(browser, address, language="ru")
    settled(page)
    line, chosen = page.locator("#card-state"), city["incidents"][5]
    let_go(page, press_while_it_loads(page, chosen, "x"))
    wait_until(lambda: line.inner_text() == NOW["ru"].format("X"))
    acts = held(page, "**/assign/")
    page.click("#assign")
    wait_until(lambda: come(page, acts))
    assert line.is_visible(), "an act is on its way"
    assert "X" not in line.inner_text(), "and it is another one"
    acts.pop().continue_()
    page.unroute("**/assign/")
    wait_until(lambda: Assignment.objects.filter(incident=chosen).exists())
    settled(page)
    cards = press_while_it_loads(page, city["incidents"][1], "x")
    Session.objects.all().delete()
    let_go(page, cards)
    wait_until(lambda: page.evaluate("document.body.dataset.session") == "over")
    page.keyboard.press("x")
    assert "X" not in line.inner_text()
    page.context.add_cookies([{"name": "sessionid", "value": session_of("dispatcher"), "url": address}])
    wait_until(lambda: page.evaluate("document.body.dataset.session") is None)
    settled(page)
    assert not line.is_visible(), line.inner_text()


def test_every_key_of_the_card_is_one_that_says_why_it_does_nothing():
    from tartip.operations.console import view

    folder = Path(view.__file__).parent
    found = set()
    for name in ("acts", "advice", "timeline", "card", "call"):
        text = (folder / f"templates/console/{name}.html").read_text()
        found |= {code.replace("{{ forloop.counter }}", "1") for code in re.findall(r'data-code="([^"%]+)"', text)}
        found |= set(re.findall(r"Key[A-Z]", text))
    assert len(found) > 8
    assert found - {"Digit1"} == {code for code in CARD_KEYS.values() if not code.startswith("Digit")}
    script = (folder / "static/console/console.mjs").read_text()
    assert all(f"'{code}'" in script for code in CARD_KEYS.values())

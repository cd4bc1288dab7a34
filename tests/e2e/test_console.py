"""The duty console in a real browser under the real policy: live, by keyboard alone, in three languages."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tartip.base.supervisor import granian
from tartip.core.people.personas import PERSONAS, make
from tartip.core.time import now
from tartip.operations.calls.actions import receive_call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import open_incident
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.positions import put_positions

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = pathlib.Path(__file__).parents[2] / "docs" / "screenshots"
AXE = next(pathlib.Path(__file__).parent.glob("vendor/**/axe.min.js"), None)
ALMATY = "750000000"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def people(committed: None) -> dict[str, Any]:
    return {persona.username: make(persona) for persona in PERSONAS}


@pytest.fixture
def city(people: dict[str, Any]) -> dict[str, Any]:
    """Nine units and ten incidents in Almaty; three units sent, one crew in alarm."""
    crews = []
    for number in range(1, 10):
        unit = units.enter_unit(people["supervisor"], territory=ALMATY, callsign=f"Барс-{number:02d}")
        crews.append(units.begin_duty(people["supervisor"], unit))
    put_positions(
        (unit.pk, 76_900_000 + n * 9_000, 43_225_000 + (n * 37 % 9) * 5_000, now()) for n, unit in enumerate(crews)
    )
    kinds = [
        "attack",
        "noise",
        "domestic",
        "crash_injured",
        "fight",
        "theft",
        "missing",
        "suspicious",
        "traffic",
        "drunk",
    ]
    incidents = []
    for n, kind in enumerate(kinds):
        lon, lat, address = 76.905 + (n * 7 % 10) * 0.007, 43.222 + (n * 3 % 10) * 0.005, f"Абай даңғылы {n * 7 + 3}"
        call = receive_call(
            people["operator"], territory=ALMATY, offered_at=now(), answered_at=now(), kind_code=kind, lon=lon, lat=lat,
            address=address, card={"danger_now": n == 0}, note="Подъезд 3, кричит женщина." if n == 0 else "",
        )  # fmt: skip
        incidents.append(
            open_incident(
                people["operator"], territory=ALMATY, kind_code=kind, call=call, lon=lon, lat=lat, address=address,
                note=call.note,
            )
        )  # fmt: skip
    for n in (2, 3, 4):
        sent = dispatch.send_unit(people["dispatcher"], incidents[n], crews[n])
        if n > 2:
            dispatch.acknowledge(people["patrol"], sent)
            dispatch.en_route(people["patrol"], sent)
        if n > 3:
            dispatch.arrive(people["patrol"], sent)
    units.raise_alarm(people["patrol"], crews[7])
    return {"units": crews, "incidents": incidents, **people}


@pytest.fixture
def address(city: dict[str, Any]) -> Iterator[str]:
    """The real door (pages and stream) and the keeper, on the test's database."""
    from django.db import connection

    port = free_port()
    environment = {**os.environ, "TARTIP_DB_NAME": connection.settings_dict["NAME"], "TARTIP_DEMO": "1"}
    door = granian("tartip.base.asgi:application", interface="asgi", host="127.0.0.1", port=port)
    processes = [
        subprocess.Popen(command, env=environment, start_new_session=True)
        for command in (door, [sys.executable, "-m", "tartip", "keeper"])
    ]
    try:
        wait_until(lambda: answers(port), 20)
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)


def session_of(username: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tartip.core.people.models import Account

    account = Account.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop in this thread; the database calls are ours
    with sync_playwright() as play:
        flags = ["--disable-background-networking", "--disable-quic", "--no-first-run"]
        found = play.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=flags)
        yield found
        found.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


def page_of(browser: Any, address: str, *, who: str = "dispatcher", language: str = "kk", width: int = 1920) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 1080}, reduced_motion="reduce")
    context.add_cookies(
        [
            {"name": "sessionid", "value": session_of(who), "url": address},
            {"name": "django_language", "value": language, "url": address},
        ]
    )
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: page.problems.append(m.text) if "Content Security Policy" in m.text else None)
    page.on(
        "request", lambda r: page.problems.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
    )
    page.goto(address + "/console/")
    wait_until(lambda: page.evaluate("document.body.dataset.map") == "ready", 20)
    wait_until(lambda: page.evaluate("document.querySelector('#live').dataset.state") == "live")
    return page


def queue_of(page: Any) -> list[tuple[str, str]]:
    return page.evaluate(
        "[...document.querySelectorAll('#queue .inc')].map(r => [r.id, r.querySelector('.inc__m').textContent])"
    )


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
    chosen = page.evaluate("document.querySelector('#card [data-incident]').dataset.incident")
    assert Incident.objects.get(pk=chosen).state == "opened"
    page.keyboard.press("2")
    label = page.inner_text("#assign span")
    page.keyboard.press("a")
    wait_until(lambda: Assignment.objects.filter(incident=chosen).exists())
    sent = Assignment.objects.select_related("unit").get(incident=chosen)
    assert sent.unit.callsign in label  # the second one that was offered, as the button said
    wait_until(lambda: page.evaluate("id => document.getElementById('row-' + id).dataset.group", chosen) == "assigned")
    assert page.problems == []


def test_a_live_page_equals_a_fresh_one(address, browser, city):
    """Old state + stream = new state, also after the stream was cut and came back."""
    live = page_of(browser, address)
    one, two = city["incidents"][5], city["incidents"][6]
    dispatch.send_unit(city["dispatcher"], one, city["units"][0])
    wait_until(
        lambda: (
            ["row-" + str(one.pk), "assigned"]
            in live.evaluate("[...document.querySelectorAll('.inc')].map(r => [r.id, r.dataset.group])")
        )
    )
    live.context.set_offline(True)
    dispatch.stand_down(city["dispatcher"], two, reason="withdrawn")
    new = open_incident(city["operator"], territory=ALMATY, kind_code="robbery", lon=76.92, lat=43.23)
    time.sleep(1)
    live.context.set_offline(False)
    wait_until(lambda: f"row-{new.pk}" in [row[0] for row in queue_of(live)], 20)
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
    open_incident(city["operator"], territory=ALMATY, kind_code="noise", lon=76.92, lat=43.23)
    time.sleep(1.5)
    assert page.evaluate("document.body.dataset.seen") == before


def test_the_page_holds_at_390_pixels(address, browser):
    page = page_of(browser, address, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

"""The generated pages of a register in a real browser: keyboard, three widths, no fault of accessibility."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tartip.core.people.actions import enter_person
from tartip.core.people.personas import PERSONAS, make
from tartip.core.time import now
from tartip.registers.lost_property import hand_in
from tartip.registers.missing import report
from tests.e2e.harness import SHOTS, session_of

pytestmark = pytest.mark.browser
ALMALY = "751110000"


def filled() -> Any:
    supervisor = make(next(one for one in PERSONAS if one.username == "supervisor"))
    for number, what in enumerate(("Чёрный зонт", "Рюкзак синий", "Ключи, три на кольце", "Телефон Samsung")):
        hand_in(
            supervisor, territory=ALMALY, described=what, found_where="Абай 52",
            found_at=now() - timedelta(hours=number + 1),
        )  # fmt: skip
    person = enter_person(supervisor, territory=ALMALY, name="Әбенова Г. Т.")
    return report(
        supervisor, territory=ALMALY, person=person, missing_since=now() - timedelta(hours=9),
        seen_where="Абай 38, аптека", signs="158 см, хромает на левую ногу, очки, синее пальто, белый платок",
    )  # fmt: skip


def open_page(browser: Any, running: str, path: str, *, width: int = 1366, language: str = "ru") -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    context.add_cookies(
        [
            {"name": "sessionid", "value": session_of("supervisor"), "url": running},
            {"name": "django_language", "value": language, "url": running},
        ]
    )
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.goto(running + path)
    return page


@pytest.mark.parametrize(("width", "name"), [(1366, "1366"), (390, "390")])
def test_list_card_and_form_fit_and_speak(committed: None, running: str, browser: Any, width: int, name: str) -> None:
    record = filled()
    for path, shot in (
        ("/registers/", "registers"),
        ("/registers/lost_property/", "register-list"),
        (f"/registers/missing/{record.pk}/", "register-card"),
        ("/registers/missing/acts/report/", "register-act"),
    ):
        page = open_page(browser, running, path, width=width)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), shot
        assert page.problems == []
        page.screenshot(path=str(SHOTS / f"{shot}-{name}.png"), full_page=True)
        page.context.close()

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


WRONG = (
    "Территория;Кто пропал: фамилия, имя, отчество;Кто пропал: ИИН;Когда пропал;Где видели в последний раз;Ребенок\n"
    "751110000;Сейтова А. Н.;;20.11.2026 09:10;Парк Президента;нет\n"
    "Алмалы;Мальчик М.;;27.11.2026 13:40;Mega, вход 2;да\n"
    "751110000;Әбенова Г. Т.;;31.02.2026 10:00;Абай 38, аптека;нет\n"
    "751110000;Ким В. А.;8804133З0215;24.11.2026 07:30;вокзал Алматы-2;нет\n"
    "Бостандыкский р-н;Попова Л. С.;;12.11.2026 20:00;Төле би 220;нет\n"
    "751110000;Серікбай Н.;;20.11.2026 18:15;Жандосов 58;наверное\n"
    "751110000;Оспан Р.;;20.11.2026 18:15;Жандосов 58;нет;лишнее\n"
)


@pytest.mark.parametrize(("width", "name"), [(1366, "1366"), (390, "390")])
def test_a_file_is_chosen_once_and_goes_through_all_steps(
    committed: None, running: str, browser: Any, width: int, name: str
) -> None:
    make(next(one for one in PERSONAS if one.username == "supervisor"))
    page = open_page(browser, running, "/registers/missing/import/", width=width)
    page.set_input_files("#file", {"name": "rozysk.csv", "mimeType": "text/csv", "buffer": WRONG.encode("utf-16")})
    page.locator("button[value=columns]").press("Enter")
    page.wait_for_selector(".reg-columns")
    page.locator("button[value=check]").press("Enter")
    page.wait_for_selector(".reg-bad")
    assert page.locator(".reg-bad tbody tr").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.screenshot(path=str(SHOTS / f"register-import-{name}.png"), full_page=True)
    page.locator("button[value=enter]").press("Enter")
    page.wait_for_url("**/registers/missing/")
    assert page.locator("tr[data-row]").count() == 2
    assert page.problems == []
    page.context.close()

"""An error that names a field is shown at that field, in every form of a case's page, and the top leads to it."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tartip
from tartip.appeals import pages as appeal_pages
from tartip.cases import actions, fields, pages
from tartip.cases.errors import BadAmount
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided, handed_over, opened, stranger
from tartip.core.acts import system
from tartip.core.people.models import Role
from tartip.web.tests.forms import Page

RULE = "lies in the future"
# Of these no error can say anything: a search, and ticks that are either way right.
NEVER_WRONG = {"q", "continuing", "another_offence"}


def protocol_drawn(persona: Any) -> Case:
    return actions.draw_protocol(persona("inspector"), opened(persona("operator")), article="koap-437-1", facts="x")


def with_the_judge(persona: Any) -> Case:
    case = actions.draw_protocol(
        persona("inspector"), opened(persona("operator")), article="koap-434-1", facts="x", subject="person"
    )
    return actions.send_to_court(persona("inspector"), case)


def fined(persona: Any) -> Case:
    return handed_over(persona("operator"), persona("inspector"))


def overpaid(persona: Any) -> Case:
    case = fined(persona)
    actions.pay(persona("inspector"), case, amount_tenge=30_000, reference="1")
    return case


def in_force(persona: Any) -> Case:
    case = fined(persona)
    actions.enter_into_force(system("cases"), case, at=case.handed_over_at)
    return case


def arrested(persona: Any) -> Case:
    case = actions.decide(persona("judge"), with_the_judge(persona), option=2, terms={"arrest": 7})
    case = actions.hand_over(persona("judge"), case)
    return actions.enter_into_force(system("cases"), case, at=case.handed_over_at)


def asked(persona: Any) -> Case:
    from tartip.cases.access import holder_of

    case = in_force(persona)
    actions.ask_relief(holder_of(case), case, text="Потерял работу.")
    return case


STATES: dict[str, tuple[Callable[[Any], Case], str, set[str]]] = {
    "opened": (lambda persona: opened(persona("operator")), "inspector", {"protocol", "close"}),
    "protocol": (protocol_drawn, "inspector", {"decide", "close"}),
    "in court": (with_the_judge, "judge", {"decide"}),
    "decided": (lambda persona: decided(persona("operator"), persona("inspector")), "inspector", {"hand_over"}),
    "handed over": (fined, "inspector", {"pay"}),
    "overpaid": (overpaid, "inspector", {"pay", "return_money"}),
    "in force": (in_force, "inspector", {"relieve"}),
    "arrested": (arrested, "inspector", {"execute"}),
    "asked": (asked, "inspector", {"refuse_relief"}),
    "protest": (fined, "prosecutor", {"protest"}),
}


def named(field: str) -> tuple[str, str]:
    """What the act calls a field of the form, and the option it stands beside."""
    head, _, rest = field.partition(".")
    if head == "term":
        option, _, kind = rest.rpartition(".")
        return f"term_{kind}", option
    return head, rest if head == "item" else f"{rest}.again.1" if rest else "person.first.1"


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    def refused(*args: Any, **more: Any) -> None:
        raise error

    monkeypatch.setitem(pages.ACTS, name, refused)
    monkeypatch.setattr(appeal_pages.actions, "file_appeal", refused)


@pytest.mark.parametrize("state", STATES)
def test_every_field_of_every_form_shows_its_own_error(persona, monkeypatch, state):
    make, role, expected = STATES[state]
    case = make(persona)
    client = browser(persona(role), "en")
    found = Page(client.get(f"/cases/{case.pk}/").content.decode()).fields()
    forms = {address.strip("/").split("/")[-1] for address, _name in found}
    assert expected <= forms
    tried = 0
    for address, field in sorted(found):
        act = address.strip("/").split("/")[-1]
        if field in NEVER_WRONG:
            continue
        code, option = named(field)
        refuse(monkeypatch, act, BadAmount(field=code, rule=RULE))
        form = {"key": uuid.uuid4().hex, "version": case.version, "penalty": option, field: "7"}
        answer = client.post(address, form)
        assert answer.status_code == 422
        page = Page(answer.content.decode())
        if (address, field) not in page.fields():
            continue  # the first draw of a form that changes with what was typed
        assert page.said_at_its_field(RULE, address, field), (act, field)
        tried += 1
    assert tried >= len(expected)


def test_every_field_an_error_of_a_case_can_name_is_a_field_of_some_form():
    known = {code for form in fields.CONTROLS.values() for code in form}
    known |= set(fields.controls("decide", {"penalty": "person.first.2", "term.person.first.2.arrest": "7"}))
    known |= {code for form in appeal_pages.CONTROLS.values() for code in form}
    named_there = set()
    for app in ("cases", "appeals"):
        for path in (Path(tartip.__file__).parent / app).rglob("*.py"):
            if "tests" in path.parts or path.name == "api.py":
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    named_there |= {
                        word.value.value
                        for word in node.exc.keywords
                        if word.arg == "field" and isinstance(word.value, ast.Constant)
                    }
    assert len(named_there) > 12
    # The incident and the day of a return are none of a form's fields; the instance is hidden in it; a kind beside an
    # option is the API's alone.
    assert named_there - known == {"incident", "instance", "returned_at", "kind"}


def test_more_than_is_owed_is_said_at_the_sum_with_its_thousands_apart(persona):
    case = fined(persona)
    day = f"{pages.local_day(case, pages.now())}"
    form = {"version": case.version, "amount": "478375", "paid_on": day, "reference": "17"}
    said = {
        "kk": "төленуге тиісті 21\u00a0625\u00a0теңгеден көп",
        "ru": "больше, чем причитается (21\u00a0625\u00a0тенге)",
        "en": "is more than the 21,625\u00a0tenge that are owed",
    }
    for language, words in said.items():
        answer = browser(persona("inspector"), language).post(
            f"/cases/{case.pk}/pay/", {**form, "key": uuid.uuid4().hex}
        )
        assert answer.status_code == 422
        page = Page(answer.content.decode())
        assert page.said_at_its_field(words, f"/cases/{case.pk}/pay/", "amount")
        assert "amount-hint" in page.by_id("amount").attrs["aria-describedby"]


def test_what_is_to_be_returned_is_said_with_its_thousands_apart(persona):
    case = overpaid(persona)
    form = {"version": case.version, "key": "k", "amount": "99999", "reference": "18"}
    answer = browser(persona("inspector"), "ru").post(f"/cases/{case.pk}/return_money/", form)
    page = Page(answer.content.decode())
    assert page.said_at_its_field("подлежит возврату", f"/cases/{case.pk}/return_money/", "amount")
    said = page.by_id("returned-error").text.strip()
    assert said == "Должно быть целое число от 1 до 8\u00a0375: столько подлежит возврату."  # 30 000 − 21 625


def test_an_error_about_no_field_leads_nowhere(persona):
    case = fined(persona)
    form = {"version": case.version - 1, "key": "k", "amount": "100", "paid_on": "2026-11-01", "reference": "18"}
    answer = browser(persona("inspector"), "en").post(f"/cases/{case.pk}/pay/", form)
    assert answer.status_code == 409
    page = Page(answer.content.decode())
    assert [one for one in page.elements if "autofocus" in one.attrs or "aria-invalid" in one.attrs] == []


def test_a_petition_without_words_is_refused_at_its_field(persona):
    case = in_force(persona)
    answer = stranger("en").post(f"/r/{case.receipt}/relief/", {"text": " ", "key": "k"})
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert page.said_at_its_field("must not be empty", f"/r/{case.receipt}/relief/", "text")


def test_the_roles_of_the_table_are_roles():
    assert {role for _make, role, _forms in STATES.values()} <= set(Role.values)

"""What a page offers to choose from, posted empty or with a code that nobody was offered, is refused in words.

The browser's own check is passed over here, as an old browser, a script or a second tab may do.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import tartip
from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import passed_on
from tartip.cases.access import holder_of
from tartip.cases.actions import draw_protocol, enter_into_force
from tartip.cases.tests.made import browser as signed_in, handed_over, opened
from tartip.core.acts import system
from tartip.core.people.actions import appoint
from tartip.core.people.models import Account
from tartip.operations.incidents.actions import open_incident
from tartip.operations.units import actions as units

ALMATY = "750000000"
CHOICES = re.compile(r'<select[^>]*\sname="(\w+)"|<input\s+type="radio"\s+name="(\w+)"')
# Filters of lists, examples, and the purpose of opening persons, which registers/tests/test_pages.py tries.
ELSEWHERE = ("catalogue.html", "figures.html", "rights.html", "front.html", "list.html", "purposes.html")


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)  # the name → the codes that are offered
    asked: set[str] = field(default_factory=set)  # the choices that are to be made


class Forms(HTMLParser):
    """The forms of a page that are posted, with what stands in them and what they offer to choose."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.form: Form | None = None
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, given: Any) -> None:
        attrs = {name: value or "" for name, value in given}
        name, value = attrs.get("name", ""), attrs.get("value", "")
        if tag == "form":
            self.form = Form(attrs.get("action", "")) if attrs.get("method") == "post" else None
            self.found += [self.form] if self.form else []
        elif self.form is None:
            return
        elif tag == "select":
            self.select = name
            self.form.choices[name] = []
            self.form.asked |= {name} if "required" in attrs else set()
        elif tag == "option" and self.select:
            self.form.choices[self.select].append(value)
        elif tag == "input" and attrs.get("type") == "radio":
            self.form.choices.setdefault(name, []).append(value)
            self.form.asked |= {name} if "required" in attrs else set()
        elif tag in ("input", "textarea") and name and attrs.get("type") != "checkbox":
            self.form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
            if self.form:  # one that offers nothing as a choice may be left so; else a code is always chosen
                self.form.asked |= {name for name, codes in self.form.choices.items() if "" not in codes}


TYPED = {"facts": "x", "reasons": "x", "reason": "x", "until": "2027-01-15", "note": "x", "address": "Абай 10"}
WORDS = {
    "kk": "нұсқалардың бірін таңдаңыз",
    "ru": "выберите один из вариантов",
    "en": "choose one",
}
RECORDS = ("appointment",)  # it is no code: one that is not one's own is refused as such


def in_console(people: Any) -> list[tuple[Client, str]]:
    supervisor, dispatcher = people("supervisor"), people("dispatcher")
    unit = units.enter_unit(supervisor, territory=ALMATY, callsign="Барс-01")
    units.begin_duty(supervisor, unit)
    where = {"territory": ALMATY, "kind_code": "fight", "lon": 76.92, "lat": 43.24}
    incident, _alike = (open_incident(dispatcher, **where) for _ in range(2))
    return [(signed_in(dispatcher), f"/console/?incident={incident.pk}")]


def in_cases(people: Any) -> list[tuple[Client, str]]:
    operator, inspector = people("operator"), people("inspector")
    drawn = draw_protocol(inspector, opened(operator), article="koap-437-1", facts="x")
    in_force = handed_over(operator, inspector)
    enter_into_force(system("cases"), in_force, at=in_force.handed_over_at)
    return [(signed_in(inspector), f"/cases/{case.pk}/") for case in (opened(operator), drawn, in_force)]


def in_appeals(people: Any) -> list[tuple[Client, str]]:
    operator, inspector = people("operator"), people("inspector")
    fined = handed_over(operator, inspector)
    appeal = passed_on(appeals.file_appeal(holder_of(fined), fined, text="Меня там не было, есть свидетели."))
    return [(signed_in(people("prosecutor")), f"/appeals/{appeal.pk}/")]


def in_account(people: Any) -> list[tuple[Client, str]]:
    actor = people("dispatcher")
    appoint(system("test"), account=Account.objects.get(pk=actor.account), role="operator", territory=ALMATY)
    return [(signed_in(actor), "/account/")]


PAGES = {"console": in_console, "cases": in_cases, "appeals": in_appeals, "account": in_account}


def test_every_choice_of_every_page_is_tried_here(persona):
    """What stands in a template stands on one of these pages, too."""
    written = set()
    for template in Path(tartip.__file__).parent.rglob("templates/**/*.html"):
        if template.name not in ELSEWHERE:
            written |= {name for found in CHOICES.findall(template.read_text()) for name in found if name}
    seen = set()
    for pages in PAGES.values():
        for client, address in pages(persona):
            for form in Forms(client.get(address).content.decode()).found:
                seen |= set(form.choices)
    assert written == seen


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize("language", WORDS)
def test_what_was_not_chosen_is_asked_for_in_words(persona, where, language):
    tried = 0
    for client, address in PAGES[where](persona):
        client.cookies["django_language"] = language
        for form in Forms(client.get(address).content.decode()).found:
            for name, offered in form.choices.items():
                for code in ("", "no_such") if name in form.asked else ("no_such",):
                    status, words = refused(client, form, name, code)
                    assert status in (403, 409, 422), (form.action, name, code, words)
                    if name not in RECORDS:
                        assert words.rstrip(".").lower() == WORDS[language], (form.action, name, code)
                    assert not [one for one in offered if len(one) > 2 and one in words]
                    tried += 1
    assert tried


def refused(client: Client, form: Form, name: str, code: str) -> tuple[int, str]:
    """The status, and what stands at the field when this code comes for it, with all else as it should be."""
    chosen = {other: next(one for one in codes if one) for other, codes in form.choices.items()}
    typed = {field: value or TYPED.get(field, "") for field, value in form.fields.items()}
    answer = client.post(
        form.action, typed | chosen | {name: code, "key": uuid.uuid4().hex}, headers={"X-Requested-With": "fetch"}
    )
    if "json" in answer.headers["Content-Type"]:
        return answer.status_code, str(answer.json()["errors"][name])
    page = answer.content.decode()
    at_field = re.findall(r'class="t-error" id="[\w.-]+-error">(?:<svg.*?</svg>)?<span>(.*?)</span>', page, re.DOTALL)
    # The page of one's account shows the sentence alone, with the field in words.
    return answer.status_code, at_field[0] if at_field else page.partition(": ")[2]

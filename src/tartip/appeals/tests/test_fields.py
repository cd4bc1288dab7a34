"""An error that names a field of an appeal's form is shown at that field, and the top leads to it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tartip.appeals import actions, pages
from tartip.appeals.errors import BadAppeal
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import passed_on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.tests.made import ALMATY, browser, stranger
from tartip.core.people.personas import Persona, make
from tartip.core.time import clock
from tartip.web.tests.forms import Page

RULE = "lies in the future"
TEXT = "Музыка играла до 22:30, есть видео."


@pytest.fixture
def timed(persona, case) -> Appeal:
    """Against an arrest: its term may be made shorter."""
    cases.draw_protocol(persona("inspector"), case, article="koap-434-1", facts="x", subject="person")
    cases.send_to_court(persona("inspector"), case)
    decided = cases.decide(persona("judge"), case, option=2, terms={"arrest": 7})
    decided = cases.hand_over(persona("judge"), decided)
    return passed_on(actions.file_appeal(holder_of(decided), decided, text=TEXT))


def check(client: Any, appeal: Appeal, monkeypatch: pytest.MonkeyPatch, expected: set[str]) -> None:
    address = f"/appeals/{appeal.pk}/"
    found = Page(client.get(address).content.decode()).fields()
    assert {action.strip("/").split("/")[-1] for action, _name in found} >= expected
    for action, field in sorted(found):
        name = action.strip("/").split("/")[-1]

        def refused(actor: Any, record: Any, form: Mapping[str, str], field: str = field) -> None:
            raise BadAppeal(field=field, rule=RULE)

        monkeypatch.setitem(pages.ACTS, name, refused)
        form = {"key": uuid.uuid4().hex, "version": appeal.version, field: "7"}
        answer = client.post(action, form)
        assert answer.status_code == 422
        assert Page(answer.content.decode()).said_at_its_field(RULE, action, field), (name, field)


def test_every_field_of_a_decision_shows_its_own_error(persona, fined, monkeypatch):
    appeal = passed_on(actions.file_appeal(holder_of(fined), fined, text=TEXT))
    check(browser(persona("supervisor"), "en"), appeal, monkeypatch, {"decide"})


def test_the_shorter_term_shows_its_own_error(persona, timed, monkeypatch):
    another = make(Persona("other-judge", "Қайрат", "judge", ALMATY))
    check(browser(another, "en"), timed, monkeypatch, {"decide"})


def test_the_reason_of_a_late_appeal_shows_its_own_error(persona, fined, monkeypatch):
    with clock(lambda: fined.handed_over_at + timedelta(days=40)):
        appeal = passed_on(actions.file_appeal(holder_of(fined), fined, text=TEXT))
        check(browser(persona("supervisor"), "en"), appeal, monkeypatch, {"restore_term"})


def test_an_appeal_without_words_is_refused_at_its_field(fined):
    answer = stranger("en").post(f"/r/{fined.receipt}/appeal/", {"text": "no", "key": "k"})
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert page.said_at_its_field("what is wrong", f"/r/{fined.receipt}/appeal/", "text")
    assert "text-hint" in page.by_id("text").attrs["aria-describedby"]


CONTRADICTION = "belongs to a changed decision only"


@pytest.mark.parametrize("result", ["left", "cancelled"])
def test_a_new_fine_beside_a_decision_that_is_not_changed_is_not_thrown_away(persona, fined, result):
    appeal = passed_on(actions.file_appeal(holder_of(fined), fined, text=TEXT))
    client, address = browser(persona("supervisor"), "en"), f"/appeals/{appeal.pk}/decide/"
    form = {"version": appeal.version, "result": result, "reasons": "Так.", "amount": "16000"}
    answer = client.post(address, {**form, "key": "1"})
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert page.said_at_its_field(CONTRADICTION, address, "amount")
    assert page.by_id("amount").attrs["value"] == "16000"
    appeal.refresh_from_db()
    assert appeal.state == "forwarded"
    body = {"result": result, "reasons": "Так.", "amount_tenge": 16_000}
    answer = client.post(f"/api/v1/appeal/{appeal.pk}/acts/decide", body, "application/json")
    assert (answer.status_code, answer.json()["fields"]["field"]) == (422, "amount_tenge")
    assert client.post(address, {**form, "key": "2", "amount": " "}).status_code == 302


@pytest.mark.parametrize("days", ["5", "0"])
def test_a_shorter_term_beside_a_decision_that_is_left_is_not_thrown_away(persona, timed, days):
    another = make(Persona("other-judge", "Қайрат", "judge", ALMATY))
    address = f"/appeals/{timed.pk}/decide/"
    form = {"key": "1", "version": timed.version, "result": "left", "reasons": "Так.", "term_arrest": days}
    answer = browser(another, "en").post(address, form)
    assert answer.status_code == 422
    assert Page(answer.content.decode()).said_at_its_field(CONTRADICTION, address, "term_arrest")

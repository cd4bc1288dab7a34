"""An appeal makes a penalty less within what the law's row allows; it takes it away only by cancelling the decision."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import passed_on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import ALMATY, browser, opened
from tartip.core import law
from tartip.core.law import discounts
from tartip.core.people.personas import Persona, make

pytestmark = pytest.mark.fixed_days

TEXT = "Музыка играла до 22:30, есть видео."
EARLIER = "№ 17-2026 от 01.03.2026, суд № 2 Алматы"
# 5 МРП of 2026 are 21 625; at most 30 percent less are 15 137.5, in whole tenge 15 138.
FINE, LEAST = 21_625, 15_138


@pytest.fixture
def other(db):
    return make(Persona("other-judge", "Қайрат", "judge", ALMATY))


def arrested(persona, article, **facts):
    case = opened(persona("operator"))
    cases.draw_protocol(persona("inspector"), case, article=article, facts="…")
    cases.send_to_court(persona("inspector"), case)
    return cases.decide(persona("judge"), case, **facts)


def changed(reviewer, case, **body):
    """The API's answer to a reviewer who makes the penalty of the case less."""
    appeal = appeals.file_appeal(holder_of(case), case, text=TEXT)
    passed_on(appeal)
    body = {"result": "changed", "reasons": "Мягче.", **body}
    return browser(reviewer, "en").post(f"/api/v1/appeal/{appeal.pk}/acts/decide", json.dumps(body), "application/json")


@pytest.mark.parametrize(("days", "status"), [(1, 422), (14, 422), (15, 200), (19, 200), (20, 422), (21, 422)])
def test_an_arrest_becomes_no_shorter_than_its_part_allows(persona, other, days, status):
    """434-2: from 15 to 20 days."""
    case = arrested(persona, "koap-434-2", kind="arrest", terms={"arrest": 20}, earlier=EARLIER)
    answer = changed(other, case, terms={"arrest": days})
    assert answer.status_code == status
    if status == 422:
        assert (answer.json()["code"], answer.json()["fields"]["field"]) == ("case.bad_reduction", "term_arrest")
        assert "between 15 and 19" in answer.json()["detail"]
        assert Case.objects.get(pk=case.pk).sanctions[0]["amount"] == 20


@pytest.mark.parametrize("terms", [{"arrest": 14}, {"deprivation": 1}, {"arrest": 1, "deprivation": 1}])
def test_a_term_of_one_length_is_left_or_cancelled(persona, other, terms):
    """608-1: arrest of 15 days and deprivation for 7 years, nothing else."""
    case = arrested(persona, "koap-608-1", option=1)
    answer = changed(other, case, terms=terms)
    assert (answer.status_code, answer.json()["code"]) == (422, "case.bad_reduction")
    assert "the decision can be cancelled" in answer.json()["detail"]


@pytest.mark.parametrize(("amount", "status"), [(1, 422), (LEAST - 1, 422), (LEAST, 200), (FINE - 1, 200), (FINE, 422)])
def test_a_fine_becomes_less_by_what_the_table_of_reductions_allows(fined, persona, amount, status):
    answer = changed(persona("prosecutor"), fined, amount_tenge=amount)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["fields"]["field"] == "amount_tenge"
        assert "between 15,138 and 21,624" in answer.json()["detail"]


def test_without_the_row_of_the_table_a_fine_is_left_or_cancelled(fined, persona, monkeypatch):
    rows = {key: group for key, group in discounts.discounts().rows.items() if key != "koap-826.5-reduction"}
    table = discounts.Timeline((key, row) for key, group in rows.items() for row in group)
    monkeypatch.setattr(discounts, "discounts", lambda: table)
    answer = changed(persona("prosecutor"), fined, amount_tenge=FINE - 1)
    assert answer.status_code == 422
    assert "the law allows no less" in answer.json()["detail"]


def test_a_second_appeal_counts_the_reduction_from_the_fine_of_the_law(fined, persona):
    """Not from what the first one left: 16 000 less 30 percent would be 11 200."""
    assert changed(persona("prosecutor"), fined, amount_tenge=16_000).status_code == 200
    appeal = appeals.Appeal.objects.get()
    appeals.hand_over(persona("supervisor"), appeal)
    fined.refresh_from_db()
    assert changed(persona("judge"), fined, amount_tenge=LEAST - 1).status_code == 422


def test_the_form_says_the_bounds_at_its_field(fined, persona):
    appeal = passed_on(appeals.file_appeal(holder_of(fined), fined, text=TEXT))
    form = {"result": "changed", "reasons": "Мягче.", "amount": "1"}
    answer = browser(persona("prosecutor"), "ru").post(f"/appeals/{appeal.pk}/decide/", form)
    page = answer.content.decode().replace("\u00a0", " ")
    assert answer.status_code == 422
    assert 'id="amount"' in page
    assert 'aria-invalid="true"' in page
    assert "от 15 138 до 21 624" in page


@pytest.mark.parametrize("body", [{"terms": {"arrest": 1}}, {"amount_tenge": 16_000, "terms": {"arrest": 1}}])
def test_what_the_penalty_does_not_consist_of_is_not_made_less(fined, persona, body):
    answer = changed(persona("prosecutor"), fined, **body)
    assert (answer.status_code, answer.json()["fields"]["field"]) == (422, "term_arrest")


def test_the_reduction_on_appeal_is_marked_as_not_confirmed():
    """819 part 2 speaks of the body that hears the case."""
    assert law.discount("koap-826.5-reduction", date(2026, 11, 1)).edition.status == "unconfirmed"
    assert law.discount("koap-819-reduction", date(2026, 11, 1)).edition.status == "confirmed"

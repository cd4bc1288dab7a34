"""A protocol names a part that punishes, and one whom it punishes; nobody could decide it else, nor correct it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils.translation import override

from tartip.cases import actions as cases, powers
from tartip.cases.errors import BadReason
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, drawn, noise, opened
from tartip.core import law
from tartip.core.clocks.models import Clock
from tartip.core.problems import said

pytestmark = pytest.mark.fixed_days


def send(inspector, case, **body):
    return browser(inspector, "en").post(
        f"/api/v1/case/{case.pk}/acts/protocol", {"facts": "…", **body}, content_type="application/json"
    )


@pytest.mark.parametrize(
    ("article", "subject", "field"),
    [
        ("koap-435-1", None, "subject"),  # the parents answer; without a word it is the person
        ("koap-442-1", "minor", "subject"),
        ("koap-437-1", "official", "subject"),
        ("koap-437-1", "robot", "subject"),
        ("koap-608-1", "minor", "subject"),  # arrest and the licence: a minor is not arrested
        ("koap-608-1", "large", "subject"),  # nor is a company
        ("koap-434-2", "small", "subject"),
        ("koap-438-1", "parent", "subject"),  # a gap in the table; its rows never named parents
        ("koap-62", "person", "article"),
        ("koap-61", "person", "article"),
        ("koap-829.4", "person", "article"),
        ("koap-434", "person", "article"),  # an article without its part
    ],
)
def test_a_protocol_under_which_nobody_can_be_punished_is_refused_at_its_field(
    case, inspector, article, subject, field
):
    answer = send(inspector, case, article=article, **({"subject": subject} if subject else {}))
    assert (answer.status_code, answer.json()["fields"]["field"]) == (422, field)
    form = {"key": "1", "version": case.version, "article": article, "facts": "…", "subject": subject or "person"}
    assert browser(inspector).post(f"/cases/{case.pk}/protocol/", form).status_code == 422
    assert Case.objects.get(pk=case.pk).state == "opened"


def test_the_refusal_says_whom_the_part_punishes_in_words_and_to_programs_in_codes(case, inspector):
    with pytest.raises(BadReason) as refused:
        cases.draw_protocol(inspector, case, article="koap-442-1", facts="…", subject="minor")
    with override("ru"):
        assert said(refused.value) == "субъект взыскания: эта часть наказывает только: родитель."
    assert send(inspector, case, article="koap-442-1", subject="minor").json()["fields"]["allowed"] == "parent"


def test_every_article_of_the_search_says_whom_it_punishes(case, inspector):
    rows = browser(inspector, "en").get(f"/api/v1/cases/{case.pk}/articles?q=442").json()
    assert {row["key"]: (row["subjects"], row["whom"]) for row in rows}["koap-442-1"] == (["parent"], "a parent")
    page = browser(inspector, "en").get(f"/cases/{case.pk}/articles/?q=608-1").content.decode()
    assert re.search(r'value="koap-608-1"\s+required\s+data-offers="person official"', page)


@pytest.mark.parametrize(("article", "subject"), [("koap-438-1", "person"), ("koap-438-3", "parent")])
def test_where_only_the_row_of_the_day_is_missing_the_protocol_is_drawn_and_waits_for_the_lawyer(
    case, inspector, article, subject
):
    """438 was raised in 2025, the amount is not known. The table of powers still says that it is the police's."""
    assert send(inspector, case, article=article, subject=subject).status_code == 200
    assert Clock.objects.filter(subject=case.pk, rule="koap-817-decide", state="running").exists()
    assert send_act(inspector, case, "decide", {"kind": "fine"}).json()["code"] == "law.missing_edition"


def send_act(actor, case, name, body):
    return browser(actor).post(f"/api/v1/case/{case.pk}/acts/{name}", body, content_type="application/json")


def test_whose_the_case_is_does_not_depend_on_a_missing_penalty(persona, inspector, monkeypatch):
    """Without its row the arrest of 434-1 is still the court's: it is sent, not decided by the police."""

    def missing(*_, **__):
        raise law.MissingEdition("koap-434-1", date(2026, 11, 1))

    monkeypatch.setattr(powers.law, "penalty", missing)
    case = drawn(inspector, noise(persona("operator")), "koap-434-1")
    running = set(Clock.objects.filter(subject=case.pk, state="running").values_list("rule", flat=True))
    assert "koap-808-send" in running
    assert "koap-817-decide" not in running


@pytest.mark.parametrize("subject", ["small", "medium", "large"])
def test_no_court_arrests_a_company(persona, inspector, subject):
    """434-1: a fine of 20, or arrest. A company is fined, and heard in the court's fifteen days."""
    judge, case = persona("judge"), opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-434-1", facts="…", subject=subject)
    cases.send_to_court(inspector, case)
    assert Clock.objects.filter(subject=case.pk, rule="koap-829.5-decide", state="running").exists()
    page = browser(judge, "en").get(f"/cases/{case.pk}/").content.decode()
    assert f'value="{subject}.first.1"' in page
    assert f'value="{subject}.first.2"' not in page
    refused = send_act(judge, case, "decide", {"kind": "arrest", "terms": {"arrest": 15}})
    assert (refused.status_code, refused.json()["code"]) == (422, "case.no_penalty")
    refused = send_act(judge, case, "decide", {"option": 1, "repeat": True, "earlier": "№ 17-2026 от 01.03.2026, суд"})
    assert (refused.status_code, refused.json()["code"]) == (422, "law.no_penalty_for")
    assert send_act(judge, case, "decide", {"kind": "fine"}).status_code == 200


def test_an_official_is_a_person_and_may_be_arrested(persona, inspector):
    case = opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-434-1", facts="…", subject="official")
    cases.send_to_court(inspector, case)
    assert send_act(persona("judge"), case, "decide", {"kind": "arrest", "terms": {"arrest": 5}}).status_code == 200

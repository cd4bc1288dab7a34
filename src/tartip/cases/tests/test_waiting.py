"""In court the limitation waits for what is the court's alone; a repetition is, where its earlier decision is known."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.terms import limitation_over
from tartip.cases.tests.made import ALMATY, browser, drawn, noise, punished
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.people.actions import enter_person
from tartip.core.time import clock, now

MARCH = datetime(2026, 3, 2, 6, tzinfo=UTC)
# The part of the first offence, by the part that the second protocol names.
FIRST = {"koap-606-1": "koap-606-1", "koap-440-1": "koap-440-1", "koap-440-3": "koap-440-1"}


def limits(case):
    return Clock.objects.get(subject=case.pk, rule="koap-62-limitation", state__in=("running", "paused"))


def in_court_again(persona, article="koap-606-1", *, earlier=True):
    """A person fined in December did it again on 2 March; sent to court on the last day of the limitation.

    A repetition of 606-1 loses the right to drive, one of 440-1 may bring an arrest.
    """
    inspector, operator = persona("inspector"), persona("operator")
    with clock(MARCH - timedelta(days=70)):
        persona("judge"), persona("prosecutor")  # appointed by then
        person = enter_person(inspector, territory=ALMATY, name="Иванов И. И.")
        first = cases.hand_over(inspector, punished(inspector, noise(operator), FIRST[article], person))
    if not earlier:
        with clock(MARCH - timedelta(days=60)):
            appeal = appeals.file_appeal(holder_of(first), first, text="Меня там не было, есть свидетели.")
            decide(persona("prosecutor"), appeal, result="cancelled", reasons="Не он.")
    with clock(MARCH):
        case = drawn(inspector, noise(operator), article, person)
    with clock(limits(case).due_at - timedelta(minutes=5)):
        cases.send_to_court(inspector, case)
    return case


@pytest.mark.parametrize("earlier", [True, False], ids=["in force", "cancelled"])
def test_the_limitation_waits_for_a_repetition_whose_earlier_decision_is_known(persona, earlier):
    case = in_court_again(persona, earlier=earlier)
    with clock(MARCH + timedelta(days=66)):
        assert limitation_over(case, now()) is not earlier
        body = {"kind": "deprivation", "repeat": True}
        answer = browser(persona("judge")).post(f"/api/v1/case/{case.pk}/acts/decide", body, "application/json")
        assert answer.status_code == (200 if earlier else 409)


def test_a_judge_imposes_on_nobody_after_the_limitation_what_the_police_might_have_imposed(persona):
    """It waits for the loss of the right to drive; the fine of a first offence is the police's and too late."""
    case, judge = in_court_again(persona), persona("judge")
    with clock(limits(case).due_at - timedelta(days=1)):
        page = browser(judge, "en").get(f"/cases/{case.pk}/").content.decode()
        assert re.search(r'value="person.first.1"\s+required\s+disabled', page)
        assert not re.search(r'value="person.again.1"\s+required\s+disabled', page)
        client = browser(judge)
        refused = client.post(f"/api/v1/case/{case.pk}/acts/decide", {"kind": "fine"}, "application/json")
        assert (refused.status_code, refused.json()["code"]) == (409, "act.term_over")
        # Whoever finds no repetition ends the case.
        assert 'value="limitation"' in page
        body = {"reason": "Не повторно.", "closed_for": "limitation"}
        assert client.post(f"/api/v1/case/{case.pk}/acts/close", body, "application/json").status_code == 200


def test_a_judge_imposes_in_time_what_the_police_might_have_imposed(persona):
    """The case was sent five minutes before the limitation ended, and is decided in them."""
    case = in_court_again(persona)
    with clock(Case.objects.get(pk=case.pk).received_at + timedelta(minutes=2)):
        page = browser(persona("judge")).get(f"/cases/{case.pk}/").content.decode()
        assert 'value="limitation"' not in page
        assert cases.decide(persona("judge"), case, kind="fine").state == "decided"


@pytest.mark.parametrize("named", ["koap-440-1", "koap-440-3"])
def test_what_may_bring_an_arrest_is_heard_on_its_day_whoever_names_the_repetition(persona, named):
    """The police do not win three weeks for the court by naming the part of a first offence."""
    case = in_court_again(persona, named)
    assert Clock.objects.get(subject=case.pk, rule__startswith="koap-829.5").rule == "koap-829.5-arrest"
    body = {"kind": "arrest", "repeat": named == "koap-440-1", "terms": {"arrest": 3}}
    client = browser(persona("judge"))
    with clock(limits(case).due_at + timedelta(hours=12)):
        answer = client.post(f"/api/v1/case/{case.pk}/acts/decide", body, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")


def test_a_wait_that_was_given_lasts_as_long_as_the_courts_term_whatever_becomes_of_the_earlier_decision(
    persona, monkeypatch
):
    """The earlier decision comes under appeal, a decree moves the court's term, and the appeal changes nothing."""
    case, supervisor = in_court_again(persona), persona("supervisor")
    first = Case.objects.exclude(pk=case.pk).get()
    with clock(limits(case).due_at - timedelta(days=20)):
        appeal = appeals.file_appeal(holder_of(first), first, text="Меня там не было, есть свидетели.")
        appeals.pass_on(persona("inspector"), appeal)
        appeals.restore_term(supervisor, appeal, reason="Болел.")
    with clock(limits(case).due_at - timedelta(days=18)):
        decree(monkeypatch, off="2026-05-18", work="2026-06-20")
        recount()
    court = Clock.objects.get(subject=case.pk, rule="koap-829.5-decide")
    assert limits(case).due_at == court.due_at
    assert audit().findings == []

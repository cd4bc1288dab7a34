"""Nobody is judged twice for one offence, and a repetition stands on an earlier decision, however it is named."""

from __future__ import annotations

import orjson
import pytest

from tartip.cases import actions as cases
from tartip.cases.errors import BadReason, JudgedBefore
from tartip.cases.models import Case
from tartip.cases.options import penalties
from tartip.cases.repetition import questions
from tartip.cases.tests.made import ALMATY, browser, drawn, noise, opened, punished
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Payload
from tartip.core.people.actions import enter_person
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident

FINE, REPEATED = 21_625, 43_250
EARLIER = "№ 17-2026 от 01.03.2026, ДП Алматы"
TEXT = "Музыка играла до 22:30, есть видео."


def noted(case):
    """What the entry of its decision says beside the fields."""
    return orjson.loads(Payload.objects.get(entry__subject=case.pk, entry__act="case.decide").body)


def test_a_repetition_named_by_the_protocol_needs_an_earlier_decision(inspector, dispatcher):
    """437-2 punishes noise made again within a year, and nothing else."""
    case = drawn(inspector, noise(dispatcher), "koap-437-2")
    with pytest.raises(BadReason):
        cases.decide(inspector, case, kind="fine")
    cases.decide(inspector, case, kind="fine", earlier=EARLIER)
    assert (case.amount_tenge, case.earlier_decision) == (REPEATED, EARLIER)


def test_the_page_asks_for_the_earlier_decision_of_a_repetition_the_protocol_names(inspector, dispatcher):
    case, desk = drawn(inspector, noise(dispatcher), "koap-437-2"), browser(inspector)
    assert 'name="earlier.person"' in desk.get(f"/cases/{case.pk}/").content.decode()
    form = {"key": "1", "version": case.version, "penalty": "person.first.1"}
    assert desk.post(f"/cases/{case.pk}/decide/", form).status_code == 422
    desk.post(f"/cases/{case.pk}/decide/", {**form, "key": "2", "earlier.person": EARLIER})
    case.refresh_from_db()
    assert (case.state, case.amount_tenge, case.earlier_decision) == ("decided", REPEATED, EARLIER)


@pytest.mark.parametrize(("first", "second"), [("koap-437-1", "koap-437-2"), ("koap-437-1", "koap-437-1")])
def test_one_person_is_not_punished_for_one_fact_under_two_parts(inspector, dispatcher, person, first, second):
    incident = noise(dispatcher)
    punished(inspector, incident, first, person)
    again = drawn(inspector, incident, second, person)
    for words in ({}, {"another_person": True}, {"another_offence": True}):
        with pytest.raises(JudgedBefore):
            cases.decide(inspector, again, kind="fine", earlier=EARLIER, **words)
    assert questions(again) == set()


def test_another_part_of_the_article_is_judged_when_somebody_says_it_is_another_offence(inspector, dispatcher, person):
    """592-1 and 592-2: two speeds of one drive, or of two."""
    incident = noise(dispatcher)
    punished(inspector, incident, "koap-592-1", person)
    again = drawn(inspector, incident, "koap-592-2", person)
    with pytest.raises(JudgedBefore):
        cases.decide(inspector, again, kind="fine")
    with pytest.raises(JudgedBefore):
        cases.decide(inspector, again, kind="fine", another_person=True)
    desk = browser(inspector)
    page = desk.get(f"/cases/{again.pk}/").content.decode()
    assert "another_offence" in page
    assert "another_person" not in page
    form = {"key": "1", "version": again.version, "penalty": "person.first.1", "another_offence": "1"}
    desk.post(f"/cases/{again.pk}/decide/", form)
    again.refresh_from_db()
    assert again.state == "decided"
    assert noted(again)["notes"]["another_offence"] is True


def test_another_article_is_another_offence(inspector, dispatcher, person):
    """КоАП ст. 58: several offences, one penalty each."""
    incident = noise(dispatcher)
    punished(inspector, incident, "koap-437-1", person)
    assert punished(inspector, incident, "koap-592-1", person).state == "decided"


def test_another_known_person_is_judged_without_a_question(inspector, dispatcher, person):
    incident = noise(dispatcher)
    punished(inspector, incident, person=person)
    other = enter_person(inspector, territory=ALMATY, name="Петров П. П.")
    assert punished(inspector, incident, person=other).state == "decided"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_merged_incident_is_the_one_it_was_merged_into(inspector, dispatcher, person, order):
    one, into = noise(dispatcher), noise(dispatcher)
    both = [drawn(inspector, one, person=person), drawn(inspector, into, person=person)]
    incidents.merge(dispatcher, one, into=into)
    first, second = (Case.objects.get(pk=both[index].pk) for index in order)
    cases.decide(inspector, first, kind="fine")
    with pytest.raises(JudgedBefore):
        cases.decide(inspector, second, kind="fine")


def test_no_case_is_opened_on_a_merged_incident(inspector, dispatcher):
    one, into = noise(dispatcher), noise(dispatcher)
    incidents.merge(dispatcher, one, into=into)
    with pytest.raises(BadReason):
        cases.open_case(inspector, incident=Incident.objects.get(pk=one.pk), article="koap-437-1")
    incidents.unmerge(dispatcher, Incident.objects.get(pk=one.pk))
    assert cases.open_case(inspector, incident=Incident.objects.get(pk=one.pk), article="koap-437-1").state == "opened"


def test_an_incident_that_was_ended_before_its_article_was_named_is_answered_whole(inspector, dispatcher):
    incident = noise(dispatcher)
    case = cases.open_case(inspector, incident=incident)
    cases.close_case(inspector, case, reason="", closed_for="no_offence")
    with pytest.raises(JudgedBefore):
        punished(inspector, incident)


@pytest.mark.parametrize(("subject", "rule"), [("person", "koap-829.5-arrest"), ("minor", "koap-829.5-decide")])
def test_the_short_term_of_the_court_is_for_those_who_may_be_arrested(inspector, dispatcher, subject, rule):
    """КоАП ст. 50 ч. 2: minors are not arrested."""
    case = drawn(inspector, noise(dispatcher), "koap-434-1", subject=subject)
    cases.send_to_court(inspector, case)
    assert Clock.objects.get(subject=case.pk, state="running", rule__startswith="koap-829.5").rule == rule


def test_the_short_term_to_send_is_for_those_who_may_be_arrested(inspector, dispatcher):
    """What brings an arrest is sent at once, without a length; for a minor the ordinary term to send runs."""
    case = drawn(inspector, noise(dispatcher), "koap-434-1", subject="minor")
    assert Clock.objects.filter(subject=case.pk, state="running", rule="koap-808-send").exists()


def test_a_case_of_another_incident_raises_no_question(persona, inspector):
    first = opened(persona("operator"))
    cases.draw_protocol(inspector, first, article="koap-437-1", facts="…")
    cases.decide(inspector, first, kind="fine")
    other = opened(persona("operator"))
    cases.draw_protocol(inspector, other, article="koap-437-1", facts="…")
    assert questions(other) == set()


@pytest.mark.parametrize(
    ("article", "subject", "asked"),
    [
        ("koap-437-1", "person", [False, True]),
        ("koap-437-2", "person", [True]),
        ("koap-610-2", "person", [True]),
        # 461-2 is the part of minors for both: the first time nothing is asked.
        ("koap-461-1", "minor", [False, True]),
        ("koap-461-1.1", "minor", [True]),
    ],
)
def test_an_earlier_decision_is_asked_for_a_repetition_alone(inspector, dispatcher, article, subject, asked):
    case = drawn(inspector, noise(dispatcher), article, subject=subject)
    assert [row["asks_earlier"] for row in penalties(case, "judge")] == asked


def test_a_first_offence_of_a_minor_keeps_no_earlier_decision(inspector, dispatcher, persona):
    case = drawn(inspector, noise(dispatcher), "koap-461-1", subject="minor")
    cases.send_to_court(inspector, case)
    with pytest.raises(BadReason):
        cases.decide(persona("judge"), case, kind="fine", earlier=EARLIER)
    cases.decide(persona("judge"), case, kind="fine")
    assert (case.penalty_key, case.earlier_decision) == ("koap-461-2", None)

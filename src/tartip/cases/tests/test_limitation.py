"""After the last day of the limitation a case can only be ended; the article of the protocol says which one it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tartip.cases import actions as cases
from tartip.cases.errors import BadReason, JudgedBefore
from tartip.cases.models import Case
from tartip.cases.terms import limitation_over
from tartip.cases.tests.made import browser, opened
from tartip.core import law
from tartip.core.acts import TermOver
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.law import jurisdiction
from tartip.core.time import clock, now
from tartip.operations.incidents import actions as incidents

MARCH = datetime(2026, 3, 2, 6, tzinfo=UTC)


def at(days):
    return clock(now() + timedelta(days=days))


def limits(case):
    return Clock.objects.get(subject=case.pk, rule="koap-62-limitation", started_at=case.offence_at, state="running")


def test_after_the_limitation_an_opened_case_offers_only_its_end(case, inspector):
    with at(440):
        breach_due()
        page = browser(inspector).get(f"/cases/{case.pk}/").content.decode()
        assert f"/cases/{case.pk}/protocol/" not in page
        assert 'data-open="close"' in page
        assert 'value="limitation"' in page
        assert browser(inspector).get(f"/api/v1/cases/{case.pk}").json()["acts"] == ["case.close"]
        form = {"version": case.version, "article": "koap-437-1", "facts": "…", "key": "p"}
        answer = browser(inspector).post(f"/cases/{case.pk}/protocol/", form)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (409, True)
        api = browser(inspector).post(f"/api/v1/case/{case.pk}/acts/protocol", form, "application/json")
        assert api.status_code in (409, 422)
        form = {"version": case.version, "reason": "Срок вышел.", "closed_for": "limitation", "key": "c"}
        assert browser(inspector).post(f"/cases/{case.pk}/close/", form).status_code == 302


def test_a_protocol_whose_own_limitation_runs_is_drawn_though_the_general_one_is_over(case, inspector):
    early = now() - timedelta(days=100)
    drawn = cases.draw_protocol(inspector, case, article="koap-437-1", facts="…", offence_at=early, continuing=True)
    assert drawn.state == "protocol"
    assert not limitation_over(case, now())


def test_a_protocol_that_names_an_offence_older_than_its_limitation_is_refused(case, inspector):
    with pytest.raises(TermOver):
        cases.draw_protocol(inspector, case, article="koap-437-1", facts="…", offence_at=now() - timedelta(days=100))
    assert Case.objects.get(pk=case.pk).state == "opened"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "2026 ж. 1 қазан күні аяқталды. Уақытты тексеріңіз"),
        ("ru", "истёк 1 октября 2026 г. Проверьте время"),
        ("en", "ended on 1 October 2026. Check the moment"),
    ],
)
def test_an_offence_named_too_old_is_told_at_its_field_with_a_date_as_pages_write_it(case, inspector, language, words):
    """2 August by the calendar of the place: two months end with 1 October. What was typed stays."""
    form = {"version": case.version, "key": "old", "article": "koap-437-1", "subject": "person", "facts": "Шум."}
    client = browser(inspector, language)
    answer = client.post(f"/cases/{case.pk}/protocol/", {**form, "offence_at": "2026-08-01T10:00"})
    page = answer.content.decode().replace("\u00a0", " ")
    assert answer.status_code == 409
    at_field = re.search(r'id="offence-at-error">.*?<span>(.*?)</span>', page, re.DOTALL)[1]
    assert words in at_field
    assert 'value="2026-08-01T10:00"' in page
    # A program reads the day as it is stored.
    body = {"article": "koap-437-1", "facts": "…", "offence_at": "2026-08-01T10:00:00+05:00"}
    answer = browser(inspector).post(f"/api/v1/case/{case.pk}/acts/protocol", body, "application/json").json()
    assert (answer["code"], answer["fields"]["due"]) == ("case.offence_too_old", "2026-10-01")


def test_after_the_limitation_nothing_goes_to_the_judge(case, inspector):
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    with at(70):
        page = browser(inspector).get(f"/cases/{case.pk}/").content.decode()
        assert f"/cases/{case.pk}/send_to_court/" not in page
        answer = browser(inspector).post(f"/api/v1/case/{case.pk}/acts/send_to_court", {}, "application/json")
        assert answer.status_code == 409


# --- what the police may impose themselves


@pytest.mark.parametrize(
    ("article", "waits"),
    [
        ("koap-437-1", False),  # a warning or a fine, and a fine again
        ("koap-440-1", False),  # a fine, and again an arrest: no earlier decision is known
        ("koap-449-1", False),
        ("koap-590-2", False),
        ("koap-606-1", False),
        ("koap-436-2", True),  # a fine with confiscation
    ],
)
def test_whoever_sends_what_the_police_may_impose_wins_no_limitation(persona, article, waits):
    """Two months end with 2 May. The police send the case on the last days, and the judge has it on the 16th."""
    with clock(MARCH):
        inspector, judge, case = persona("inspector"), persona("judge"), opened(persona("operator"))
        cases.draw_protocol(inspector, case, article=article, facts="…")
    ends = limits(case).due_at
    with clock(MARCH + timedelta(days=59)):
        page = browser(inspector, "en").get(f"/cases/{case.pk}/").content.decode()
        assert "the limitation runs on" not in page if waits else "the limitation runs on" in page
        answer = browser(inspector).post(f"/api/v1/case/{case.pk}/acts/send_to_court", {}, "application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "in_court")
    assert (limits(case).due_at > ends) is waits
    with clock(MARCH + timedelta(days=75)):
        breach_due()
        assert limitation_over(case, now()) is not waits
        page = browser(judge, "en").get(f"/cases/{case.pk}/").content.decode()
        assert ("waits, while" in page, 'value="limitation"' in page) == (waits, not waits)
        body = {"option": 1, "item": "салют"} if article == "koap-436-2" else {"kind": "fine"}
        answer = browser(judge).post(f"/api/v1/case/{case.pk}/acts/decide", body, "application/json")
        assert answer.status_code == (200 if waits else 409)
    assert audit().findings == []


def police_alone(article, kind, role, on, asks=law.may_impose):
    return replace(asks(article, kind, role, on), allowed=role in jurisdiction.ROLES["police"], bodies=("police",))


def test_what_the_table_gives_to_the_police_alone_is_not_sent(case, inspector, monkeypatch):
    """The table names both bodies today; where it names one, the person keeps the higher body."""
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    path = f"/cases/{case.pk}/send_to_court/"
    assert path in browser(inspector).get(f"/cases/{case.pk}/").content.decode()
    monkeypatch.setattr(law, "may_impose", police_alone)
    client = browser(inspector)
    assert path not in client.get(f"/cases/{case.pk}/").content.decode()
    assert "case.send_to_court" not in client.get(f"/api/v1/cases/{case.pk}").json()["acts"]
    answer = client.post(f"/api/v1/case/{case.pk}/acts/send_to_court", {}, "application/json")
    assert answer.status_code == 403
    assert cases.decide(inspector, case, kind="fine").state == "decided"


def test_an_offence_named_after_the_incident_does_not_begin_the_limitation_anew(case, inspector):
    """Three months after the incident its limitation is over, whatever later moment the protocol names."""
    with at(100):
        body = {"article": "koap-437-1", "facts": "…", "offence_at": (now() - timedelta(hours=1)).isoformat()}
        answer = browser(inspector).post(f"/api/v1/case/{case.pk}/acts/protocol", body, "application/json")
        assert answer.status_code == 422
        with pytest.raises(BadReason):
            cases.open_case(inspector, incident=case.incident, article="koap-437-1", offence_at=now())
    assert Case.objects.get(pk=case.pk).state == "opened"


def test_an_offence_committed_while_the_incident_lasted_is_limited_from_its_beginning(case, inspector, dispatcher):
    """The incident was left open for three months, so the offence of its last hour lies within it."""
    with at(100):
        incidents.close_incident(dispatcher, case.incident, outcome="settled")
        last_hour = now() - timedelta(hours=1)
        with pytest.raises(TermOver):
            cases.draw_protocol(inspector, case, article="koap-437-1", facts="…", offence_at=last_hour)


def test_an_offence_committed_at_the_scene_is_taken(case, inspector, dispatcher):
    later = case.incident.opened_at + timedelta(minutes=20)
    with clock(now() + timedelta(hours=2)):
        incidents.close_incident(dispatcher, case.incident, outcome="settled")
        drawn = cases.draw_protocol(inspector, case, article="koap-437-1", facts="…", offence_at=later)
        assert drawn.offence_at == later


def test_what_was_ended_by_limitation_is_not_judged_in_a_second_case(case, inspector):
    with at(100):
        cases.close_case(inspector, case, reason="", closed_for="limitation")
        second = cases.open_case(inspector, incident=case.incident, article="koap-437-1")
        with pytest.raises(TermOver):
            cases.draw_protocol(inspector, second, article="koap-437-1", facts="…")


@pytest.mark.parametrize("reason", ["no_offence", "other"])
def test_a_case_ended_for_want_of_an_offence_is_an_answer_for_the_same_person(case, inspector, reason):
    cases.close_case(inspector, case, reason="…", closed_for=reason)
    second = cases.open_case(inspector, incident=case.incident, article="koap-437-1")
    cases.draw_protocol(inspector, second, article="koap-437-1", facts="…")
    if reason == "no_offence":
        with pytest.raises(JudgedBefore):
            cases.decide(inspector, second, kind="fine")
        assert "another_person" in browser(inspector).get(f"/cases/{second.pk}/").content.decode()
        cases.decide(inspector, second, kind="fine", another_person=True)
    else:
        cases.decide(inspector, second, kind="fine")
    assert second.state == "decided"

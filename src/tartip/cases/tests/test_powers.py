"""What a decision stands on: the subject of the protocol, a named earlier decision, the moment of the offence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tartip.cases import actions as cases
from tartip.cases.errors import BadReason, JudgedBefore
from tartip.cases.sanctions import BadTerm
from tartip.cases.tests.made import browser, opened, stranger
from tartip.core.acts import TermOver
from tartip.core.acts.errors import KeyReused
from tartip.core.checks import BadTime
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.time import clock, now

FINE, REPEATED, LARGE = 21_625, 43_250, 432_500
EARLIER = "№ 17-2026 от 01.03.2026, ДП Алматы"


@pytest.fixture
def drawn(persona, inspector):
    return cases.draw_protocol(inspector, opened(persona("operator")), article="koap-437-1", facts="x")


def post(actor, case, what, body):
    return browser(actor, "en").post(
        f"/api/v1/case/{case.pk}/acts/{what}", json.dumps(body), content_type="application/json"
    )


def limitation_of(case):
    return Clock.objects.get(subject=case.pk, rule="koap-62-limitation", state="running")


@pytest.mark.parametrize("subject", ["person", "minor"])
def test_a_decision_punishes_only_the_subject_of_the_protocol(persona, inspector, subject):
    case = opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="x", subject=subject)
    with pytest.raises(BadReason):
        cases.decide(inspector, case, kind="fine", subject="large")
    assert post(inspector, case, "decide", {"kind": "fine", "subject": "large"}).status_code == 422
    form = {"key": "1", "version": case.version, "penalty": "large.first.1"}
    assert browser(inspector).post(f"/cases/{case.pk}/decide/", form).status_code == 422
    case.refresh_from_db()
    assert (case.state, case.amount_tenge) == ("protocol", None)


def test_only_penalties_of_the_protocols_subject_are_offered(drawn, inspector):
    rows = browser(inspector).get(f"/api/v1/cases/{drawn.pk}/penalties").json()
    assert {row["subject"] for row in rows} == {"person"}


@pytest.mark.parametrize("named", ["", "  ", "№ 17"])
def test_a_repetition_needs_an_earlier_decision(drawn, inspector, named):
    with pytest.raises(BadReason):
        cases.decide(inspector, drawn, kind="fine", repeat=True, earlier=named)
    drawn.refresh_from_db()
    assert drawn.amount_tenge is None


def test_the_earlier_decision_is_kept_entered_and_told_to_the_person(drawn, inspector):
    form = {"key": "1", "version": drawn.version, "penalty": "person.again.1", "earlier.person": EARLIER}
    browser(inspector, "en").post(f"/cases/{drawn.pk}/decide/", form)
    drawn.refresh_from_db()
    assert (drawn.amount_tenge, drawn.earlier_decision) == (REPEATED, EARLIER)
    page = stranger("en").get(f"/r/{drawn.receipt}/").content.decode()
    assert EARLIER in page


def test_the_first_offence_names_no_earlier_decision(drawn, inspector):
    """Whoever names one has chosen the wrong option: it is not left out in silence."""
    with pytest.raises(BadReason):
        cases.decide(inspector, drawn, kind="fine", earlier=EARLIER)
    cases.decide(inspector, drawn, kind="fine")
    assert (drawn.amount_tenge, drawn.earlier_decision) == (FINE, None)


def test_the_limitation_runs_from_the_offence_the_protocol_names(persona, inspector):
    case = opened(persona("operator"))
    before, moment = limitation_of(case).due_at, now() - timedelta(days=50)
    answer = post(
        inspector, case, "protocol", {"article": "koap-437-1", "facts": "x", "offence_at": moment.isoformat()}
    )
    assert answer.status_code == 200
    case.refresh_from_db()
    assert (case.offence_at, case.offence_said) == (moment, True)
    assert limitation_of(case).started_at == moment
    assert limitation_of(case).due_at < now() + timedelta(days=20) < before
    with clock(now() + timedelta(days=20)), pytest.raises(TermOver):
        cases.decide(inspector, case, kind="fine")


def test_the_moment_of_the_offence_is_typed_in_the_time_of_the_place(persona, inspector):
    case = opened(persona("operator"))
    form = {"key": "1", "version": case.version, "article": "koap-437-1", "facts": "x"}
    day = f"{now() - timedelta(days=3):%Y-%m-%d}"
    assert (
        browser(inspector).post(f"/cases/{case.pk}/protocol/", {**form, "offence_at": "yesterday"}).status_code == 422
    )
    browser(inspector).post(f"/cases/{case.pk}/protocol/", {**form, "offence_at": f"{day}T23:30"})
    case.refresh_from_db()
    assert case.offence_at.isoformat() == f"{day}T18:30:00+00:00"


def test_no_offence_is_later_than_its_protocol_or_than_now(persona, inspector):
    case = opened(persona("operator"))
    body = {"article": "koap-437-1", "facts": "x"}
    for ahead in (timedelta(seconds=60), timedelta(days=300)):
        said = {**body, "offence_at": (now() + ahead).isoformat()}
        assert post(inspector, case, "protocol", said).status_code == 422
    with pytest.raises(BadTime):
        cases.open_case(inspector, incident=case.incident, offence_at=now() + timedelta(days=300))


def test_a_moment_nobody_named_is_not_shown_as_named(persona, inspector):
    incident = opened(persona("operator")).incident
    case = cases.open_case(inspector, incident=incident, article="koap-437-1")
    assert case.offence_said is False
    assert "not named" in stranger("en").get(f"/r/{case.receipt}/").content.decode()
    assert "not named" in browser(inspector, "en").get(f"/cases/{case.pk}/").content.decode()


def test_one_offence_is_punished_once_unless_the_person_is_another(fined, inspector):
    second = cases.open_case(inspector, incident=fined.incident, article="koap-437-1")
    cases.draw_protocol(inspector, second, article="koap-437-1", facts="x")
    with pytest.raises(JudgedBefore):
        cases.decide(inspector, second, kind="fine")
    assert "another_person" in browser(inspector).get(f"/cases/{second.pk}/").content.decode()
    cases.decide(inspector, second, kind="fine", another_person=True)
    assert second.amount_tenge == FINE


@pytest.mark.parametrize("terms", [{"fine": 1}, {"arrest": 5}, {"unknown": 1}])
def test_a_term_of_nothing_in_the_penalty_is_refused(drawn, inspector, terms):
    with pytest.raises(BadTerm):
        cases.decide(inspector, drawn, kind="fine", terms=terms)
    assert post(inspector, drawn, "decide", {"kind": "fine", "terms": terms}).status_code == 422


def test_a_key_of_another_payment_is_refused_though_the_reference_is_known(fined, inspector):
    cases.pay(inspector.saying(key="k"), fined, amount_tenge=1000, reference="A")
    cases.pay(inspector.saying(key="k2"), fined, amount_tenge=2000, reference="B")
    with pytest.raises(KeyReused):
        cases.pay(inspector.saying(key="k"), fined, amount_tenge=2000, reference="B")
    cases.pay(inspector.saying(key="k2"), fined, amount_tenge=2000, reference="B")
    fined.refresh_from_db()
    assert fined.paid_tenge == 3000
    assert Entry.objects.filter(act="payment.record").count() == 2

"""Signed on the last day, entered on Monday: a duty is judged by the moment it was done, not by that of its record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from tartip.cases import actions as cases, listeners
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided, opened, stranger
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.registers.store import guard_setting
from tartip.core.time import clock, now

FINE = 21_625
noticed = pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not noticed yet"])


def at(days):
    return clock(now() + timedelta(days=days))


def keep():
    """The background process ends what is over, and its listeners react."""
    breach_due()
    for entry in Entry.objects.filter(act="clock.lapse"):
        listeners.enter_into_force_after_the_term(entry.pk)
    for entry in Entry.objects.filter(act="clock.breach"):
        listeners.end_after_the_limitation_of_execution(entry.pk)


def told(case, act):
    return list(Entry.objects.filter(subject=case.pk, act=act).values_list("ground", flat=True))


def missed(case):
    return set(Clock.objects.filter(subject=case.pk, breached_by__isnull=False).values_list("rule", flat=True))


@noticed
def test_a_copy_handed_over_in_time_is_no_missed_term_however_late_it_is_recorded(persona, inspector, noticed):
    case, started = decided(persona("operator"), inspector), now()
    with at(10):
        if noticed:
            keep()
            assert missed(case) == {"koap-823-hand-over"}
        body = {"at": (started + timedelta(days=1)).isoformat()}
        answer = browser(inspector).post(f"/api/v1/case/{case.pk}/acts/hand_over", body, "application/json")
        assert (answer.status_code, missed(case)) == (200, set())
        keep()
        assert missed(case) == set()
        assert told(case, "clock.breach") == told(case, "clock.withdraw") == ["koap-823-hand-over"] * noticed
        page = stranger("en").get(f"/r/{case.receipt}/").content.decode()
        assert ("done in time, recorded later" in page) is noticed
        assert audit().clean


@noticed
def test_a_copy_handed_over_too_late_stays_a_missed_term(persona, inspector, noticed):
    case, started = decided(persona("operator"), inspector), now()
    with at(10):
        if noticed:
            keep()
        cases.hand_over(inspector, case, at=started + timedelta(days=9))
        assert (missed(case), told(case, "clock.withdraw")) == ({"koap-823-hand-over"}, [])
        assert audit().clean


def test_the_withdrawal_names_the_breach_the_act_the_moment_and_the_reason(persona, inspector):
    case, handed_over = decided(persona("operator"), inspector), now() + timedelta(days=1)
    with at(10):
        keep()
        cases.hand_over(inspector, case, at=handed_over)
    by_act = {entry.act: entry for entry in Entry.objects.select_related("content").filter(subject=case.pk)}
    why = json.loads(by_act["clock.withdraw"].content.body)["clock"]
    assert why["breach"] == str(by_act["clock.breach"].pk)
    assert why["by"] == str(by_act["case.hand_over"].pk)
    assert (why["why"], why["done_at"][:19]) == ("recorded late", handed_over.isoformat()[:19])


def test_a_withdrawal_that_no_entry_tells_is_found(persona, inspector):
    case = decided(persona("operator"), inspector)
    with at(10):
        keep()
        cases.hand_over(inspector, case, at=case.decided_at + timedelta(days=9))
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tartip.act', %s, true)", [guard_setting("clock.withdraw", case.pk)])
        Clock.objects.filter(subject=case.pk, rule="koap-823-hand-over").update(breached_by=None)
        assert any("breached_by" in found for found in audit().findings)


@pytest.fixture
def owing(fined):
    """In force since day 21, to be carried out within a year from then."""
    with at(25):
        keep()
    fined.refresh_from_db()
    assert fined.state == "in_force"
    return fined


@noticed
def test_a_fine_paid_within_the_limitation_of_execution_and_posted_after_it_is_paid(owing, inspector, noticed):
    paid_at = now() + timedelta(days=300)
    with at(405):
        if noticed:
            breach_due()
            assert missed(owing) == {"koap-890-execution"}
        body = {"amount_tenge": FINE, "paid_at": paid_at.isoformat(), "reference": "1"}
        answer = browser(inspector).post(f"/api/v1/case/{owing.pk}/acts/pay", body, "application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "paid")
        keep()
        assert (Case.objects.get(pk=owing.pk).state, missed(owing)) == ("paid", set())
        assert audit().clean


@noticed
@pytest.mark.parametrize("part", [0, 10_000], ids=["nothing before", "a part before"])
def test_a_fine_paid_after_the_limitation_of_execution_goes_back(owing, inspector, noticed, part):
    """The term stays missed, and nothing is owed any more, whether anybody has noticed its end or not."""
    with at(100):
        if part:
            cases.pay(inspector, owing, amount_tenge=part, reference="0")
    with at(405):
        if noticed:
            breach_due()
        answer = (
            browser(inspector)
            .post(f"/api/v1/case/{owing.pk}/acts/pay", {"amount_tenge": FINE, "reference": "1"}, "application/json")
            .json()
        )
        assert (answer["state"], answer["record"]["to_return_tenge"]) == ("expired", FINE)
        assert missed(owing) == {"koap-890-execution"}
        keep()
        end = Clock.objects.get(subject=owing.pk, rule="koap-890-execution").due_at
        assert (Case.objects.get().state, Case.objects.get().closed_at) == ("expired", end)
        assert audit().clean


@noticed
def test_what_was_carried_out_in_time_was_sent_in_time(persona, inspector, noticed):
    case, judge = opened(persona("operator")), persona("judge")
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1, item="салют")
    cases.hand_over(judge, case)
    with at(25):
        keep()
        case.refresh_from_db()
    with at(40):
        if noticed:
            breach_due()
        cases.execute(judge, case, at=case.in_force_at + timedelta(hours=1))
        assert "koap-885-send" not in missed(case)
        assert audit().clean


@noticed
def test_an_answer_that_came_too_late_stays_so_whatever_payment_is_recorded_after_it(owing, inspector, noticed):
    """Asked on day 25, to be answered within three days; refused on day 32. The payment of day 26 comes last."""
    with at(25):
        started = now()
        cases.ask_relief(holder_of(owing), owing, text="Прошу отсрочку.")
    with at(32):
        if noticed:
            breach_due()
        cases.refuse_relief(inspector, owing, reason="Нет причин.")
        assert missed(owing) == {"koap-887-decide"}
    with at(34):
        body = {"amount_tenge": FINE, "paid_at": (started + timedelta(days=1)).isoformat(), "reference": "1"}
        answer = browser(inspector).post(f"/api/v1/case/{owing.pk}/acts/pay", body, "application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "paid")
        assert (missed(owing), told(owing, "clock.withdraw")) == ({"koap-887-decide"}, [])
        assert audit().clean


@noticed
def test_nobody_had_to_answer_whoever_had_paid_before_the_answer_was_due(owing, inspector, noticed):
    with at(25):
        started = now()
        cases.ask_relief(holder_of(owing), owing, text="Прошу отсрочку.")
    with at(34):
        if noticed:
            breach_due()
        cases.pay(inspector, owing, amount_tenge=FINE, paid_at=started + timedelta(days=1), reference="1")
        assert (missed(owing), told(owing, "clock.withdraw")) == (set(), ["koap-887-decide"] * noticed)
        assert audit().clean


def test_what_was_sent_too_late_stays_so_whenever_it_was_carried_out(persona, inspector):
    case, judge = opened(persona("operator")), persona("judge")
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1, item="салют")
    cases.hand_over(judge, case)
    with at(25):
        keep()
        case.refresh_from_db()
    with at(40):
        cases.send(judge, case)
        assert missed(case) == {"koap-885-send"}
        cases.execute(judge, case, at=case.in_force_at + timedelta(hours=1))
        assert (missed(case), told(case, "clock.withdraw")) == ({"koap-885-send"}, [])
        assert audit().clean

"""After the limitation of execution nothing is owed or done, whoever has noticed it; what came before stays."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.formats import date_format

from tartip.cases import actions as cases, listeners
from tartip.cases.models import Case
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import browser, opened
from tartip.cases.tests.test_life import FINE, at, in_force, owed, receipt
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.time import now


def expired(case, days=500):
    with at(days):
        breach_due()
        for entry in Entry.objects.filter(act="clock.breach", subject=case.pk):
            listeners.end_after_the_limitation_of_execution(entry.pk)
            listeners.end_after_the_limitation_of_execution(entry.pk)  # a job may run twice
    case.refresh_from_db()
    return case


@pytest.mark.parametrize("handed_on", [False, True])
def test_after_the_limitation_of_execution_nothing_is_owed_and_the_receipt_says_so(fined, inspector, handed_on):
    with at(25):
        in_force(fined)
    end = Clock.objects.get(subject=fined.pk, rule="koap-890-execution").due_at
    if handed_on:
        with at(70):
            cases.enforce(inspector, fined)
    expired(fined)
    assert (*owed(fined), fined.closed_at) == ("expired", 0, 0, end)
    assert Entry.objects.filter(subject=fined.pk, act="case.expire").count() == 1
    assert not Clock.objects.filter(subject=fined.pk).exclude(state="stopped").exists()
    page = receipt(fined)
    assert "The decision is not carried out any more, nothing is owed" in page
    assert "21 625 ₸ was decided" not in page
    assert "Remains" not in page
    page = browser(inspector, "en").get(f"/cases/{fined.pk}/")
    assert (page.status_code, "limitation of execution over" in page.content.decode()) == (200, True)


def test_what_was_paid_before_the_limitation_stays_and_what_comes_after_it_goes_back(fined, inspector):
    with at(25):
        in_force(fined)
        cases.pay(inspector, fined, amount_tenge=5_000, reference="1")
    expired(fined)
    assert owed(fined) == ("expired", 0, 0)
    with at(501):
        cases.pay(inspector, fined, amount_tenge=7_000, reference="2")
        assert owed(fined) == ("expired", 0, 7_000)
        cases.return_money(inspector, fined, amount_tenge=7_000, reference="r")
        assert owed(fined) == ("expired", 0, 0)


@pytest.mark.parametrize(("day", "left"), [(300, ("paid", 0, 0)), (450, ("expired", 0, FINE))])
def test_a_payment_between_the_end_of_the_limitation_and_the_job_is_judged_by_its_day(fined, inspector, day, left):
    paid_at = now() + timedelta(days=day)
    with at(25):
        in_force(fined)
    with at(450):
        breach_due()
        cases.pay(inspector, fined, amount_tenge=FINE, paid_at=paid_at, reference="1")
        assert owed(fined) == left
    expired(fined)
    assert owed(fined) == left


def test_a_penalty_without_a_fine_has_its_limitation_of_execution_too(persona, inspector):
    case, judge = opened(persona("operator")), persona("judge")
    cases.draw_protocol(inspector, case, article="koap-608-1", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1)
    cases.hand_over(judge, case)
    with at(30):
        in_force(case)
    assert owed(expired(case)) == ("expired", 0, 0)


@pytest.fixture
def split(persona, inspector):
    """A fine and a confiscation by the court, in force since day 21; its limitation of execution ends a year later."""
    case, judge = opened(persona("operator")), persona("judge")
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1, item="салют")
    cases.hand_over(judge, case)
    with at(30):
        return in_force(case)


RELIEF = {"relief": "instalments", "reason": "Болезнь."}


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("send", {}),
        ("execute", {}),
        ("ask_relief", {"text": "Прошу."}),
        ("relieve", RELIEF),
        ("enforce", {}),
    ],
)
def test_after_the_limitation_of_execution_nothing_more_is_done_though_nobody_has_noticed_it(split, persona, act, body):
    with at(405):
        if act == "relieve":
            body = {**body, "until": f"{local_day(split, now() + timedelta(days=10))}"}
        client = browser(persona("judge"))
        answer = client.post(f"/api/v1/case/{split.pk}/acts/{act}", body, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")
        page = client.get(f"/cases/{split.pk}/").content.decode()
        if act == "execute":  # only with the day it was done on, which lies before the end
            assert re.search(r'name="executed_on"\s+max="[0-9-]+"\s+value=""\s+required', page)
        else:
            assert f"/cases/{split.pk}/{act}/" not in page
        assert "/relief/" not in receipt(split)
    assert Case.objects.get(pk=split.pk).state == "in_force"


@pytest.mark.parametrize("noticed", [True, False])
@pytest.mark.parametrize("days", [300, 400])
def test_what_was_carried_out_is_judged_by_its_own_moment(split, persona, noticed, days):
    judge, done_at = persona("judge"), now() + timedelta(days=days)
    with at(50):
        cases.pay(judge, split, amount_tenge=split.amount_tenge, reference="1")
    if noticed:
        assert expired(split, 405).state == "expired"
    with at(405):
        answer = browser(judge).post(
            f"/api/v1/case/{split.pk}/acts/execute", {"at": done_at.isoformat()}, "application/json"
        )
        in_time = days == 300
        assert answer.status_code == (200 if in_time else 409)
        split.refresh_from_db()
        assert split.state == ("paid" if in_time else "expired" if noticed else "in_force")
        breached = Clock.objects.filter(subject=split.pk, rule="koap-890-execution", breached_by__isnull=False)
        assert breached.exists() == (noticed and not in_time)
        assert audit().clean


@pytest.mark.parametrize("days", [None, -1, 5, 300, 400, 406])
def test_the_page_takes_the_day_on_which_it_was_carried_out(split, persona, days):
    judge = persona("judge")
    with at(50):
        cases.pay(judge, split, amount_tenge=split.amount_tenge, reference="1")
    day = local_day(split, now() + timedelta(days=days)) if days is not None else ""
    with at(405):
        client = browser(judge)
        form = {"key": uuid.uuid4().hex, "version": Case.objects.get(pk=split.pk).version, "executed_on": day}
        answer = client.post(f"/cases/{split.pk}/execute/", form)
        split.refresh_from_db()
        if days == 300:
            assert (answer.status_code, split.state) == (302, "paid")
            assert local_day(split, split.rest_executed_at) == day
            assert "executed_on" not in client.get(f"/cases/{split.pk}/").content.decode()
        else:
            assert (answer.status_code, split.rest_executed_at) == (409 if days in (None, 400) else 422, None)
            assert f'value="{day}"' in answer.content.decode()  # what was typed is still there


@pytest.mark.parametrize(
    ("amount", "days", "state"), [(FINE, 300, "paid"), (FINE - 1, 300, "expired"), (FINE, 400, "expired")]
)
def test_paid_in_time_and_posted_after_the_end_the_fine_is_paid(fined, inspector, amount, days, state):
    paid_at = now() + timedelta(days=days)
    with at(25):
        in_force(fined)
    expired(fined)
    with at(501):
        cases.pay(inspector, fined, amount_tenge=amount, paid_at=paid_at, reference="1")
        assert owed(fined) == (state, 0, amount if days == 400 else 0)
        punished = Clock.objects.filter(subject=fined.pk, rule="koap-61-punished", state="running")
        assert list(punished.values_list("started_at", flat=True)) == ([paid_at] if state == "paid" else [])
        assert audit().clean


def test_a_payment_is_put_off_to_no_day_after_the_limitation_of_execution(fined, inspector):
    with at(25):
        in_force(fined)
    last = local_day(fined, Clock.objects.get(subject=fined.pk, rule="koap-890-execution").due_at)
    with at(370):
        client = browser(inspector, "en")
        form = {"key": "1", "version": fined.version, **RELIEF}
        answer = client.post(f"/cases/{fined.pk}/relieve/", {**form, "until": f"{last + timedelta(days=1)}"})
        with translation.override("en"):
            assert (answer.status_code, date_format(last) in answer.content.decode()) == (422, True)
        assert client.post(f"/cases/{fined.pk}/relieve/", {**form, "key": "2", "until": f"{last}"}).status_code == 302


def test_payments_beyond_what_is_stored_are_refused(fined, inspector):
    send = lambda reference: browser(inspector).post(  # noqa: E731
        f"/api/v1/case/{fined.pk}/acts/pay", {"amount_tenge": 2**31 - 1, "reference": reference}, "application/json"
    )
    assert [send("a").status_code, send("b").status_code] == [200, 422]
    assert Case.objects.get(pk=fined.pk).paid_tenge == 2**31 - 1


@pytest.mark.parametrize("noticed", [True, False])
def test_money_after_a_limitation_that_nobody_noticed_from_the_force_on_goes_back(fined, inspector, noticed):
    """Handed over in time; the background did nothing for years, or entered the force: the money is owed no more."""
    with at(600):
        if noticed:
            expired(fined)
        seen = inspector.saying(seen=Case.objects.get(pk=fined.pk).version)
        cases.pay(seen, fined, amount_tenge=FINE, reference="1")
        fined.refresh_from_db()
        assert fined.state == "expired"
        assert account(fined).to_return == FINE

"""An appeal that comes when the limitation of execution is over: the decision stands, and nothing is owed after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.cases import actions as cases, listeners
from tartip.cases.access import holder_of
from tartip.cases.errors import BadPayment
from tartip.cases.money import account
from tartip.cases.tests.made import ALMATY, browser, stranger
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.personas import Persona, make
from tartip.core.time import clock, now

TEXT = "Музыка играла до 22:30."


def at(days):
    return clock(now() + timedelta(days=days))


def keep(case, *, late=()):
    """The background process; the reactions named in `late` wait longer in the queue of jobs."""
    breach_due()
    for entry in Entry.objects.filter(act="clock.lapse", subject=case.pk):
        listeners.enter_into_force_after_the_term(entry.pk)
    if "clock.breach" not in late:
        for entry in Entry.objects.filter(act="clock.breach", subject=case.pk):
            listeners.end_after_the_limitation_of_execution(entry.pk)
    case.refresh_from_db()


@pytest.mark.parametrize("handed_on", [False, True])
@pytest.mark.parametrize("noticed", [False, True], ids=["not noticed yet", "noticed, the job is late"])
@pytest.mark.parametrize("result", ["left", "changed"])
def test_a_decision_restored_after_its_limitation_of_execution_is_not_owed_for_ever(
    fined, persona, inspector, noticed, result, handed_on
):
    prosecutor = persona("prosecutor")
    with at(25):
        keep(fined)
    assert fined.state == "in_force"
    end = Clock.objects.get(subject=fined.pk, rule="koap-890-execution").due_at
    if handed_on:
        with at(80):
            cases.enforce(inspector, fined)
    with at(400):
        if noticed:
            keep(fined, late=["clock.breach"])
        appeal = appeals.pass_on(inspector, appeals.file_appeal(holder_of(fined), fined, text=TEXT))
        appeals.restore_term(prosecutor, appeal, reason="Болел.")
        keep(fined)  # the reaction to the breach meets a case under appeal
        assert fined.state == "under_appeal"
    with at(410):
        amount = {"amount_tenge": 16_000} if result == "changed" else {}
        appeals.decide(prosecutor, appeal, result=result, reasons="Так.", **amount)
        fined.refresh_from_db()
        assert (fined.state, account(fined).remaining, fined.closed_at) == ("expired", 0, end)
        keep(fined)
        assert fined.state == "expired"
        assert not Clock.objects.filter(subject=fined.pk).exclude(state="stopped").exists()
        assert audit().clean


def test_a_limitation_of_execution_that_waited_for_the_appeal_runs_on(fined, persona, inspector):
    prosecutor = persona("prosecutor")
    with at(25):
        keep(fined)
    with at(300):
        appeal = appeals.pass_on(inspector, appeals.file_appeal(holder_of(fined), fined, text=TEXT))
        appeals.restore_term(prosecutor, appeal, reason="Болел.")
    with at(400):
        keep(fined)
        appeals.decide(prosecutor, appeal, result="left", reasons="Так.")
        keep(fined)
        assert fined.state == "in_force"


@pytest.mark.parametrize("noticed", [False, True], ids=["not noticed yet", "noticed, the job is late"])
@pytest.mark.parametrize("by", ["the person", "the prosecutor"])
def test_an_appeal_taken_back_after_the_limitation_of_execution_leaves_nothing_owed(
    fined, persona, inspector, noticed, by
):
    """The reaction to the missed term met a case under appeal, and nobody reacts to that entry again."""
    prosecutor = persona("prosecutor")
    who = holder_of(fined) if by == "the person" else prosecutor
    with at(25):
        background(fined)
    end = Clock.objects.get(subject=fined.pk, rule="koap-890-execution").due_at
    with at(400):
        if noticed:
            breach_due()
        appeal = appeals.pass_on(inspector, appeals.file_appeal(who, fined, text=TEXT))
        appeals.restore_term(make(Persona("other-prosecutor", "Қайрат", "prosecutor", ALMATY)), appeal, reason="Болел.")
        assert background(fined).state == "under_appeal"
    with at(410):
        appeals.withdraw(who, Appeal.objects.get(pk=appeal.pk))
        fined.refresh_from_db()
        assert (fined.state, account(fined).remaining, fined.closed_at) == ("expired", 0, end)
        assert not Clock.objects.filter(subject=fined.pk).exclude(state="stopped").exists()
    with at(900):
        background(fined)
        cases.pay(inspector, fined, amount_tenge=21_625, reference="x")
        fined.refresh_from_db()
        assert (fined.state, account(fined).to_return) == ("expired", 21_625)
        assert audit().clean


def answered(appeal, persona, how):
    """What ends the appeal; the person takes it back, or the higher body decides it."""
    if how == "withdrawn":
        appeals.withdraw(holder_of(appeal.case), appeal)
    else:
        facts = {"amount_tenge": 16_000} if how == "changed" else {}
        appeals.decide(persona("supervisor"), appeal, result=how, reasons="Так.", **facts)


@pytest.fixture
def over(fined, persona, inspector, request):
    """In force since day 21; a late appeal of day 405, after the limitation of execution, had its term restored."""
    with at(25):
        background(fined)
    with at(405):
        if request.param:
            background(fined)
        appeal = appeals.pass_on(inspector, appeals.file_appeal(holder_of(fined), fined, text=TEXT))
        appeals.restore_term(persona("prosecutor"), appeal, reason="Болел.")
        fined.refresh_from_db()
        assert fined.state == "under_appeal"
    return appeal


noticed = pytest.mark.parametrize("over", [False, True], ids=["not noticed yet", "noticed"], indirect=True)


@noticed
@pytest.mark.parametrize("how", ["left", "changed", "withdrawn"])
@pytest.mark.parametrize("amount", [21_625, 10_000])
def test_money_that_comes_after_the_limitation_of_execution_and_during_an_appeal_goes_back(
    fined, persona, inspector, over, how, amount
):
    with at(405):
        body = {"amount_tenge": amount, "reference": "1"}
        paid = browser(inspector).post(f"/api/v1/case/{fined.pk}/acts/pay", body, "application/json").json()["record"]
        assert (paid["state"], paid["remaining_tenge"], paid["to_return_tenge"]) == ("under_appeal", 0, amount)
        page = stranger("en").get(f"/r/{fined.receipt}/").content.decode()
        assert "The decision is not carried out any more" in page
        assert "the penalty waits until then" not in page
        answered(over, persona, how)
        case = background(fined)
        assert (case.state, account(case).remaining, account(case).to_return) == ("expired", 0, amount)
        assert not Clock.objects.filter(subject=case.pk, rule="koap-61-punished").exists()
    with at(406):
        cases.return_money(inspector, case, amount_tenge=amount, reference="back")
    assert audit().clean


@noticed
def test_what_was_paid_before_the_limitation_of_execution_and_is_recorded_during_an_appeal_stays(
    fined, persona, inspector, over
):
    with at(300):
        then = now()
    with at(405):
        cases.pay(inspector, fined, amount_tenge=21_625, paid_at=then, reference="1")
        answered(over, persona, "left")
        case = background(fined)
        assert (case.state, case.executed_at, account(case).to_return) == ("paid", then, 0)
        assert not Clock.objects.filter(subject=fined.pk, breached_by__isnull=False, rule="koap-890-execution").exists()
        assert audit().clean


@pytest.mark.parametrize("handed_on", [False, True], ids=["in force", "enforcement"])
def test_the_receipt_says_at_once_that_nothing_is_owed_after_the_limitation_of_execution(fined, inspector, handed_on):
    with at(25):
        background(fined)
    if handed_on:
        with at(80):
            cases.enforce(inspector, fined)
    with at(405):
        page = stranger("en").get(f"/r/{fined.receipt}/").content.decode()
        assert "The limitation of execution is over. Nothing is needed from you." in page
        assert "The decision is not carried out any more, nothing is owed" in page
        assert "by enforcement" not in page
        shown = browser(inspector).get(f"/api/v1/cases/{fined.pk}").json()
        assert (shown["remaining_tenge"], "case.enforce" in shown["acts"]) == (0, False)


@noticed
def test_what_went_back_lawfully_before_a_cancellation_is_entered_with_its_own_day(fined, persona, inspector, over):
    """The fine came after the limitation of execution: all of it was too much on that day already."""
    with at(406):
        cases.pay(inspector, fined, amount_tenge=21_625, reference="1")
        gone_back = now() + timedelta(days=1)
    with at(410):
        appeals.decide(persona("supervisor"), Appeal.objects.get(pk=over.pk), result="cancelled", reasons="Так.")
        fined.refresh_from_db()
        assert (fined.state, account(fined).to_return) == ("cancelled", 21_625)
    with at(411):
        with pytest.raises(BadPayment):
            cases.return_money(inspector, fined, amount_tenge=1, reference="2", returned_at=now() - timedelta(days=6))
        cases.return_money(inspector, fined, amount_tenge=21_625, reference="2", returned_at=gone_back)
        assert account(fined).to_return == 0


def test_what_was_owed_until_a_cancellation_went_back_on_no_day_before_it(fined, persona, inspector):
    with at(406):
        cases.pay(inspector, fined, amount_tenge=21_625, paid_at=now() - timedelta(days=380), reference="1")
        appeal = appeals.pass_on(inspector, appeals.file_appeal(holder_of(fined), fined, text=TEXT))
        appeals.restore_term(persona("prosecutor"), appeal, reason="Болел.")
    with at(410):
        appeals.decide(persona("supervisor"), Appeal.objects.get(pk=appeal.pk), result="cancelled", reasons="Так.")
        fined.refresh_from_db()
    with at(411):
        with pytest.raises(BadPayment):
            cases.return_money(inspector, fined, amount_tenge=1, reference="2", returned_at=now() - timedelta(days=4))
        cases.return_money(inspector, fined, amount_tenge=21_625, reference="2", returned_at=now())

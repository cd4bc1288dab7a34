"""The end of a case: reached from every state, by money, by execution or by time, and never half."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.formats import date_format

from tartip.cases import actions as cases
from tartip.cases import listeners
from tartip.cases.access import access_payable
from tartip.cases.actions import force
from tartip.cases.models import Case
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import ALMATY, browser, decided, opened, stranger
from tartip.core.acts import Actor, system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.time import clock, now

FINE, HALF = 21_625, 10_812


def at(days):
    return clock(now() + timedelta(days=days))


def owed(case):
    case.refresh_from_db()
    found = account(case)
    return case.state, found.remaining, found.to_return


def in_force(case):
    breach_due()
    for entry in Entry.objects.filter(act="clock.lapse", subject=case.pk):
        listeners.enter_into_force_after_the_term(entry.pk)
    case.refresh_from_db()
    return case


def receipt(case):
    return stranger("en").get(f"/r/{case.receipt}/").content.decode().replace("\u00a0", " ")


@pytest.fixture
def undelivered(persona):
    return decided(persona("operator"), persona("inspector"))


# --- money before the hand-over


@pytest.mark.parametrize("amount", [HALF, FINE])
def test_money_that_comes_before_the_hand_over_is_counted_and_ends_the_case_with_it(undelivered, inspector, amount):
    answer = browser(inspector).post(
        f"/api/v1/cases/{undelivered.pk}/pay", {"amount_tenge": amount, "reference": "1"}, "application/json"
    )
    assert (answer.status_code, answer.json()["paid_tenge"]) == (200, amount)
    assert owed(undelivered) == ("decided", 0, 0)
    cases.hand_over(inspector, undelivered)
    assert owed(undelivered) == ("paid", 0, 0)
    assert "The fine is paid" in receipt(undelivered)


def test_a_bank_posts_a_payment_before_the_hand_over(undelivered):
    gateway = Actor(name="bank", role="gateway", territory=ALMATY)
    assert access_payable(gateway, undelivered.pk) == undelivered


def test_a_part_paid_before_the_hand_over_counts_towards_the_discount(undelivered, inspector):
    cases.pay(inspector, undelivered, amount_tenge=10_000, reference="1")
    cases.hand_over(inspector, undelivered)
    assert owed(undelivered) == ("handed_over", FINE - 10_000, 0)
    assert "Pay 812 ₸ and the case is closed" in receipt(undelivered)
    cases.pay(inspector, undelivered, amount_tenge=812, reference="2")
    assert owed(undelivered) == ("paid", 0, 0)


def test_a_hand_over_recorded_late_begins_the_discount_on_its_own_day(undelivered, inspector):
    handed = now() + timedelta(hours=1)
    with at(30):
        cases.pay(inspector, undelivered, amount_tenge=HALF, reference="1")
        cases.hand_over(inspector, undelivered, at=handed)
        assert owed(undelivered) == ("in_force", FINE - HALF, 0)
        assert "Pay 0" not in receipt(undelivered)


# --- the hand-over


def test_the_copy_is_handed_over_within_a_term_of_its_own_and_the_breach_is_seen(undelivered, inspector):
    term = Clock.objects.get(subject=undelivered.pk, rule="koap-823-hand-over")
    assert (term.state, term.started_at) == ("running", undelivered.decided_at)
    with at(10):
        breach_due()
        assert Entry.objects.filter(subject=undelivered.pk, act="clock.breach").count() == 1
        assert "Hand over the copy of a decision" in receipt(undelivered)
        assert "overdue" in browser(inspector, "en").get(f"/cases/{undelivered.pk}/").content.decode()
        cases.hand_over(inspector, undelivered)
        term.refresh_from_db()
        assert term.state == "stopped"


# --- entry into force


def warned(persona):
    inspector, case = persona("inspector"), opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-594-1", facts="…")
    cases.decide(inspector, case, kind="warning")
    return cases.hand_over(inspector, case)


def test_an_entry_into_force_that_breaks_off_leaves_nothing_and_is_done_by_the_next_run(persona, monkeypatch):
    case = warned(persona)

    def killed(*args):
        raise RuntimeError("killed")

    with at(25):
        breach_due()
        entry = Entry.objects.get(act="clock.lapse", subject=case.pk)
        with monkeypatch.context() as broken:
            broken.setattr(force, "finish_if_done", killed)
            with pytest.raises(RuntimeError):
                listeners.enter_into_force_after_the_term(entry.pk)
        case.refresh_from_db()
        assert (case.state, case.in_force_at) == ("handed_over", None)
        listeners.enter_into_force_after_the_term(entry.pk)
        assert owed(case) == ("executed", 0, 0)


def test_a_warning_that_was_left_in_force_half_way_ends_when_the_job_runs_again(persona):
    case = warned(persona)
    with at(25):
        breach_due()
        entry = Entry.objects.get(act="clock.lapse", subject=case.pk)
        force._enter_into_force(system("cases"), case, at=now())
        listeners.enter_into_force_after_the_term(entry.pk)
        assert owed(case) == ("executed", 0, 0)


# --- a penalty that is carried out


@pytest.fixture
def compound(persona):
    """A fine and the confiscation of the thing, by the court, handed over."""
    case, inspector, judge = opened(persona("operator")), persona("inspector"), persona("judge")
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1, item="салют")
    return cases.hand_over(judge, case)


def test_a_compound_penalty_ends_from_enforcement_too(compound, persona, inspector):
    judge = persona("judge")
    with at(30):
        in_force(compound)
    with at(80):
        cases.enforce(inspector, compound)
        cases.pay(inspector, compound, amount_tenge=compound.amount_tenge, reference="bailiff")
        assert owed(compound) == ("enforcement", 0, 0)
        cases.send(judge, compound)
        form = {"key": "e", "version": Case.objects.get(pk=compound.pk).version}
        assert browser(judge).post(f"/cases/{compound.pk}/execute/", form).status_code == 302
        assert owed(compound) == ("paid", 0, 0)


def test_nothing_but_an_arrest_is_carried_out_before_the_decision_is_in_force(compound, persona):
    judge = persona("judge")
    assert browser(judge).post(f"/api/v1/cases/{compound.pk}/execute", {}, "application/json").status_code == 403
    assert f"/cases/{compound.pk}/execute/" not in browser(judge).get(f"/cases/{compound.pk}/").content.decode()
    with at(30):
        in_force(compound)
        assert browser(judge).post(f"/api/v1/cases/{compound.pk}/execute", {}, "application/json").status_code == 200


def test_an_arrest_is_carried_out_at_once(persona, inspector):
    case, judge = opened(persona("operator")), persona("judge")
    cases.draw_protocol(inspector, case, article="koap-461-1", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1)
    cases.hand_over(judge, case)

    def told():
        return stranger("en").get(f"/r/{case.receipt}/").content.decode()

    assert "The arrest may be carried out at once. You can appeal." in told()
    cases.execute(judge, case)
    assert case.state == "handed_over"
    assert "The penalty was carried out. You can appeal; after that the decision is in force." in told()
    with at(30):
        in_force(case)
        assert case.state == "executed"


# --- the limitation of execution


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
        answer = client.post(f"/api/v1/cases/{split.pk}/{act}", body, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")
        page = client.get(f"/cases/{split.pk}/").content.decode()
        if act == "execute":  # only with the day it was done on, which lies before the end
            assert re.search(r'name="executed_on" max="[0-9-]+"\s+value="" required', page)
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
            f"/api/v1/cases/{split.pk}/execute", {"at": done_at.isoformat()}, "application/json"
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
        f"/api/v1/cases/{fined.pk}/pay", {"amount_tenge": 2**31 - 1, "reference": reference}, "application/json"
    )
    assert [send("a").status_code, send("b").status_code] == [200, 422]
    assert Case.objects.get(pk=fined.pk).paid_tenge == 2**31 - 1


# --- later, or in parts


def test_the_payment_is_postponed_or_split_once_in_a_case(fined, inspector):
    with at(25):
        in_force(fined)
        day = local_day(fined, now())
        cases.relieve(inspector, fined, relief="postponed", until=day + timedelta(days=20), reason="Болезнь.")
        assert "Ask to pay later" not in receipt(fined)
        answer = stranger().post(f"/r/{fined.receipt}/relief/", {"text": "Ещё.", "key": "k"})
        assert answer.status_code == 409
        assert "это уже разрешали" in answer.content.decode()
    with at(44):
        again = {"relief": "instalments", "until": f"{day + timedelta(days=40)}", "reason": "Болезнь."}
        api = browser(inspector)
        assert api.post(f"/api/v1/cases/{fined.pk}/relieve", again, "application/json").status_code == 403
    with at(46):
        assert cases.enforce(inspector, fined).state == "enforcement"


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

"""The end of a case: reached from every state, by money, by execution or by time, and never half."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.cases import actions as cases, listeners
from tartip.cases.access import access_payable
from tartip.cases.actions import force
from tartip.cases.models import Case
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import ALMATY, browser, decided, opened, stranger
from tartip.core.acts import Actor, system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
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
        f"/api/v1/case/{undelivered.pk}/acts/pay", {"amount_tenge": amount, "reference": "1"}, "application/json"
    )
    assert (answer.status_code, answer.json()["record"]["paid_tenge"]) == (200, amount)
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
    assert browser(judge).post(f"/api/v1/case/{compound.pk}/acts/execute", {}, "application/json").status_code == 403
    assert f"/cases/{compound.pk}/execute/" not in browser(judge).get(f"/cases/{compound.pk}/").content.decode()
    with at(30):
        in_force(compound)
        assert (
            browser(judge).post(f"/api/v1/case/{compound.pk}/acts/execute", {}, "application/json").status_code == 200
        )


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
        assert api.post(f"/api/v1/case/{fined.pk}/acts/relieve", again, "application/json").status_code == 403
    with at(46):
        assert cases.enforce(inspector, fined).state == "enforcement"

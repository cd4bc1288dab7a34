"""Every act of a case in every state of it: done, or refused in words; never an undeclared move, never half done."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide
from tartip.appeals.tests.test_states import at, case_in, filed, put_in_force
from tartip.cases import actions as cases
from tartip.cases.models import Case, Payment
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import handed_over, opened
from tartip.core.acts import system
from tartip.core.acts.errors import Undeclared
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.time import clock, now
from tartip.errors import TartipError

__all__ = ["case_in"]

TEXT = "Музыка играла до 22:30, есть видео."
STATES = sorted(Case.states())


@pytest.fixture
def in_state(case_in, persona):
    """A case in any state of the lifecycle, and the moment it got there."""
    inspector, prosecutor = persona("inspector"), persona("prosecutor")

    def make(state):
        if state in ("decided", "handed_over", "paid", "in_force", "enforcement", "executed"):
            case, days = case_in(state)
            return case, now() + timedelta(days=days)
        if state in ("under_appeal", "cancelled"):
            case = handed_over(persona("operator"), inspector)
            appeal = filed(case)
            if state == "cancelled":
                decide(prosecutor, appeal, result="cancelled", reasons="…")
        else:
            case = opened(persona("operator"))
            if state != "opened":
                cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
            if state == "in_court":
                cases.send_to_court(inspector, case)
            if state == "closed":
                cases.close_case(inspector, case, reason="…")
        case.refresh_from_db()
        return case, now()

    return make


ACTS = {
    "protocol": lambda actor, case: cases.draw_protocol(actor, case, article="koap-437-1", facts="…"),
    "send_to_court": lambda actor, case: cases.send_to_court(actor, case),
    "decide": lambda actor, case: cases.decide(actor, case, kind="fine"),
    "close": lambda actor, case: cases.close_case(actor, case, reason="…"),
    "hand_over": lambda actor, case: cases.hand_over(actor, case),
    "pay a part": lambda actor, case: cases.pay(actor, case, amount_tenge=1),
    "pay all": lambda actor, case: cases.pay(actor, case, amount_tenge=21_625),
    "return": lambda actor, case: cases.return_money(actor, case, amount_tenge=1, reference="x"),
    "send": lambda actor, case: cases.send(actor, case),
    "execute": lambda actor, case: cases.execute(actor, case),
    "relieve": lambda actor, case: cases.relieve(
        actor, case, relief="instalments", until=local_day(case, now()) + timedelta(days=9), reason="…"
    ),
    "enforce": lambda actor, case: cases.enforce(actor, case),
    "force": lambda actor, case: cases.enter_into_force(system("cases"), case, at=now()),
    "suspend": lambda actor, case: cases.suspend(system("appeals"), case),
    "restore": lambda actor, case: cases.restore(system("appeals"), case),
    "lessen": lambda actor, case: cases.restore(system("appeals"), case, amount_tenge=16_000),
    "cancel": lambda actor, case: cases.cancel(system("appeals"), case),
    "appeal": lambda actor, case: filed(case),
}


@pytest.mark.parametrize("who", ["inspector", "judge"])
@pytest.mark.parametrize("state", STATES)
def test_every_act_in_every_state_is_done_or_refused_in_words(in_state, persona, state, who):
    case, moment = in_state(state)
    actor = persona(who)
    for name, do in ACTS.items():
        with clock(moment + timedelta(seconds=1)), transaction.atomic():
            before = Case.objects.get(pk=case.pk)
            refused = tried(do, actor, case)
            after = Case.objects.get(pk=case.pk)
            if refused is not None:
                assert refused.http_status in (403, 409, 422), (name, refused)
                assert (after.version, after.state) == (before.version, before.state), name
            else:
                # A late appeal is taken and leaves the case alone.
                late = Appeal.objects.filter(case=case, state="filed", late=True).exists()
                assert after.version > before.version or late, name
                assert account(after).remaining == 0 or after.state not in ("paid", "executed", "cancelled"), name
            transaction.set_rollback(True)


def tried(do, actor, case):
    """The refusal, or None where the act was done. An undeclared move is our own fault, not a refusal."""
    try:
        do(actor, Case.objects.get(pk=case.pk))
    except Undeclared:
        raise
    except TartipError as refused:
        return refused
    return None


def test_a_fine_with_confiscation_ends_only_when_both_are_done(persona):
    judge = persona("judge")
    case = opened(persona("operator"))
    cases.draw_protocol(persona("inspector"), case, article="koap-436-2", facts="…")
    cases.send_to_court(persona("inspector"), case)
    cases.decide(judge, case, option=1, item="петарды")
    cases.hand_over(judge, case)
    cases.pay(judge, case, amount_tenge=43_250, reference="1")  # half of 86 500, within the term
    assert (case.state, account(case).remaining) == ("handed_over", 0)
    cases.enter_into_force(system("cases"), case, at=now())
    assert case.state == "in_force"
    cases.execute(judge, case)
    assert case.state == "paid"


def test_an_older_row_under_appeal_goes_back_to_what_it_was(fined, inspector, persona):
    """Filed before the state was kept: the rows hold nothing of it."""
    cases.pay(inspector, fined, amount_tenge=10_812, reference="1")
    appeal = filed(fined)
    from django.db import connection

    with connection.cursor() as cursor:
        for column in ("state_before_appeal", "discount_used", "sanctions", "decided_by_role"):
            cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"case.suspend:{fined.pk}",))
            cursor.execute(f"UPDATE cases_case SET {column} = NULL WHERE id = %s", (fined.pk,))
    decide(persona("prosecutor"), Appeal.objects.get(pk=appeal.pk), result="left", reasons="Так.")
    fined.refresh_from_db()
    assert (fined.state, account(fined).remaining, account(fined).to_return) == ("paid", 0, 0)


def at_once(*jobs):
    """Run all of them at one moment, each on its own connection; what they raised or gave."""
    results: list[object] = []
    barrier = threading.Barrier(len(jobs))

    def run(job):
        from django.db import connection

        try:
            barrier.wait()
            results.append(job())
        except TartipError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_reference_posted_four_times_at_once_is_one_payment(committed, fined, inspector, supervisor):
    pay = lambda actor: cases.pay(actor, Case.objects.get(pk=fined.pk), amount_tenge=10_812, reference="one")  # noqa: E731
    results = at_once(*(lambda who=who: pay(who) for who in (inspector, supervisor, inspector, supervisor)))
    assert [type(found) for found in results] == [Case] * 4
    assert Payment.objects.count() == 1
    fined.refresh_from_db()
    assert (fined.state, fined.paid_tenge) == ("paid", 10_812)
    assert audit().findings == []


def test_one_reference_for_two_cases_at_once_is_taken_for_one_of_them(committed, fined, inspector, persona):
    other = handed_over(persona("operator"), persona("supervisor"))
    results = at_once(
        *(
            lambda pk=pk: cases.pay(inspector, Case.objects.get(pk=pk), amount_tenge=10_812, reference="one")
            for pk in (fined.pk, other.pk)
        )
    )
    assert sorted(type(found).__name__ for found in results) == ["AlreadyPosted", "Case"]
    assert Payment.objects.count() == 1


def test_a_bank_whose_clock_is_a_minute_ahead_pays_now(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=10_812, paid_at=now() + timedelta(seconds=90), reference="1")
    assert Payment.objects.get().paid_at <= now()


def test_a_decision_on_an_appeal_and_a_payment_at_once_lose_neither(committed, fined, inspector, persona):
    appeal, prosecutor = filed(fined), persona("prosecutor")
    at_once(
        lambda: cases.pay(inspector, Case.objects.get(pk=fined.pk), amount_tenge=10_812, reference="1"),
        lambda: decide(prosecutor, Appeal.objects.get(pk=appeal.pk), result="cancelled", reasons="Так."),
    )
    fined.refresh_from_db()
    assert (fined.state, account(fined).to_return) == ("cancelled", 10_812)
    assert not Clock.objects.filter(subject=fined.pk).exclude(state="stopped").exists()
    assert audit().findings == []


def test_a_long_life_leaves_a_clean_audit(committed, fined, inspector, persona):
    """Late appeal, restored term, a smaller fine, the court, payment in parts, a surplus that goes back."""
    prosecutor, judge, supervisor = persona("prosecutor"), persona("judge"), persona("supervisor")
    with at(25):
        put_in_force(fined)
        first = filed(fined)
        appeals.restore_term(prosecutor, first, reason="Болел.")
        decide(prosecutor, first, result="changed", reasons="Так.", amount_tenge=20_000)
        appeals.hand_over(supervisor, first)
        second = filed(fined)
        appeals.pass_on(supervisor, second)
        decide(judge, second, result="changed", reasons="Так.", amount_tenge=16_000)
        fined.refresh_from_db()
        for reference, amount in (("1", 9_000), ("2", 9_000)):
            cases.pay(inspector, fined, amount_tenge=amount, reference=reference)
        cases.return_money(inspector, fined, amount_tenge=2_000, reference="back")
    assert (fined.state, account(fined).to_return, account(fined).remaining) == ("paid", 0, 0)
    assert audit().findings == []

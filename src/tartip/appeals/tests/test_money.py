"""Money and terms across an appeal: the account after it is what the person was told before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.errors import TermRuns
from tartip.cases.listeners import enter_into_force_after_the_term
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import decided
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


def appealed(case):
    appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30, есть видео.")
    case.refresh_from_db()
    return appeal


def leave(persona, appeal):
    return decide(persona("prosecutor"), appeal, result="left", reasons="Обоснованно.")


def test_the_term_to_hand_the_copy_over_waits_while_the_decision_is_appealed(persona, inspector):
    case = decided(persona("operator"), inspector)
    appeal, terms = appealed(case), Clock.objects.filter(subject=case.pk, rule="koap-823-hand-over")
    assert terms.get().state == "paused"
    leave(persona, appeal)
    assert terms.get().state == "running"


@pytest.mark.parametrize("amount", [HALF, FINE])
def test_paid_during_an_appeal_before_the_hand_over_the_case_ends_with_the_hand_over(persona, inspector, amount):
    case = decided(persona("operator"), inspector)
    appeal = appealed(case)
    cases.pay(inspector, case, amount_tenge=amount, reference="1")
    leave(persona, appeal)
    assert owed(case) == ("decided", 0, 0)
    cases.hand_over(inspector, case)
    assert owed(case) == ("paid", 0, 0)


def test_half_paid_before_the_hand_over_is_half_of_the_fine_reduced_on_appeal_too(persona, inspector):
    case = decided(persona("operator"), inspector)
    appeal = appealed(case)
    cases.pay(inspector, case, amount_tenge=HALF, reference="1")
    decide(persona("prosecutor"), appeal, result="changed", reasons="Меньше.", amount_tenge=16_000)
    assert owed(case) == ("decided", 0, HALF - 8_000)
    cases.hand_over(inspector, case)
    assert owed(case) == ("paid", 0, HALF - 8_000)


def test_an_appeal_brings_no_term_back_that_was_over_before_it(fined, inspector):
    """Also where the background process has not written the lapse yet."""
    over = Clock.objects.get(subject=fined.pk, rule="koap-811-discount").due_at
    with clock(over + timedelta(hours=1)):
        appealed(fined)
        assert fined.state == "under_appeal"
        cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
        assert owed(fined) == ("under_appeal", FINE - HALF, 0)
        assert breach_due()
        assert Clock.objects.get(subject=fined.pk, rule="koap-811-discount").state == "stopped"


# --- a postponement


@pytest.fixture
def postponed(fined, inspector):
    """Postponed on day 25 by 20 days."""
    with at(25):
        breach_due()
        for entry in Entry.objects.filter(act="clock.lapse", subject=fined.pk):
            enter_into_force_after_the_term(entry.pk)
        fined.refresh_from_db()
        until = local_day(fined, now()) + timedelta(days=20)
        return cases.relieve(inspector, fined, relief="postponed", until=until, reason="Болезнь.")


def test_a_postponement_waits_during_an_appeal_and_keeps_the_days_it_had(postponed, persona, inspector):
    with at(30):
        appeal = appealed(postponed)
        appeals.restore_term(persona("prosecutor"), appeal, reason="Больница.")
        assert Clock.objects.get(subject=postponed.pk, rule="koap-888-postpone").state == "paused"
    with at(60):
        leave(persona, appeal)
        assert Clock.objects.get(subject=postponed.pk, rule="koap-888-postpone").state == "running"
        postponed.refresh_from_db()
        assert postponed.pay_until == local_day(postponed, now()) + timedelta(days=15)
    with at(74), pytest.raises(TermRuns):
        cases.enforce(inspector, postponed)
    with at(77):
        cases.enforce(inspector, postponed)


def test_a_postponement_that_was_over_before_the_appeal_stays_over(postponed, persona, inspector):
    with at(46):
        until, appeal = postponed.pay_until, appealed(postponed)
        appeals.restore_term(persona("prosecutor"), appeal, reason="Больница.")
    with at(50):
        leave(persona, appeal)
        postponed.refresh_from_db()
        assert postponed.pay_until == until
        cases.enforce(inspector, postponed)

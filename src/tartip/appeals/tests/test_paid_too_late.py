"""Copy, result and payment are entered on one day, in any order: what was paid after all was over goes back.

Decided on Monday, 7 September 2026, attacked before the copy and left. Both hand-overs are long past when they are
entered; the limitation of execution, a year from the force, ends in October 2027: the 390th day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.appeals.tests.test_force import TEXT
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.cases.repetition import _punished_until
from tartip.cases.tests.made import decided, stranger
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.time import clock

START = datetime(2026, 9, 7, 5, tzinfo=UTC)
FINE = 21_625
ORDERS = ["".join(order) for order in permutations("HRP")]


def after(days):
    return START + timedelta(days=days)


@pytest.fixture
def entered(persona):
    """The case two days after everything was entered."""

    def enter(order, paid, *, jobs):
        inspector = persona("inspector")
        with clock(START):
            case = decided(persona("operator"), inspector)
            appeal = appeals.file_appeal(holder_of(case), case, text=TEXT)
            decide(persona("supervisor"), appeal, result="left", reasons="Так.")
        acts = {
            "H": lambda: cases.hand_over(inspector, Case.objects.get(pk=case.pk), at=after(2)),
            "R": lambda: appeals.hand_over(inspector, Appeal.objects.get(pk=appeal.pk), at=after(12)),
            "P": lambda: cases.pay(
                inspector, Case.objects.get(pk=case.pk), amount_tenge=FINE, paid_at=after(paid), reference="1"
            ),
        }
        for minute, letter in enumerate(order):
            with clock(after(421) + timedelta(minutes=minute)):
                if jobs:
                    background(case)
                acts[letter]()
        return Case.objects.get(pk=case.pk)

    return enter


@pytest.mark.parametrize("jobs", [True, False], ids=["jobs", "no jobs"])
@pytest.mark.parametrize("order", ORDERS)
def test_what_was_paid_after_the_limitation_of_execution_goes_back_in_whatever_order(entered, inspector, order, jobs):
    case = entered(order, 420, jobs=jobs)
    with clock(after(422)):
        case = background(case)
        end = Clock.objects.filter(subject=case.pk, rule="koap-890-execution").get().due_at
        assert (case.state, account(case).to_return, case.executed_at, case.closed_at) == ("expired", FINE, None, end)
        assert end < after(395)
        assert _punished_until(case, after(422)) < after(395 + 366)
        assert not Clock.objects.filter(subject=case.pk).exclude(state="stopped").exists()
        missed = Clock.objects.filter(subject=case.pk, breached_by__isnull=False)
        assert set(missed.values_list("rule", flat=True)) == {"koap-890-execution"}
        page = stranger().get(f"/r/{case.receipt}/").content.decode().replace("\u00a0", " ")
        assert "21 625 ₸ подлежат возврату" in page
        cases.return_money(inspector, case, amount_tenge=FINE, reference="back")
    assert audit().findings == []


@pytest.mark.parametrize("paid", [10, 40, 300])
@pytest.mark.parametrize("order", ORDERS)
def test_what_was_paid_before_that_stays_paid_in_whatever_order(entered, order, paid):
    case = entered(order, paid, jobs=True)
    with clock(after(422)):
        case = background(case)
        assert (case.state, account(case).to_return, case.executed_at) == ("paid", 0, after(paid))
        assert not Clock.objects.filter(subject=case.pk, breached_by__isnull=False, rule__startswith="koap-89").exists()
    assert audit().findings == []

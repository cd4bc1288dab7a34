"""The person is told of the half as long as it closes the case, in whatever state the case is; and of no other."""

from __future__ import annotations

import pytest
from django.utils import translation

from tartip.appeals import actions as appeals
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.appeals.tests.test_force import TEXT, delivered, left_by_higher_body, march, on, undelivered
from tartip.appeals.tests.test_withdraw import filed, withdrawn
from tartip.cases import actions as cases, queries
from tartip.cases.access import holder_of
from tartip.cases.errors import TermRuns
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.cases.tests.made import browser, stranger
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.web.numbers import tenge

__all__ = ["delivered", "undelivered"]

WHOLE, HALF = 21_625, 10_812


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def receipt(case):
    return stranger("en").get(f"/r/{case.receipt}/").content.decode()


def says_half(case, until):
    """That the receipt's first line, its list and the desk name the half and its last day, and the half is enough."""
    told = queries.receipt_of(case)
    assert (told["decision"]["reduced_tenge"], told["next"]["until"].isoformat()) == (HALF, until)
    assert f"Pay {tenge(HALF)} and the case is closed." in receipt(case)
    return True


def test_the_court_put_it_into_force_while_the_discount_runs(delivered, persona, inspector):
    """Suspended from the 3rd to the 13th: the six working days that were left end with the 26th, after Nauryz."""
    own = left_by_higher_body(delivered, persona, 3)
    with on(3):
        appeals.hand_over(inspector, own)
    to_court = filed(Case.objects.get(pk=delivered.pk), 3)
    with on(13):
        decide(persona("judge"), to_court, result="left", reasons="Так.")
        case = background(delivered)
        assert case.state == "in_force"
        assert says_half(case, "2026-03-26")
        desk = browser(inspector, "en").get(f"/cases/{case.pk}/").content.decode()
        assert tenge(HALF) in desk
    with on(26):
        cases.pay(inspector, case, amount_tenge=HALF, reference="1")
    assert (Case.objects.get().state, account(Case.objects.get()).remaining) == ("paid", 0)


def test_a_withdrawal_past_the_term_leaves_the_half(delivered):
    case = withdrawn(filed(delivered, 3), 27)
    with on(28):
        case = background(case)
        assert case.state == "in_force"
        assert says_half(case, "2026-04-06")
    with on(50):
        told = queries.receipt_of(Case.objects.get())
        assert (told["decision"]["reduced_tenge"], tenge(WHOLE) in told["next"]["text"]) == (None, True)


def test_no_half_of_one_tenge(delivered, persona, monkeypatch):
    """Older rows may hold such a fine: the law's bounds of an appeal came later."""
    monkeypatch.setattr(cases.appeals, "least_of", lambda case: {})
    with on(3):
        appeal = appeals.file_appeal(holder_of(delivered), delivered, text=TEXT)
        decide(persona("prosecutor"), appeal, result="changed", reasons="Так.", amount_tenge=1)
        case = Case.objects.get()
        told = queries.receipt_of(case)
        assert told["decision"]["reduced_tenge"] is None
        assert told["next"]["text"].startswith(f"{tenge(1)} are owed.")
        assert "Pay 0" not in receipt(case)


# --- a decree that is entered after a term has ended


def test_half_that_is_paid_on_the_day_a_decree_gave_is_in_time(delivered, inspector, monkeypatch):
    """The discount ended with the 12th. The 5th becomes free: it ends with the 13th."""
    with on(14):
        background(delivered)
        decree(monkeypatch, off="2026-03-05", work="2026-04-18")
        recount()
        cases.pay(inspector, delivered, amount_tenge=HALF, paid_at=march(13), reference="1")
    case = Case.objects.get()
    assert (case.state, account(case).remaining) == ("paid", 0)
    assert audit().findings == []


@pytest.mark.parametrize("day", [13, 20], ids=["handed over", "in force"])
def test_half_that_was_posted_before_the_decree_is_in_time_too(delivered, inspector, monkeypatch, day):
    with on(13):
        background(delivered)
        cases.pay(inspector, delivered, amount_tenge=HALF, reference="1")
    with on(day):
        case = background(delivered)
        assert account(case).remaining == WHOLE - HALF
        decree(monkeypatch, off="2026-03-05", work="2026-04-18")
        recount()
        case.refresh_from_db()
        assert (case.state, account(case).remaining, case.executed_at) == ("paid", 0, march(13))
        recount()
    assert Entry.objects.filter(subject=case.pk, act="case.finish").count() == 1
    assert audit().findings == []


@pytest.mark.parametrize("open_appeal", [False, True], ids=["paid", "under appeal"])
def test_who_had_paid_the_rest_before_the_decree_gets_it_back(delivered, inspector, monkeypatch, open_appeal):
    """The half on the 13th, the rest on the 16th; the decree that makes the 13th the last day is entered later."""
    with on(13):
        background(delivered)
        cases.pay(inspector, delivered, amount_tenge=HALF, reference="1")
    with on(16):
        cases.pay(inspector, background(delivered), amount_tenge=WHOLE - HALF, reference="2")
        case = background(delivered)
        assert (case.state, case.executed_at) == ("paid", march(16))
        if open_appeal:
            appeals.file_appeal(holder_of(case), case, text=TEXT)
    with on(20):
        decree(monkeypatch, off="2026-03-05", work="2026-04-18")
        recount()
        case = background(delivered)
        assert (case.discount_used, account(case).to_return, case.executed_at) == (True, WHOLE - HALF, march(13))
        punished = Clock.objects.get(subject=case.pk, rule="koap-61-punished", state="running")
        assert punished.started_at == march(13)
        entries = Entry.objects.filter(subject=case.pk).count()
        recount()
        assert Entry.objects.filter(subject=case.pk).count() == entries
        if not open_appeal:
            assert f"{tenge(WHOLE - HALF)} are to be returned to you." in receipt(case)
            cases.return_money(inspector, case, amount_tenge=WHOLE - HALF, reference="back")
    assert audit().findings == []


def test_who_paid_the_whole_fine_at_once_gets_nothing_back_by_a_decree(delivered, inspector, monkeypatch):
    with on(13):
        cases.pay(inspector, background(delivered), amount_tenge=WHOLE, reference="1")
        decree(monkeypatch, off="2026-03-05", work="2026-04-18")
        recount()
    case = Case.objects.get()
    assert (case.state, account(case).to_return) == ("paid", 0)


def test_half_that_is_late_by_the_new_calendar_too_stays_late(delivered, inspector, monkeypatch):
    with on(16):
        background(delivered)
        cases.pay(inspector, delivered, amount_tenge=HALF, reference="1")
        decree(monkeypatch, off="2026-03-05", work="2026-04-18")
        recount()
        case = Case.objects.get()
        assert (case.state, account(case).remaining) == ("handed_over", WHOLE - HALF)


def test_on_the_day_a_decree_gave_to_pay_nothing_is_enforced(delivered, inspector, monkeypatch):
    """In force from 17 March; 30 days end with Thursday, 16 April. That day becomes free: they end with the 17th."""
    for day in (18, 48):
        with on(day):
            background(delivered)
    decree(monkeypatch, off="2026-04-16", work="2026-05-30")
    with on(48):
        recount()
        case = Case.objects.get()
        told = queries.receipt_of(case)
        assert (told["next"]["text"], told["next"]["until"].isoformat()) == (f"Pay {tenge(WHOLE)}.", "2026-04-17")
        with pytest.raises(TermRuns):
            cases.enforce(inspector, case)
    with on(49):
        assert cases.enforce(inspector, Case.objects.get()).state == "enforcement"

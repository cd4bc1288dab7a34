"""Payments are recorded in any order; what follows from them is what follows from the days on which people paid."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tartip.appeals.tests.background import background
from tartip.cases import actions as cases
from tartip.cases.errors import BadReason
from tartip.cases.models import Case, Payment
from tartip.cases.money import account
from tartip.cases.tests.made import ALMATY, browser, decided, handed_over, opened
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.actions import enter_person
from tartip.core.time import clock

FINE, HALF = 21_625, 10_812
START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def after(days):
    return START + timedelta(days=days)


def at(days):
    return clock(after(days))


def early(days):
    """From Monday, 3 March 2025: a year later the base rate is known."""
    return at(days - 364)


@pytest.fixture
def owing(persona):
    """Handed over on Monday, 2 March 2026, in force from the end of the 17th."""
    with at(0):
        case = handed_over(persona("operator"), persona("inspector"))
    with at(20):
        return background(case)


def punished(case):
    """From when the person counts as punished by the clock that counts, and that no other runs beside it."""
    clocks = list(Clock.objects.filter(subject=case.pk, rule="koap-61-punished").order_by("id"))
    assert all(old.state == "stopped" for old in clocks[:-1])
    return clocks[-1].started_at


def test_the_payment_that_completed_the_sum_ends_the_penalty(owing, inspector):
    """Half the sum on day 30 and the rest on day 31; a transfer of day 40 by mistake, recorded before the rest."""
    for number, (day, amount) in enumerate([(30, 11_000), (40, 5_000), (31, 10_625)]):
        with at(50 + number):
            cases.pay(inspector, owing, amount_tenge=amount, paid_at=after(day), reference=str(number))
    assert (owing.state, owing.executed_at, account(owing).to_return) == ("paid", after(31), 5_000)
    assert punished(owing) == after(31)


def test_an_earlier_payment_that_is_recorded_later_moves_the_end_of_the_penalty(owing, inspector):
    with at(60):
        cases.pay(inspector, owing, amount_tenge=FINE, paid_at=after(59), reference="B")
    assert punished(owing) == after(59)
    with at(65):
        body = {"amount_tenge": FINE, "paid_at": after(30).isoformat(), "reference": "A"}
        answer = browser(inspector).post(f"/api/v1/case/{owing.pk}/acts/pay", json.dumps(body), "application/json")
        assert (answer.json()["state"], answer.json()["record"]["to_return_tenge"]) == ("paid", FINE)
        owing.refresh_from_db()
        assert (owing.executed_at, punished(owing)) == (after(30), after(30))
        cases.pay(inspector, owing, amount_tenge=1, paid_at=after(61), reference="C")
        assert Entry.objects.filter(subject=owing.pk, act="case.date_finish").count() == 1
    assert audit().findings == []


def test_half_in_time_that_is_recorded_after_the_whole_fine(owing, inspector):
    """The half of day 5 closed the case: the rest goes back, and the person counts as punished from that day."""
    with at(60):
        cases.pay(inspector, owing, amount_tenge=FINE, paid_at=after(59), reference="B")
        cases.pay(inspector, owing, amount_tenge=HALF, paid_at=after(5), reference="A")
    assert (owing.executed_at, account(owing).to_return, punished(owing)) == (after(5), FINE, after(5))


# --- banks name the day


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("2026-03-02", datetime(2026, 3, 2, 18, 59, 59, 999999, tzinfo=UTC)),
        ("2026-03-02T00:00:00+05:00", START), ("2026-03-02T00:00:00Z", START),
        ("2026-03-02T12:00:00+05:00", START + timedelta(hours=1)),
        ("2026-03-03", after(1)),
        ("2026-03-03T00:00:00+05:00", datetime(2026, 3, 2, 19, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_day_of_the_decision_is_not_before_it(persona, said, stored):
    """Decided on the 2nd at eleven in Almaty; recorded on the 3rd at eleven."""
    with at(0):
        case = handed_over(persona("operator"), persona("inspector"))
    with at(1):
        client, path = browser(persona("inspector")), f"/api/v1/case/{case.pk}/acts/pay"
        body = {"amount_tenge": HALF, "paid_at": said, "reference": "1"}
        for _ in range(2):
            answer = client.post(path, json.dumps(body), "application/json", headers={"Idempotency-Key": "k"})
            assert (answer.status_code, answer.json()["state"]) == (200, "paid")
        assert Payment.objects.get().paid_at == stored
        page = browser(persona("inspector")).post(path, json.dumps({**body, "reference": "2"}), "application/json")
        back = {"amount_tenge": HALF, "returned_at": said, "reference": "3"}
        answer = client.post(f"/api/v1/case/{case.pk}/acts/return_money", json.dumps(back), "application/json")
        assert (page.status_code, answer.status_code) == (200, 200)
        assert Payment.objects.get(kind="return").paid_at == stored


@pytest.mark.parametrize(
    "said", ["2026-03-01", "2026-03-01T23:59:59+05:00", "2026-03-04", "2026-02-30", "2026-3-2", 20260302, "0001-01-01"]
)
def test_another_day_or_no_day_is_refused_and_named(persona, said):
    with at(0):
        case = handed_over(persona("operator"), persona("inspector"))
    with at(1):
        body = json.dumps({"amount_tenge": HALF, "paid_at": said, "reference": "1"})
        answer = browser(persona("inspector")).post(f"/api/v1/case/{case.pk}/acts/pay", body, "application/json")
    assert answer.status_code == 422
    assert "paid_at" in answer.content.decode()


def test_a_copy_handed_over_that_day_is_said_by_the_day(persona):
    """As on the page: decided on the 2nd, recorded on the 3rd; the term to pay half ends with the 12th."""
    with at(0):
        case = decided(persona("operator"), persona("inspector"))
    with at(1):
        path = f"/api/v1/case/{case.pk}/acts/hand_over"
        answer = browser(persona("inspector")).post(path, '{"at": "2026-03-02"}', "application/json")
    assert answer.status_code == 200
    discount = Clock.objects.get(subject=case.pk, rule="koap-811-discount")
    assert discount.started_at == datetime(2026, 3, 2, 18, 59, 59, 999999, tzinfo=UTC)
    assert discount.due_at.date().isoformat() == "2026-03-12"


def test_no_repetition_stands_on_a_decision_whose_time_was_over(persona, inspector):
    """Paid on day 30, in April of 2025; what was recorded first was the payment of day 59."""
    person = enter_person(inspector, territory=ALMATY, name="Иванов И. И.")
    with early(0):
        first = opened(persona("operator"))
        cases.draw_protocol(inspector, first, article="koap-437-1", facts="…", person=person)
        cases.hand_over(inspector, cases.decide(inspector, first, kind="fine"))
    with early(20):
        background(first)
    for recorded, paid in ((60, 59), (65, 30)):
        with early(recorded):
            cases.pay(inspector, first, amount_tenge=first.amount_tenge, paid_at=after(paid - 364), reference=str(paid))
    with early(30 + 365 + 15):
        second = opened(persona("operator"))
        cases.draw_protocol(inspector, second, article="koap-437-1", facts="…", person=person)
        with pytest.raises(BadReason):
            cases.decide(inspector, second, kind="fine", repeat=True)


def test_a_payment_within_the_limitation_of_execution_after_one_past_it(owing, inspector):
    """The limitation ends a year after the 17th of March; 100 tenge came after that, the fine before."""
    end = Clock.objects.get(subject=owing.pk, rule="koap-890-execution").due_at
    with clock(end + timedelta(days=20)):
        case = background(owing)
        assert case.state == "expired"
        cases.pay(inspector, case, amount_tenge=100, paid_at=end + timedelta(days=5), reference="late")
        cases.pay(inspector, case, amount_tenge=FINE, paid_at=end - timedelta(days=5), reference="in time")
        breach_due()
        case = Case.objects.get()
        assert (case.state, account(case).to_return) == ("paid", 100)
        assert case.executed_at == punished(case) == end - timedelta(days=5)
        assert Clock.objects.get(subject=case.pk, rule="koap-890-execution").breached_by is None
    assert audit().findings == []


# --- the copy and the payment, both entered when the limitation of execution is over


@pytest.mark.parametrize("live", [True, False], ids=["noticed between", "nothing noticed"])
@pytest.mark.parametrize(
    ("paid", "state", "to_return"),
    [
        ([(420, FINE)], "expired", FINE),
        ([(300, FINE)], "paid", 0),
        ([(30, 10_000), (420, 11_625)], "expired", 11_625),
        ([(5, HALF), (420, FINE)], "paid", FINE),
        ([(12, HALF), (420, FINE)], "expired", FINE),
    ],
    ids=["after it", "within it", "a part after it", "half in time", "half too late"],
)
def test_whichever_is_entered_first_the_copy_or_the_payment(persona, paid, state, to_return, live):
    """Handed over on day 1, in force with the end of day 16, to be carried out within a year; entered on day 421."""
    found = []
    for first in range(len(paid) + 1):
        with at(0):
            inspector = persona("inspector")
            case = decided(persona("operator"), inspector)
        steps = [partial(cases.pay, amount_tenge=sum_, paid_at=after(day)) for day, sum_ in paid]
        steps.insert(first, partial(cases.hand_over, at=after(1)))
        for minute, step in enumerate(steps):
            with clock(after(421) + timedelta(minutes=minute)):
                step(inspector, case)
                if live:
                    background(case)
        with at(422):
            case = background(case)
            assert (case.state, account(case).to_return) == (state, to_return)
            closed_at = case.closed_at if state == "expired" else None
            found.append((account(case), case.in_force_at, case.executed_at, closed_at, case.discount_used))
    assert found == [found[0]] * len(found)
    assert audit().findings == []

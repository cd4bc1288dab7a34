"""No money goes back before it was too much: the payment, the appeal or the end of a term that made it so is first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tartip.appeals.tests.background import background
from tartip.cases import actions as cases
from tartip.cases.models import Case, Payment
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import browser
from tartip.core.acts import system
from tartip.core.journal.audit import audit
from tartip.core.time import clock, now

FINE, HALF, LESS = 21_625, 10_812, 15_138


@pytest.fixture
def life(fined, inspector):
    """What happens on which day after the hand-over; then the days on which so much may have gone back."""
    start = now()

    def pay(amount):
        return lambda: cases.pay(inspector, Case.objects.get(pk=fined.pk), amount_tenge=amount, reference=f"{now()}")

    def suspend():
        cases.suspend(system("cases"), Case.objects.get(pk=fined.pk))

    def live(events, entered):
        acts = {
            "suspend": suspend,
            "cancel": lambda: cases.cancel(system("cases"), Case.objects.get(pk=fined.pk)),
            "lessen": lambda: cases.restore(system("cases"), Case.objects.get(pk=fined.pk), amount_tenge=LESS),
        }
        for day, what in events:
            with clock(start + timedelta(days=day)):
                background(fined)
                (acts[what] if isinstance(what, str) else pay(what))()
        with clock(start + timedelta(days=entered)):
            return background(fined)

    return live


def taken(case, inspector, start, entered, amount, days):
    """Of these days, those on which so much may have gone back."""
    found = []
    with clock(start + timedelta(days=entered)):
        for day in days:
            with transaction.atomic():
                said = local_day(case, start + timedelta(days=day)).isoformat()
                body = {"amount_tenge": amount, "reference": "back", "returned_at": said}
                path = f"/api/v1/case/{case.pk}/acts/return_money"
                answer = browser(inspector).post(path, body, content_type="application/json")
                if answer.status_code == 200:
                    found.append(day)
                else:
                    assert (answer.status_code, answer.json()["fields"]["field"]) == (422, "returned_at")
                transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    ("events", "amount", "first"),
    [
        pytest.param([(1, FINE), (3, FINE)], FINE, 3, id="paid twice"),
        pytest.param([(1, FINE), (3, 8_000)], 8_000, 3, id="paid more"),
        pytest.param([(1, HALF), (3, HALF)], HALF, 3, id="half paid twice"),
        pytest.param([(1, FINE + 500), (3, FINE)], 500, 1, id="a part was too much before"),
        pytest.param([(1, FINE), (2, "suspend"), (9, "cancel")], FINE, 9, id="cancelled"),
        pytest.param([(1, FINE + 500), (2, "suspend"), (9, "cancel")], 500, 1, id="too much, then cancelled"),
        pytest.param([(2, "suspend"), (4, "cancel"), (9, FINE)], FINE, 9, id="paid after it was cancelled"),
        pytest.param([(1, FINE), (2, "suspend"), (9, "lessen")], FINE - LESS, 9, id="lessened"),
        pytest.param([(1, HALF), (2, "suspend"), (9, "lessen")], HALF - LESS // 2, 9, id="lessened after half"),
        pytest.param(
            [(1, 8_000), (1.1, 13_625), (2, "suspend"), (9, "lessen")], FINE - LESS // 2, 9, id="lessened after parts"
        ),
        pytest.param([(1, 5_000), (420, FINE)], FINE, 420, id="paid after the limitation of execution"),
    ],
)
def test_what_was_paid_goes_back_from_the_day_on_which_it_was_too_much(fined, inspector, life, events, amount, first):
    start, entered = now(), int(events[-1][0]) + 3
    case = life(events, entered)
    with clock(start + timedelta(days=entered)):
        assert account(case).to_return >= amount
    days = sorted({1, 2, first - 1, first, first + 1, entered})
    assert taken(case, inspector, start, entered, amount, days) == [day for day in days if day >= first]
    assert audit().findings == []


def test_what_goes_back_today_is_never_too_early(fined, inspector, life):
    """All that is to be returned, on the day on which it became so, and without a day."""
    start = now()
    case = life([(1, FINE), (2, "suspend"), (9, "lessen")], 9)
    assert taken(case, inspector, start, 9, FINE - LESS, [8, 9]) == [9]
    with clock(start + timedelta(days=9)):
        cases.return_money(inspector, case, amount_tenge=FINE - LESS, reference="back")
    assert Payment.objects.get(kind="return").paid_at == start + timedelta(days=9)


def test_what_went_back_before_counts_on_every_later_day(fined, inspector, life):
    """Of 1 000 too much since day 1, 600 went back on day 4, and 600 came on day 6: until then 400 are left."""
    start = now()
    case = life([(1, FINE + 1_000)], 5)
    with clock(start + timedelta(days=7)):
        facts = {"amount_tenge": 600, "returned_at": start + timedelta(days=4)}
        cases.return_money(inspector, case, reference="first", **facts)
        cases.pay(inspector, case, amount_tenge=600, paid_at=start + timedelta(days=6), reference="again")
    assert taken(case, inspector, start, 7, 1_000, [2, 4, 5, 6, 7]) == [6, 7]
    assert taken(case, inspector, start, 7, 400, [2, 5, 7]) == [2, 5, 7]

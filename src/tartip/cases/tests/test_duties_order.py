"""The duties of the background run beside each other: what becomes of a case is the same whichever comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tartip.appeals import actions as appeals
from tartip.appeals.tests.background import background
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.cases.tests.made import handed_over, opened
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.time import clock

# Monday, 2 March 2026.
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
ORDERS = {
    "terms end first": ("end", "react", "recount"),
    "the calendar comes between": ("end", "recount", "react"),
    "the calendar comes first": ("recount", "end", "react"),
}


def after(days):
    return clock(START + timedelta(days=days))


def drawn(persona):
    """A protocol the police decide: fifteen working days."""
    case = opened(persona("operator"))
    return cases.draw_protocol(persona("inspector"), case, article="koap-437-1", facts="…")


def to_be_sent(persona):
    """A protocol for the court: three working days to send it."""
    case = opened(persona("operator"))
    return cases.draw_protocol(persona("inspector"), case, article="koap-436-2", facts="…")


def sent(persona):
    """In court: fifteen working days, for which the limitation waits."""
    return cases.send_to_court(persona("inspector"), to_be_sent(persona))


def appealed(persona):
    """An appeal to pass on within three working days."""
    case = handed_over(persona("operator"), persona("inspector"))
    appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30, есть видео.")
    return case


def told(persona):
    """The person has the copy: terms to appeal, to pay less, to pay."""
    return handed_over(persona("operator"), persona("inspector"))


def half_paid(persona):
    """Half the fine came a day after the term to pay it by the calendar of then."""
    case = told(persona)
    with after(11):
        cases.pay(persona("inspector"), case, amount_tenge=10_812, reference="half")
    return case


def asked(persona):
    """A petition to answer within three days, which an end on a day off moves on."""
    case = told(persona)
    with after(16):
        cases.ask_relief(holder_of(case), background(case), text="Прошу отсрочку.")
    return case


MADE = [drawn, to_be_sent, sent, appealed, told, half_paid, asked]
# Which day becomes free and which working, and when that is entered: before and after the ends that it moves.
DECREES = [
    ("2026-03-05", "2026-06-20", (3.2, 3.6, 4.5, 21, 24, 30)),
    ("2026-03-12", "2026-06-20", (10.6, 11.5)),
    ("2026-03-17", "2026-06-20", (15.6, 16.5, 18)),
    ("2026-03-20", "2026-06-20", (18.6, 19.2)),
    ("2026-06-19", "2026-03-14", (2.2, 15, 23, 400)),
]


def ended(case, duties):
    """How everything stands after the duties have run in this order."""
    do = {"end": breach_due, "recount": recount, "react": lambda: background(case)}
    for name in duties:
        do[name]()
    background(case)
    assert audit().findings == []
    return stand(case)


def stand(case):
    case = Case.objects.get(pk=case.pk)
    kept = {}
    subjects = [case.pk, *case.appeals.values_list("pk", flat=True)]
    for found in Clock.objects.filter(subject__in=subjects).order_by("id"):
        kept.setdefault(found.rule, []).append((found.state, found.due_at, found.breached_by is not None))
    return case.state, case.in_force_at, case.executed_at, case.closed_at, account(case), kept


@pytest.mark.parametrize(("off", "work", "days"), DECREES)
@pytest.mark.parametrize("made", MADE, ids=lambda made: made.__name__)
def test_whichever_duty_runs_first(db, persona, monkeypatch, made, off, work, days):
    with after(0):
        case = made(persona)
    if made in (half_paid, asked):
        days = [day for day in days if day > 17]
    for day in days:
        found = {}
        for name, duties in ORDERS.items():
            with transaction.atomic(), monkeypatch.context() as table, after(day):
                decree(table, off=off, work=work)
                found[name] = ended(case, duties)
                transaction.set_rollback(True)
        first, *others = found.values()
        assert others == [first, first], day

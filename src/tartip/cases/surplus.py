"""Since when what a person paid was more than was owed: money goes back for a reason, and not before it was there."""

from __future__ import annotations

from datetime import date, datetime

import orjson

from tartip.cases import money
from tartip.cases.models import Case, Payment
from tartip.cases.money import EXECUTION, account, latest, local_day
from tartip.core.journal.models import Entry
from tartip.core.time import now


def least_surplus(case: Case, since: datetime) -> int:
    """The least that was kept above what was owed, on the day of `since` or on any later one; today, what is now.

    Banks may name no more than the day: what changed on a day was so all day. Older cases have no list of payments.
    """
    rows, known = list(case.payments.all()), account(case)
    unlisted = known.paid - known.returned - sum(map(_signed, rows))
    first, today = local_day(case, since), local_day(case, now())
    days = {day for day in (first, *(local_day(case, row.paid_at) for row in rows)) if first <= day < today}
    fines, end = _fines(case), _expired_at(case)
    left = [known.to_return]
    for day in days:
        kept = unlisted + sum(_signed(row) for row in rows if local_day(case, row.paid_at) <= day)
        left.append(kept - _owed(case, day, fines, end))
    return min(left)


def _owed(case: Case, day: date, fines: list[tuple[date, int]], end: datetime | None) -> int:
    """What was owed at the end of that day, by what is known today of the payments and of the term to pay less."""
    if case.state == "cancelled" and case.closed_at is not None and local_day(case, case.closed_at) <= day:
        return 0
    whole = next((tenge for since, tenge in reversed(fines) if since <= day), case.amount_tenge or 0)
    less = money.kept_discount(case)
    if less and whole != case.amount_tenge:  # who had paid so much of a lesser fine may have owed all of this one
        less = money.paid_with_discount(case, whole)
    owed = money.reduced(case, whole) if less else whole
    if end is not None and local_day(case, end) <= day:
        owed = min(owed, money.paid_until(case, end))
    return owed


def _expired_at(case: Case) -> datetime | None:
    """When the limitation of execution ended, also of a decision that was cancelled after that."""
    if case.state != "cancelled":
        return money.expired_at(case)
    clock = latest(case, EXECUTION)
    if clock is None or clock.stopped_at is None or clock.paused_at is not None or clock.stopped_at <= clock.due_at:
        return None
    return clock.due_at


def _fines(case: Case) -> list[tuple[date, int]]:
    """The fine as decided and as every appeal left it, each with its first day; what was erased is not known."""
    entries = Entry.objects.filter(subject=case.pk, act__in=("case.decide", "case.lessen"))
    known = []
    for entry in entries.select_related("content").order_by("version"):
        if hasattr(entry, "content"):
            tenge = orjson.loads(entry.content.body)["after"]["amount_tenge"]
            known.append((local_day(case, entry.occurred_at), tenge or 0))
    return known


def _signed(row: Payment) -> int:
    return row.amount_tenge if row.kind == Payment.Kind.PAYMENT else -row.amount_tenge

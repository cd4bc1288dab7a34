"""What a person owes on a case: the fine, what was paid and when, what remains, what goes back. Whole tenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Sum

from tartip.cases.models import Case, Payment
from tartip.core import law
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import counted_again
from tartip.core.terms.zones import day_of, end_of_day
from tartip.core.territory import tree
from tartip.core.time import now

DISCOUNT = "koap-811-half"
EXECUTION = "koap-890-execution"
NOTHING_OWED = ("opened", "protocol", "in_court", "cancelled", "closed")
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Account:
    """`owed` is the fine in force, or the reduced one where it was paid in time; nothing after a cancelled decision."""

    owed: int
    paid: int
    returned: int

    @property
    def remaining(self) -> int:
        return max(0, self.owed - self.paid + self.returned)

    @property
    def to_return(self) -> int:
        return max(0, self.paid - self.returned - self.owed)


def account(case: Case) -> Account:
    owed, end = fine(case), expired_at(case)
    if end is not None:
        owed = min(owed, paid_until(case, end))
    return Account(owed, case.paid_tenge or 0, case.returned_tenge or 0)


def fine(case: Case) -> int:
    """The fine in force, or the reduced one where it was paid in time."""
    if case.state in NOTHING_OWED or not case.amount_tenge:
        return 0
    return reduced(case) if kept_discount(case) else case.amount_tenge


def expired_at(case: Case) -> datetime | None:
    """When the limitation of execution ended; None where it has not, or the penalty was paid and carried out before.

    It makes no difference whether anybody has noticed that, nor whether an appeal is open: what was over before the
    appeal came does not wait for it. What was paid by then stays paid, what comes later goes back.
    """
    state = state_without_appeal(case)
    if state == "expired":
        return case.closed_at
    clock = latest(case, EXECUTION) if state in ("in_force", "enforcement") else None
    if clock is None or clock.state == Clock.State.PAUSED or now() <= clock.due_at:
        return None
    return clock.due_at


def paid_until(case: Case, end: datetime) -> int:
    paid = case.payments.filter(kind=Payment.Kind.PAYMENT, paid_at__lte=end)
    return int(paid.aggregate(sum=Sum("amount_tenge"))["sum"] or 0)


def remaining_at(case: Case, moment: datetime) -> int:
    """What remained at that moment: as now, without the payments that were made after it."""
    later = case.payments.filter(kind=Payment.Kind.PAYMENT, paid_at__gt=moment)
    known = account(case)
    return max(0, known.owed - known.paid + known.returned + int(later.aggregate(sum=Sum("amount_tenge"))["sum"] or 0))


def completed_at(case: Case) -> datetime | None:
    """When the person had paid the fine: with the payment that completed it, in whatever order they were recorded."""
    total, paid_at = 0, None
    for payment in case.payments.filter(kind=Payment.Kind.PAYMENT).order_by("paid_at", "id"):
        if total >= fine(case):
            break
        total, paid_at = total + payment.amount_tenge, payment.paid_at
    return paid_at


def kept_discount(case: Case) -> bool:
    """Whether the reduced fine was paid within its term. Older rows do not say so: paid with less than the fine."""
    if case.discount_used is not None:
        return case.discount_used
    paid = case.paid_tenge if state_without_appeal(case) == "paid" else None
    return paid is not None and paid < (case.amount_tenge or 0)


def before_appeal(case: Case) -> str:
    """The state the appeal found. Rows from before it was kept: paid if money came, else handed over."""
    return case.state_before_appeal or ("paid" if case.paid_tenge is not None else "handed_over")


def state_without_appeal(case: Case) -> str:
    """Where the case is, or was when an appeal suspended the penalty."""
    return before_appeal(case) if case.state == "under_appeal" else case.state


def returned_after_copy(case: Case) -> bool:
    """Whether a surplus waits for the copy: the term to pay less begins with it, and tells how much is owed.

    Later it goes back at once, also during an appeal: no result makes a fine heavier.
    """
    return state_without_appeal(case) == "decided"


def reduced(case: Case, whole: int | None = None) -> int:
    """The fine with the discount, by the row of the table that was in force when the right was explained."""
    on = local_day(case, case.handed_over_at or case.decided_at or case.opened_at)
    return law.discount(DISCOUNT, on).reduced((case.amount_tenge or 0) if whole is None else whole)


def discounted(case: Case, at: datetime) -> int | None:
    """The reduced fine while its term runs, else None. Nothing is no sum: of one tenge there is no half."""
    end = discount_end(case)
    return None if end is None or not case.amount_tenge or at > end else reduced(case) or None


def reduced_rest(case: Case, at: datetime) -> int | None:
    """What is still to pay of the reduced fine while its term runs; None where only the whole one counts."""
    fine = discounted(case, at)
    if fine is None or case.discount_used or not account(case).remaining:
        return None
    return max(0, fine - account(case).paid + account(case).returned) or None


def discount_end(case: Case) -> datetime | None:
    """The last moment to pay less; it has no end before the copy was handed over and while an appeal suspends the term.

    None: the term never began.
    """
    clock = latest(case, law.discount(DISCOUNT, local_day(case, case.decided_at or case.opened_at)).deadline)
    if clock is None:
        return FOREVER if case.decided_at is not None and case.handed_over_at is None else None
    return FOREVER if clock.state == Clock.State.PAUSED else term_end(clock)


def paid_with_discount(case: Case, whole: int | None = None) -> bool:
    """Whether the payments within the discount's term reached the reduced fine before they reached the whole one.

    Who pays the whole fine at once has not used the discount; who pays half and then pays again has. `whole` is the
    fine before an appeal made it less.
    """
    end = discount_end(case)
    return end is not None and _reduced_by(case, end, whole)


def keeps_discount(case: Case, end: datetime) -> bool:
    """Whether the discount is used, now that its term has an end: as it was counted before, if all was paid by then."""
    late = case.payments.filter(kind=Payment.Kind.PAYMENT, paid_at__gt=end).exists()
    return (bool(case.discount_used) and not late) or _reduced_by(case, end)


def _reduced_by(case: Case, end: datetime, whole: int | None = None) -> bool:
    total, whole = 0, (case.amount_tenge or 0) if whole is None else whole
    for payment in case.payments.filter(kind=Payment.Kind.PAYMENT, paid_at__lte=end).order_by("paid_at", "id"):
        total += payment.amount_tenge
        if total >= reduced(case, whole):
            return total < whole
    return False


def pay_end(case: Case) -> datetime | None:
    """The last moment to pay without enforcement: 30 days, or the day a postponement or instalments name."""
    if case.pay_until is not None:
        return FOREVER if _waits(case) else end_of_day(case.pay_until, tree.zone(case.territory_id))
    clock = latest(case, "koap-893-pay")
    if clock is None:
        return None
    return FOREVER if clock.state == Clock.State.PAUSED else term_end(clock)


def moved_on(case: Case, at: datetime) -> date | None:
    """The day to pay by, moved on by the days an appeal took, where its term waited for the appeal."""
    waited = _waits(case)
    if waited is None or case.pay_until is None:
        return case.pay_until
    return case.pay_until + (local_day(case, at) - local_day(case, waited))


def _waits(case: Case) -> datetime | None:
    """Since when the postponement or the instalments wait; None where they do not, or were over before."""
    clock = latest(case, "koap-888-postpone", "koap-888-instalments")
    if clock is None or clock.paused_at is None or case.pay_until is None:
        return None
    return None if case.pay_until < local_day(case, clock.paused_at) else clock.paused_at


def term_end(clock: Clock) -> datetime:
    """The end of a term of the person's by the calendar of today: a decree may come after the term had ended."""
    try:
        return counted_again(clock)
    except law.LawError:
        return clock.due_at  # its rule or the calendar of its year is gone from the tables


def latest(case: Case, *rules: str) -> Clock | None:
    """The clock of the case that was started last by one of these rules, running or not."""
    return Clock.objects.filter(subject=case.pk, rule__in=rules).order_by("-id").first()


def moment_of(case: Case, said: datetime | date, at: datetime, since: datetime | None = None) -> datetime:
    """When it was. Banks name the day, alone or as its midnight: the day of the decision is then not before it.

    A day alone is meant as its last moment there; today, as `at`. `since` is the decision it follows, where that is
    not the one of the case.
    """
    since = since or case.decided_at
    zone = tree.zone(case.territory_id)
    if isinstance(said, datetime) and said.tzinfo is None:
        return said  # refused by whoever asked, with the name of the field
    if not isinstance(said, datetime):
        end = end_of_day(said, zone)
        return min(end, at) if said == day_of(at, zone) else end
    if since is not None and local_day(case, said) == local_day(case, since):
        return max(said, since)
    return said


def local_day(case: Case, moment: datetime) -> date:
    """The day a moment falls on where the case is."""
    return day_of(moment, tree.zone(case.territory_id))

"""Money that came in, and money that goes back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from tartip.cases import money
from tartip.cases.access import access_payable
from tartip.cases.actions.finishing import finish_if_done
from tartip.cases.actions.force import enter_force_that_came, expire_if_over
from tartip.cases.errors import AlreadyPosted, BadAmount, BadPayment, NothingToPay
from tartip.cases.models import Case, Payment
from tartip.cases.money import account
from tartip.cases.references import tidied, tidy
from tartip.cases.rights import decides, has_surplus, takes_money
from tartip.cases.surplus import least_surplus
from tartip.core.acts import ACTS, Actor, act, called_through, doing, perform_together
from tartip.core.acts.errors import BeginAgain
from tartip.core.acts.keys import done_before, hash_of_call
from tartip.core.acts.rights import is_system
from tartip.core.checks import CLOCK_TOLERANCE, check_times
from tartip.core.codes import new_code
from tartip.core.inputs import YEARS, is_in_range
from tartip.core.registers.register import utc_text
from tartip.core.registers.unique import NotUnique

LONGEST_REFERENCE = 64
# What a column of whole tenge holds; no fine of the law comes near it.
MOST_PAID = 2**31 - 1


@act(
    "case.pay",
    names={"kk": "Төлемді қабылдау", "ru": "Принять оплату", "en": "Record the payment"},
    done={"kk": "Төлем тіркелді", "ru": "Оплата принята", "en": "The payment was recorded"},
    ground="koap-893",
    of=Case,
    may=takes_money,
    moves=dict.fromkeys(
        ("decided", "handed_over", "in_force", "enforcement", "under_appeal", "paid", "expired", "cancelled")
    ),
    legal_day="paid_at",
    reach=access_payable,
)
def _pay(actor: Actor, case: Case, *, amount_tenge: int, paid_at: datetime | date | None, reference: str) -> Case:
    if not case.amount_tenge:
        raise NothingToPay
    # What the caller left open is filled in here: a key stands for what the caller said.
    paid_at, reference = paid_at or doing().at, reference or new_code(16)
    if (known := _found(Payment.Kind.PAYMENT, reference, case, amount_tenge)) is not None:
        raise AlreadyPosted(reference=known.reference, rule="it was recorded once")
    assert case.decided_at is not None
    paid_at = money.moment_of(case, paid_at, doing().at)
    # A bank's clock may be a little ahead of ours; what it says is then meant as now.
    if paid_at > doing().at + CLOCK_TOLERANCE:
        raise BadPayment(field="paid_at", rule="lies in the future")
    paid_at = min(paid_at, doing().at)
    if paid_at < case.decided_at:
        raise BadPayment(field="paid_at", rule="is before the decision")
    if (case.paid_tenge or 0) + amount_tenge > MOST_PAID:
        raise BadPayment(
            field="amount_tenge", rule="all payments of a case together stay below %(most)s tenge", most=MOST_PAID + 1
        )
    kept = money.kept_discount(case)
    doing().note(paid_at=utc_text(paid_at))
    _record_payment(
        actor, case=case, kind=Payment.Kind.PAYMENT, amount_tenge=amount_tenge, paid_at=paid_at, reference=reference
    )
    case.paid_tenge = (case.paid_tenge or 0) + amount_tenge
    case.discount_used = kept or money.paid_with_discount(case)
    return case


@called_through("case.pay")
def pay(
    actor: Actor, case: Case, *, amount_tenge: int, paid_at: datetime | date | None = None, reference: str = ""
) -> Case:
    """Record money that came in. The moment the person paid counts, or the day where the bank names no more; the same
    reference again, in whatever spelling, is the same payment.

    Parts add up. The case is paid when the whole fine is there, or the reduced one within the discount's term or before
    it; what came before the copy was handed over is counted at once and ends the case with the hand-over.
    What is more than the fine is named as to be returned.
    """
    if not 0 < amount_tenge <= MOST_PAID:
        raise BadPayment(
            field="amount_tenge", rule="must be a whole number of tenge between 1 and %(most)s", most=MOST_PAID
        )
    reference = _checked_reference(reference)
    _check_years("paid_at", paid_at)
    said: dict[str, Any] = {"amount_tenge": amount_tenge, "paid_at": paid_at, "reference": reference}
    pay = ACTS["case.pay"]

    def work() -> Case:
        # The key first: it may stand for another request, whatever is known of the reference.
        if actor.key is not None and (done := done_before(pay, actor, hash_of_call(pay, actor, (case,), said))):
            return cast("Case", done)
        if reference and takes_money.test(actor, case):  # nobody else is told of it
            known = _posted(case, reference, amount_tenge, paid_at)
            if known is not None:
                return known
        try:
            return expire_if_over(actor, finish_if_done(actor, _pay(enter_force_that_came(actor, case), case, **said)))
        except (AlreadyPosted, NotUnique) as error:
            # Another posting of this reference has committed meanwhile: the next attempt finds it above.
            raise BeginAgain from error

    return perform_together(work, actor)


@act(
    "case.count_again",
    names={
        "kk": "Төлем мерзімінде деп танылды",
        "ru": "Оплата признана своевременной",
        "en": "The payment was in time after all",
    },
    ground="koap-811",
    of=Case,
    may=is_system,
    moves=dict.fromkeys(("handed_over", "in_force", "enforcement", "paid", "expired", "under_appeal")),
)
def _count_again(actor: Actor, case: Case) -> Case:
    case.discount_used = money.paid_with_discount(case)
    return case


def count_again(actor: Actor, case: Case) -> Case:
    """The calendar has changed: whether the reduced fine was paid within its term is judged by the new one."""
    return perform_together(
        lambda: finish_if_done(actor, _count_again(enter_force_that_came(actor, case), case)), actor
    )


def _posted(
    case: Case, reference: str, amount_tenge: int, said: datetime | date | None, kind: str = Payment.Kind.PAYMENT
) -> Case | None:
    """The case, if this very document is in its list. Raises AlreadyPosted where the reference is another payment's."""
    found = _found(kind, reference, case, amount_tenge)
    if found is None:
        return None
    _check_same(found, case, amount_tenge, _day_said(case, found, said))
    case.refresh_from_db()
    case.repeated = True
    return case


def _day_said(case: Case, posted: Payment, said: datetime | date | None) -> date | None:
    """The day that was said of a document. A bank's clock may be ahead of ours: what it says is then its posting."""
    if not isinstance(said, datetime):
        return said
    ahead = posted.posted_at < said <= posted.posted_at + CLOCK_TOLERANCE
    return money.local_day(case, posted.posted_at if ahead else said)


def _check_years(field: str, said: datetime | date | None) -> None:
    if isinstance(said, datetime) and said.tzinfo is None:
        raise BadPayment(field=field, rule="must carry a time zone")
    if said is not None and not is_in_range(said):
        raise BadPayment(field=field, rule="must lie in the years %(years)s", years=YEARS)


def _check_same(posted: Payment, case: Case, amount_tenge: int, day: date | None) -> None:
    """Raises what differs from the document that is posted: the case, the sum, or the day where one was said."""
    if posted.case_id != case.pk:
        raise AlreadyPosted(reference=posted.reference, rule="for another case")
    if posted.amount_tenge != amount_tenge:
        raise AlreadyPosted(
            reference=posted.reference, rule="with the sum of %(posted)s tenge", posted=posted.amount_tenge
        )
    if day is not None and (on := money.local_day(case, posted.paid_at)) != day:
        raise AlreadyPosted(reference=posted.reference, rule="with another day, %(on)s", on=on)


def _found(kind: str, reference: str, case: Case, amount_tenge: int) -> Payment | None:
    """The payment of this document, however its number was spelled. Before the rule one number could be posted in two
    spellings: what is this case's own, of this sum and in this spelling, comes first.
    """
    rows = list(Payment.objects.annotate(tidied=tidied()).filter(kind=kind, tidied=tidy(reference)).order_by("id"))
    mine = (case.pk, amount_tenge, reference)
    return min(
        rows,
        key=lambda row: [a != b for a, b in zip((row.case_id, row.amount_tenge, row.reference), mine, strict=True)],
        default=None,
    )


@act(
    "payment.record",
    names={"kk": "Төлемді тіркеу", "ru": "Записать платёж", "en": "Record a payment"},
    done={"kk": "Төлем тіркелді", "ru": "Платёж записан", "en": "A payment was recorded"},
    ground="koap-893",
    creates=Payment,
    may=takes_money,
    legal_day="paid_at",
    inner=True,
)
def _record_payment(
    actor: Actor, *, case: Case, kind: str, amount_tenge: int, paid_at: datetime, reference: str
) -> Payment:
    return Payment(
        territory_id=case.territory_id,
        case=case,
        kind=kind,
        amount_tenge=amount_tenge,
        paid_at=paid_at,
        posted_at=doing().at,
        reference=reference,
    )


@act(
    "case.return_money",
    names={"kk": "Артық төленгенді қайтару", "ru": "Вернуть излишне уплаченное", "en": "Return what was overpaid"},
    done={
        "kk": "Артық төленген қайтарылды",
        "ru": "Излишне уплаченное возвращено",
        "en": "What was overpaid was returned",
    },
    ground="koap-893",
    of=Case,
    may=decides & has_surplus,
    moves=dict.fromkeys(
        ("handed_over", "in_force", "enforcement", "paid", "executed", "expired", "under_appeal", "cancelled")
    ),
    legal_day="paid_at",
)
def _return_money(
    actor: Actor, case: Case, *, amount_tenge: int, reference: str, returned_at: datetime | date | None
) -> Case:
    most = account(case).to_return
    if not 0 < amount_tenge <= most:
        raise BadAmount(
            field="amount_tenge",
            rule="must be a whole number between 1 and %(most)s: so much is to be returned",
            most=most,
        )
    at = doing().at if returned_at is None else money.moment_of(case, returned_at, doing().at)
    check_times(decided_at=case.decided_at, returned_at=at)
    at = min(at, doing().at)  # a bank's clock may be a little ahead, as with payments
    if least_surplus(case, at) < amount_tenge:
        raise BadPayment(field="returned_at", rule="is before so much was paid above what is owed")
    reference = _checked_reference(reference)
    if not reference:
        raise BadPayment(field="reference", rule="must not be empty")
    if (known := _found(Payment.Kind.RETURN, reference, case, amount_tenge)) is not None:
        raise AlreadyPosted(reference=known.reference, rule="it was recorded once")
    doing().note(paid_at=utc_text(at))
    _record_payment(
        actor, case=case, kind=Payment.Kind.RETURN, amount_tenge=amount_tenge, paid_at=at,
        reference=reference,
    )  # fmt: skip
    case.returned_tenge = (case.returned_tenge or 0) + amount_tenge
    return case


@called_through("case.return_money")
def return_money(
    actor: Actor, case: Case, *, amount_tenge: int, reference: str, returned_at: datetime | date | None = None
) -> Case:
    """Money went back to the person: what was paid twice, above a reduced fine, or on a cancelled decision.

    What is more than the fine goes back during an appeal as well: no result makes the fine heavier. The same document
    again, in whatever spelling, is the same return; where no day was said, whenever it is sent.
    """
    reference = _checked_reference(reference)
    _check_years("returned_at", returned_at)
    said: dict[str, Any] = {"amount_tenge": amount_tenge, "reference": reference, "returned_at": returned_at}
    give_back = ACTS["case.return_money"]

    def work() -> Case:
        if actor.key is not None and (
            done := done_before(give_back, actor, hash_of_call(give_back, actor, (case,), said))
        ):
            return cast("Case", done)
        if (known := _returned(actor, case, **said)) is not None:
            return known
        try:
            return _return_money(actor, case, **said)
        except (AlreadyPosted, NotUnique) as error:
            raise BeginAgain from error

    return perform_together(work, actor)


def _returned(
    actor: Actor, case: Case, *, amount_tenge: int, reference: str, returned_at: datetime | date | None
) -> Case | None:
    """The case, if this very return is in its list. Only who may return money is told of it."""
    if not reference or not decides.test(actor, case):
        return None
    return _posted(case, reference, amount_tenge, returned_at, Payment.Kind.RETURN)


def _checked_reference(reference: str) -> str:
    reference = reference.strip()
    if len(reference) > LONGEST_REFERENCE or not (reference.isprintable()):
        raise BadPayment(
            field="reference", rule="must be at most %(most)s printable characters", most=LONGEST_REFERENCE
        )
    if reference and not any(map(str.isalnum, reference)):
        raise BadPayment(field="reference", rule="must have a letter or a digit")
    return reference

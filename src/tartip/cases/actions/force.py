"""The hand-over of a decision, its entry into force, and the end of its execution by time."""

from __future__ import annotations

from datetime import date, datetime

from tartip.cases import instances, money
from tartip.cases.actions.finishing import finish_if_done
from tartip.cases.imposed import awaits, needs_execution
from tartip.cases.instances import TERMS, complaint_of
from tartip.cases.models import Case
from tartip.cases.money import account, latest, local_day
from tartip.cases.rights import decides, draws
from tartip.cases.terms import EXECUTION
from tartip.core import law
from tartip.core.acts import (
    Actor,
    Choice,
    Clocks,
    LegalDay,
    act,
    called_through,
    doing,
    lock,
    perform_together,
    system,
    when,
)
from tartip.core.acts.rights import is_system
from tartip.core.checks import check_times
from tartip.core.clocks.running import term
from tartip.core.terms.zones import day_after
from tartip.core.territory import tree


@act(
    "case.hand_over",
    names={"kk": "Қаулыны тапсыру", "ru": "Вручить постановление", "en": "Hand over the decision"},
    done={"kk": "Қаулы тапсырылды", "ru": "Постановление вручено", "en": "The decision was handed over"},
    ground="koap-822",
    of=Case,
    may=decides | draws,
    moves={"decided": "handed_over"},
    clocks=Clocks(
        stops={"koap-823-hand-over": "handed_over_at"},
        starts={
            Choice(TERMS, complaint_of): "complaint_from",
            when(lambda case: case.amount_tenge, "koap-811-discount"): "handed_over_at",
        },
    ),
    legal_day="handed_over_at",
)
def _hand_over(actor: Actor, case: Case, *, at: datetime | date | None = None) -> Case:
    at = None if at is None else money.moment_of(case, at, doing().at)
    check_times(decided_at=case.decided_at, handed_over_at=at)
    case.handed_over_at = at or doing().at
    case.complaint_from = instances.complaint_start(case)
    if case.paid_tenge is not None:
        # The term to pay less exists only now. What was paid before it began was paid in time; what was paid between
        # a hand-over that is recorded late and the end of its term as well.
        key = law.discount(money.DISCOUNT, local_day(case, case.handed_over_at)).deadline
        _rule, end = term(key, case.handed_over_at, tree.zone(case.territory_id))
        case.discount_used = money.keeps_discount(case, end)
    return case


@called_through("case.hand_over")
def hand_over(actor: Actor, case: Case, *, at: datetime | date | None = None) -> Case:
    """The person has the copy: the terms to appeal and to pay less begin. Who has paid already owes nothing more.

    Where it is recorded so late that the terms are over, the decision is in force, and its execution may be over too.
    """

    def work() -> Case:
        done = _hand_over(actor, case, at=at)
        if not done.repeated:
            enter_force_that_came(actor.saying(seen=None), done)
        return expire_if_over(actor, finish_if_done(actor, done))

    return perform_together(work, actor)


def owed_then(case: Case) -> int:
    """What was owed when the decision came into force: what was paid after that ended no term before it began."""
    if case.in_force_at is None or case.state == "paid":
        return account(case).remaining
    return money.remaining_at(case, case.in_force_at)


@act(
    "case.enter_into_force",
    names={"kk": "Қаулы заңды күшіне енді", "ru": "Постановление вступило в силу", "en": "The decision is in force"},
    done={"kk": "Қаулы заңды күшіне енді", "ru": "Постановление вступило в силу", "en": "The decision came into force"},
    ground="koap-883",
    of=Case,
    may=is_system,
    moves={"handed_over": "in_force", "paid": ("paid", "in_force")},
    clocks=Clocks(
        stops=TERMS,
        starts={
            when(owed_then, "koap-893-pay"): "in_force_at",
            when(lambda case: owed_then(case) or awaits(case), "koap-890-execution"): "in_force_at",
            when(lambda case: needs_execution(case), "koap-885-send"): "in_force_at",
        },
    ),
    legal_day="in_force_at",
)
def _enter_into_force(actor: Actor, case: Case, *, at: datetime) -> Case:
    case.in_force_at = at
    if case.state == "paid" and _paid_too_late(case, at):
        # Nobody knew that when it was paid: the hand-over that began the last term was entered after the payment.
        case.state, case.executed_at, case.closed_at = "in_force", None, None
    return case


def _paid_too_late(case: Case, at: datetime) -> bool:
    """Whether the penalty was carried out after the limitation of execution that began at that moment had ended."""
    _rule, end = term(EXECUTION[0], at, tree.zone(case.territory_id))
    return case.executed_at is not None and case.executed_at > end


def enter_into_force(actor: Actor, case: Case, *, at: datetime) -> Case:
    """The term to complain is over, or the court has decided: nothing is left to appeal in the ordinary way.

    `at` is the moment the law names, not the moment somebody noticed it. A warning ends by that alone. What was paid
    after the limitation of execution goes back, though the case had ended with the payment.
    """

    def work() -> Case:
        was_paid = lock(case).state == "paid"
        done = finish_if_done(actor, _enter_into_force(actor, case, at=at))
        return expire_if_over(actor, done) if was_paid else done

    return perform_together(work, actor)


def enter_force_that_came(actor: Actor, case: Case) -> Actor:
    """Enter the force that came by time and nobody has noticed: what is owed, and until when, hangs on it.

    Returns the actor as he saw the case, if he saw it as it was before; else the act itself is refused.
    """
    stored = lock(case)
    since = instances.in_force_since(stored)
    if stored.state != "handed_over" or since is None or actor.seen not in (None, stored.version):
        return actor
    enter_into_force(system("cases").saying(at=actor.at, cause=actor.cause), case, at=since)
    return actor if actor.seen is None else actor.saying(seen=case.version)


@act(
    "case.expire",
    names={
        "kk": "Қаулыны орындаудың ескіру мерзімі өтті",
        "ru": "Давность исполнения истекла",
        "en": "The limitation of execution is over",
    },
    done={
        "kk": "Қаулыны орындаудың ескіру мерзімі өтті",
        "ru": "Давность исполнения истекла",
        "en": "The limitation of execution ended",
    },
    ground="koap-890",
    of=Case,
    may=is_system,
    moves={"in_force": "expired", "enforcement": "expired"},
    # What else ran ended with the limitation, not with the job that noticed it.
    clocks=Clocks(stops={"koap-890-execution": None, "koap": "closed_at"}),
    # Its limitation ended with its last day: nothing is owed from the next one on.
    legal_day=LegalDay("closed_at", lambda territory, moment: day_after(moment, tree.zone(territory))),
)
def expire(actor: Actor, case: Case, *, at: datetime) -> Case:
    """The decision was not carried out within its limitation: nothing is owed any more. What was paid stays paid."""
    case.closed_at = at
    case.petition_at = None
    return case


def expire_if_over(actor: Actor, case: Case) -> Case:
    """Part of a payment, and of bringing a case back from an appeal: its limitation may be over, noticed or not.

    After an appeal nobody reacts to that breach any more, and the decision would be owed for ever.
    """
    if case.repeated or case.state not in ("in_force", "enforcement"):
        return case
    end, clock = money.expired_at(case), latest(case, *EXECUTION)
    if end is None or clock is None:
        return case
    return expire(system("cases").saying(at=actor.at, cause=clock.breached_by or actor.cause), case, at=end)

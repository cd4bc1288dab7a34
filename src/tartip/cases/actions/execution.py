"""Carrying the penalty out: what is sent, done, collected by a bailiff, and when it is all over."""

from __future__ import annotations

from datetime import date, datetime

from tartip.cases import money
from tartip.cases.errors import BadReason, TermRuns
from tartip.cases.imposed import awaits, carried_out
from tartip.cases.models import Case
from tartip.cases.money import account, local_day
from tartip.cases.rights import awaits_execution, decides, is_due, owes
from tartip.cases.terms import EXECUTION, PUNISHED, SUSPENDED, check_execution, punished_rule
from tartip.core.acts import Actor, Choice, Clocks, act, called_through, doing, perform_together, system
from tartip.core.acts.rights import is_system
from tartip.core.clocks.zones import day_after
from tartip.core.territory import tree
from tartip.operations.calls.actions import check_times

# What ends with the payment or the execution is judged by its moment; the copy is a duty of its own.
DONE: dict[str, str | None] = {key: None if key == "koap-823-hand-over" else "executed_at" for key in SUSPENDED}
COUNTS_AS_PUNISHED = Choice(PUNISHED, punished_rule)


@act(
    "case.finish",
    names={"kk": "Жаза орындалды", "ru": "Взыскание исполнено", "en": "The penalty is carried out"},
    done={"kk": "Жаза орындалды", "ru": "Взыскание исполнено", "en": "The penalty was carried out"},
    ground="koap-886",
    of=Case,
    may=is_system,
    moves={
        "handed_over": ("paid", "executed"), "in_force": ("paid", "executed"), "enforcement": "paid",
        "expired": ("paid", "executed"), "under_appeal": None,
    },
    clocks=Clocks(stops=DONE, starts={COUNTS_AS_PUNISHED: "executed_at"}),
    legal_day="executed_at",
)  # fmt: skip
def _finish(actor: Actor, case: Case) -> Case:
    """Nothing is owed and nothing is to be carried out any more."""
    ended = "paid" if case.amount_tenge else "executed"
    case.executed_at = carried_out_at(case)
    case.closed_at = doing().at
    case.petition_at = None  # what is paid needs no postponement
    if case.state == "under_appeal":
        case.state_before_appeal = ended
    else:
        case.state = ended
    return case


@act(
    "case.date_finish",
    names={
        "kk": "Жазаның орындалған күні нақтыланды",
        "ru": "Уточнён день исполнения взыскания",
        "en": "The day the penalty was carried out is set right",
    },
    ground="koap-886",
    of=Case,
    may=is_system,
    moves={"paid": None, "under_appeal": None},
    # From then on the person counts as punished, not from the day that was known before.
    clocks=Clocks(stops={**DONE, **dict.fromkeys(PUNISHED)}, starts={COUNTS_AS_PUNISHED: "executed_at"}),
    legal_day="executed_at",
)
def _date_finish(actor: Actor, case: Case) -> Case:
    """A payment that was recorded later had completed the sum before."""
    case.executed_at = carried_out_at(case)
    return case


def carried_out_at(case: Case) -> datetime:
    """When the last of the penalty was done: what is paid, with the payment that completed the sum."""
    moments = (money.completed_at(case), case.rest_executed_at, case.decided_at)
    if not case.amount_tenge and case.rest_executed_at is None:
        return case.in_force_at or doing().at
    return max(moment for moment in moments if moment is not None)


def finish_if_done(actor: Actor, case: Case) -> Case:
    """Part of what may end a penalty: a payment, its being carried out, a fine reduced on appeal, entry into force."""
    if case.repeated:  # what was done before was finished then
        return case
    waits = money.state_without_appeal(case)
    if waits == "paid" and case.executed_at is not None and carried_out_at(case) < case.executed_at:
        return _date_finish(system("cases").saying(at=actor.at, cause=actor.cause), case)
    open_states = ("handed_over", "in_force", "enforcement", "expired")
    if waits not in open_states or account(case).remaining:
        return case
    if not was_done_in_time(case):
        return case
    if awaits(case):
        return case
    if not case.amount_tenge and case.in_force_at is None:
        return case
    return _finish(system("cases").saying(at=actor.at, cause=actor.cause), case)


def was_done_in_time(case: Case) -> bool:
    """Whether what was paid and carried out came before the limitation of execution, however late it was recorded."""
    end = money.expired_at(case)
    if end is None:
        return True
    late = case.rest_executed_at is not None and case.rest_executed_at > end
    return not late and money.paid_until(case, end) >= money.fine(case)


@act(
    "case.execute",
    names={"kk": "Жазаның орындалуын белгілеу", "ru": "Отметить исполнение", "en": "Record that it was carried out"},
    done={"kk": "Жазаның орындалғаны белгіленді", "ru": "Исполнение отмечено", "en": "It was recorded as carried out"},
    ground="koap-885",
    of=Case,
    may=decides & awaits_execution & is_due,
    moves={"handed_over": None, "in_force": None, "enforcement": None, "expired": None},
    clocks=Clocks(stops={"koap-885-send": "rest_executed_at"}),
    legal_day="rest_executed_at",
)
def _execute(actor: Actor, case: Case, *, at: datetime | date | None = None) -> Case:
    at = None if at is None else money.moment_of(case, at, doing().at)
    check_times(decided_at=case.decided_at, at=at)
    if at and _is_before_force(case, at) and carried_out(case) != {"arrest"}:
        raise BadReason(field="at", rule="is before the decision came into force")
    check_execution(case, at or doing().at)
    case.rest_executed_at = at or doing().at
    return case


def _is_before_force(case: Case, at: datetime) -> bool:
    """Whether that moment is before the force; of a copy handed over on a day, no more than the day may be known."""
    force = case.in_force_at
    if force is None or at >= force:
        return False
    of_a_day = force == case.handed_over_at and day_after(force, tree.zone(case.territory_id)) != local_day(case, force)
    return not of_a_day or local_day(case, at) < local_day(case, force)


@called_through("case.execute")
def execute(actor: Actor, case: Case, *, at: datetime | date | None = None) -> Case:
    """The arrest was served, the right taken, the work done, the thing confiscated.

    `at` is when it was done. What was done within the limitation of execution counts, even where it is entered later.
    """
    # Late: what enters into force may end by that alone, and asks this file for it.
    from tartip.cases.actions.force import enter_force_that_came

    return perform_together(
        lambda: finish_if_done(actor, _execute(enter_force_that_came(actor, case), case, at=at)), actor
    )


@act(
    "case.send",
    names={"kk": "Орындауға жіберу", "ru": "Обратить к исполнению", "en": "Send for execution"},
    done={"kk": "Орындауға жіберілді", "ru": "Обращено к исполнению", "en": "Sent for execution"},
    ground="koap-885",
    of=Case,
    may=decides & awaits_execution,
    moves={"in_force": None, "enforcement": None},
    clocks=Clocks(stops=["koap-885-send"]),
    within=EXECUTION,
)
def send(actor: Actor, case: Case) -> Case:
    """The decision goes to those who carry it out, within a day of its entry into force."""
    case.sent_at = doing().at
    return case


@act(
    "case.enforce",
    names={
        "kk": "Мәжбүрлеп орындатуға беру",
        "ru": "Передать на принудительное исполнение",
        "en": "Hand to enforcement",
    },
    done={
        "kk": "Мәжбүрлеп орындатуға берілді",
        "ru": "Передано на принудительное исполнение",
        "en": "Handed to enforcement",
    },
    ground="koap-894",
    of=Case,
    may=decides & owes,
    moves={"in_force": "enforcement"},
    clocks=Clocks(stops=["koap-893-pay", "koap-888"]),
    within=EXECUTION,
    grave=True,
)
def enforce(actor: Actor, case: Case) -> Case:
    """After the term to pay: what remains is collected by a bailiff."""
    end = money.pay_end(case)
    if end is not None and doing().at <= end:
        raise TermRuns(until=local_day(case, end))
    case.enforcement_at = doing().at
    return case

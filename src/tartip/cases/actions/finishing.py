"""When a penalty is carried out: the end of a case whose every part is paid or done."""

from __future__ import annotations

from datetime import datetime

from tartip.cases import money
from tartip.cases.imposed import awaits
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.cases.terms import PUNISHED, SUSPENDED, punished_rule
from tartip.core.acts import Actor, Choice, Clocks, act, doing, system
from tartip.core.acts.rights import is_system

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

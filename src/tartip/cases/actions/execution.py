"""Carrying the penalty out: what is sent, done and collected by a bailiff."""

from __future__ import annotations

from datetime import date, datetime

from tartip.cases import money
from tartip.cases.actions.finishing import finish_if_done
from tartip.cases.actions.force import enter_force_that_came
from tartip.cases.errors import BadReason, TermRuns
from tartip.cases.imposed import carried_out
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.rights import awaits_execution, decides, is_due, owes
from tartip.cases.terms import EXECUTION, check_execution
from tartip.core.acts import Actor, Clocks, act, called_through, doing, perform_together
from tartip.core.checks import check_times
from tartip.core.terms.zones import day_after
from tartip.core.territory import tree


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

"""The terms a case lives by: which limitation fits it, and whether it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from tartip.cases import money
from tartip.cases.errors import BadReason
from tartip.cases.models import Case
from tartip.cases.money import latest, local_day
from tartip.core import law
from tartip.core.acts import TermOver, doing
from tartip.core.acts.terms import Named, ended
from tartip.core.clocks.models import Clock
from tartip.core.clocks.running import term
from tartip.core.law.limitation import spans
from tartip.core.terms.arithmetic import due_at
from tartip.core.territory import tree
from tartip.core.time import utc
from tartip.operations.incidents.models import Incident

# No decision is made after one of these; which of them runs depends on the article and the subject.
LIMITATIONS = ("koap-62-limitation", "koap-71-limitation-minor")
FROM_OFFENCE = (
    "koap-62-limitation", "koap-62-limitation-year", "koap-62-limitation-3-years", "koap-62-limitation-5-years",
    "koap-71-limitation-minor",
)  # fmt: skip
COMPLAINTS = ("koap-826.2-complain", "koap-829.4-complain")
# Terms that wait while an appeal suspends the penalty.
SUSPENDED = (
    "koap-811-discount", "koap-893-pay", "koap-890-execution", "koap-885-send", "koap-887-decide", "koap-888",
    "koap-823-hand-over",
)  # fmt: skip
# After its end nothing is carried out, nor asked for or allowed.
EXECUTION = (money.EXECUTION,)
RELIEFS = {"postponed": "koap-888-postpone", "instalments": "koap-888-instalments"}
COURT_TERMS = ("koap-829.5-decide", "koap-829.5-arrest")
# Until the end of one of these a person counts as punished.
PUNISHED = ("koap-61-punished", "koap-72-punished-minor")


def punished_rule(case: Case) -> str:
    return "koap-72-punished-minor" if case.penalty_subject == "minor" else "koap-61-punished"


def check_offence(offence_at: datetime | None, incident: Incident | None, detected_at: datetime) -> None:
    """What was found out was done before that, or while the incident lasted (a crew is offended where it was sent).

    A later offence is another incident. Named here, it would begin the limitation anew.
    """
    latest = max(detected_at, incident.closed_at) if incident and incident.closed_at else detected_at
    if offence_at is not None and offence_at > latest:
        raise BadReason(field="offence_at", rule="is after the incident: a later offence is another incident")


def limitation_over(case: Case, at: datetime) -> bool:
    """Whether nobody may be punished any more; read from the terms, whoever has noticed it or not."""
    return ended(LIMITATIONS, case, at) is not None


def execution_end(case: Case) -> datetime | None:
    """The last moment at which the decision may be carried out; None while it is not in force."""
    clock = latest(case, *EXECUTION)
    if clock is None or clock.state == Clock.State.PAUSED:
        return None
    return clock.due_at


def execution_over(case: Case, at: datetime) -> bool:
    """Whether the decision may not be carried out any more, whoever has noticed it or not."""
    due = execution_end(case)
    return due is not None and at > due


def check_execution(case: Case, at: datetime) -> None:
    """What is carried out must have been carried out within the limitation of execution, however late it is said."""
    if execution_over(case, at):
        due = execution_end(case)
        assert due is not None
        key = EXECUTION[0]
        raise TermOver(act=Named("act", doing().act.code), key=key, term=Named("term", key), due=local_day(case, due))


def limitation_of(case: Case, subject: str) -> law.Limitation:
    nature = "continuing" if case.continuing else "ordinary"
    return law.limitation(case.article, local_day(case, case.offence_at), subject, nature=nature)


def limitation_from(case: Case, basis: str) -> str | None:
    """The rule of the fitting limitation that runs from this moment; some offences have two."""
    found = limitation_of(case, case.penalty_subject or "person")
    return {found.also_basis: found.also, found.basis: found.rule_key}.get(basis)


def check_limitation(case: Case, subject: str, *, waited: bool = True) -> None:
    """Judged by the article, the subject and the moments of the case as they stand in the act that is under way.

    A decision may name another subject than the protocol, with a shorter limitation.
    """
    if over := limitation_refusal(case, subject, doing().at, doing().act.code, waited=waited):
        raise over


def limitation_refusal(case: Case, subject: str, at: datetime, act: str, *, waited: bool = True) -> TermOver | None:
    """Why the act is too late for the subject; `waited=False`: though the limitation stood still in court."""
    found = limitation_of(case, subject)
    rules = ((found.rule_key, found.basis), (found.also, found.also_basis))
    if (over := _over(case, rules, at, waited=waited)) is None:
        return None
    key, due = over
    return TermOver(act=Named("act", act), key=key, term=Named("term", key), due=local_day(case, due))


def some_limitation_runs(case: Case, at: datetime) -> bool:
    """Whether there is an article, a subject or a kind of offence under which a protocol may still be drawn."""
    on = local_day(case, case.offence_at)
    for span in spans():
        in_force = span.valid_from <= on and (span.valid_to is None or on <= span.valid_to)
        if span.nature is law.Nature.AFTER_CRIMINAL or not in_force:
            continue
        rules = [(key, law.deadline(key, on).basis) for key in (span.rule, span.also) if key]
        if not _over(case, rules, at):
            return True
    return False


def _over(
    case: Case, rules: Iterable[tuple[str, str]], at: datetime, *, waited: bool = True
) -> tuple[str, datetime] | None:
    """The first of the rules that has ended, counted from the moments of the case and with the pauses of its clock.

    An offence named later than it was found out wins no time: what is found out was done by then.
    """
    detected_at = case.detected_at or case.opened_at
    moments = {"occurred_at": min(case.offence_at, detected_at), "detected_at": detected_at}
    zone, pauses = tree.zone(case.territory_id), _waited(case, at) if waited else []
    for key, basis in rules:
        start = moments.get(basis)
        if not key or start is None:
            continue
        rule, _due = term(key, start, zone)
        due = due_at(rule, start, zone, pauses=pauses)
        if at > due:
            return key, due
    return None


def _waited(case: Case, at: datetime) -> list[tuple[datetime, datetime]]:
    """When the limitation of the case stands still, as its last clock tells: also for days to come."""
    named = Q()
    for key in LIMITATIONS:
        named |= Q(rule=key) | Q(rule__startswith=f"{key}-")
    clock = Clock.objects.filter(named, subject=case.pk).order_by("-id").first()
    if clock is None:
        return []
    over = [(datetime.fromisoformat(paused), datetime.fromisoformat(resumed)) for paused, resumed in clock.pauses]
    return over if clock.paused_at is None else [*over, (clock.paused_at, max(utc(at), clock.paused_at))]

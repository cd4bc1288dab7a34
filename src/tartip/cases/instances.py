"""Where the decision of a case may be attacked and until when: the higher body, then the court; each hears it once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db.models import Q

from tartip.cases.models import Case
from tartip.cases.money import term_end
from tartip.cases.terms import COMPLAINTS
from tartip.core.clocks.models import Clock
from tartip.core.clocks.running import term
from tartip.core.journal.models import Entry
from tartip.core.terms.zones import TICK
from tartip.core.territory import tree
from tartip.core.time import now

PROSECUTOR = "prosecutor"
HIGHER_BODY, COURT = "higher_body", "court"
INSTANCES = (HIGHER_BODY, COURT)
# An appeal that is not decided yet.
OPEN = ("filed", "forwarded")
# The term to take the result of the higher body to the court.
TO_COURT = "koap-826.4-court"
# The terms within which a decision can be attacked; it is not in force before the last of them is over.
TERMS = (*COMPLAINTS, TO_COURT)
# States of a case whose decision can be attacked; before there is none, after a cancellation there is none left.
ATTACKABLE = ("decided", "handed_over", "in_force", "enforcement", "paid", "executed", "expired", "under_appeal")


def path(case: Case) -> tuple[str, ...]:
    """The instances that may hear an appeal against the case's decision; a judge's has only the court above."""
    return (COURT,) if decider_role(case) == "judge" else INSTANCES


def decider_role(case: Case) -> str:
    """The role of who decided; older rows do not hold it, their journal does."""
    if case.decided_by_role is not None:
        return case.decided_by_role
    entry = Entry.objects.filter(subject=case.pk, act="case.decide").order_by("-version").first()
    return entry.role if entry else ""


def left(case: Case, by: str = "citizen") -> str | None:
    """The instance whose turn it is, None where all have had theirs. Older appeals went to the higher body.

    A prosecutor's protest uses up nothing of the person's: each instance hears the person once. It comes itself only to
    an instance that has decided nobody's appeal; beside an open one of the person's it goes to the same. Once anybody
    is in the court (`is_in_court`), the higher body hears nobody any more.
    What was withdrawn was not heard.
    """
    every = [appeal for appeal in case.appeals.all() if appeal.state != "withdrawn"]
    rows = [appeal for appeal in every if appeal.filed_by != PROSECUTOR]
    if by == PROSECUTOR:
        rows = [appeal for appeal in every if appeal.filed_by == PROSECUTOR or appeal.state not in OPEN]
    heard = {appeal.instance or HIGHER_BODY for appeal in rows}
    if is_in_court(case):
        heard.add(HIGHER_BODY)
    return next((instance for instance in path(case) if instance not in heard), None)


def is_in_court(case: Case) -> bool:
    """Whether the court has heard somebody in the case, or has an appeal to hear; no other instance decides beside it.

    A late appeal is not heard before its term is restored. Until then it takes the higher body from nobody.
    """
    if case.heard_by == COURT:
        return True
    waiting = case.appeals.filter(instance=COURT, state__in=OPEN)
    return waiting.filter(Q(late=False) | Q(term_restored_at__isnull=False)).exists()


def heard(case: Case, by: str = "citizen") -> Any:
    """The last appeal of the person that was decided in substance; a prosecutor comes after whoever was heard."""
    rows = case.appeals.filter(result__in=("left", "changed"))
    return (rows if by == PROSECUTOR else rows.exclude(filed_by=PROSECUTOR)).order_by("-id").first()


def heard_at_higher_body(case: Case, by: str = "citizen") -> Any:
    rows = case.appeals.filter(Q(instance=HIGHER_BODY) | Q(instance=None), result__in=("left", "changed"))
    return (rows if by == PROSECUTOR else rows.exclude(filed_by=PROSECUTOR)).order_by("-id").first()


def complaint_of(case: Case) -> str | None:
    """Which term to attack the decision begins with its copy; None where none begins, or none yet.

    What the higher body decided before is taken to the court, within a term from the later of two hand-overs: of the
    copy and of the result. While the person does not have the result, the term has not begun.
    """
    own = heard(case)
    if own is None:
        by_court = decider_role(case) == "judge" or case.heard_by == COURT
        return "koap-829.4-complain" if by_court else "koap-826.2-complain"
    return TO_COURT if own.instance != COURT and own.handed_over_at is not None else None


def complaint_start(case: Case) -> datetime | None:
    """From when that term runs."""
    moments = [case.handed_over_at]
    if complaint_of(case) == TO_COURT:
        moments.append(heard(case).handed_over_at)
    return max((moment for moment in moments if moment is not None), default=None)


def broken_off(case: Case) -> str | None:
    """The person's term that an appeal stopped and that nobody has used up since: it goes on from its beginning."""
    clock = Clock.objects.filter(subject=case.pk, rule__in=TERMS).order_by("-id").first()
    if clock is None or case.in_force_at is not None or case.handed_over_at is None or case.heard_by == COURT:
        return None
    if clock.stopped_by is None or not Entry.objects.filter(pk=clock.stopped_by, act="case.suspend").exists():
        return None  # it runs, or is over
    own = heard(case)
    return clock.rule if own is None or (clock.rule == TO_COURT and own.instance != COURT) else None


def own_turn(case: Case) -> str | None:
    """The instance to which the person can appeal now; None where there is none, and while an own appeal is open."""
    if case.state not in ATTACKABLE or case.appeals.filter(state__in=OPEN).exclude(filed_by=PROSECUTOR).exists():
        return None
    return left(case)


def own_end(case: Case) -> datetime | None:
    """The last moment of the person's own term, in whatever state the case is: what is filed by then is in time.

    None where nothing can be filed, and where the term has not begun or is over.
    """
    instance = own_turn(case)
    last = last_moment(case, instance) if instance else None
    return last if last is not None and now() <= last else None


def kept_term(case: Case) -> Clock | None:
    """The clock of the person's own term, where none of the case runs that shows it; None where there is no such term.

    A protest and what is decided on it take nothing from the person: they stop the clock, and `last_moment` counts on.
    The term to take the result of an own appeal to the court runs at that appeal.
    """
    end = own_end(case)
    if end is None:
        return None
    own = case.appeals.exclude(filed_by=PROSECUTOR).values("pk")
    clocks = Clock.objects.filter(Q(subject=case.pk, rule__in=TERMS) | Q(subject__in=own, rule=TO_COURT))
    found = [clock for clock in clocks.order_by("-id") if term_end(clock) == end]
    if not found or any(clock.state == Clock.State.RUNNING and clock.subject == case.pk for clock in found):
        return None
    clock = found[0]
    clock.state, clock.stopped_at, clock.stopped_by, clock.due_at = Clock.State.RUNNING, None, None, end
    return clock


def last_moment(case: Case, instance: str, by: str = "citizen") -> datetime | None:
    """Until when an appeal to this instance is in time; None while the term has not begun.

    A protest moves no term of the person's, nor does what the court decided on it.
    """
    if instance == COURT and COURT not in path(case)[:1]:
        found = heard_at_higher_body(case, by)
        if found is not None and found.filed_by == PROSECUTOR:
            return _protest_end(case, found)
        if found is not None:
            return _due(subject__in=[found.pk, case.pk], rule=TO_COURT)
    return _due(subject=case.pk, rule__in=COMPLAINTS)


def court_start(case: Case, appeal: Any) -> datetime | None:
    """From when the term to take the result to the court runs: the later of two hand-overs, of the copy and of it."""
    if case.handed_over_at is None or appeal.handed_over_at is None:
        return None
    copy, result = case.handed_over_at, cast("datetime", appeal.handed_over_at)
    return max(copy, result)


def ends_with_force(case: Case, appeal: Any) -> bool:
    """Whether the decision came into force after this protest was decided and before its term to the court began.

    Then nobody takes its result to the court: what is in force by time does not become open again. The days of the two
    hand-overs count, on whichever day they were entered and whatever a job had noticed before.
    """
    if appeal.filed_by != PROSECUTOR or appeal.decided_at is None:
        return False
    since, start = in_force_since(case), court_start(case, appeal)
    return since is not None and since >= appeal.decided_at and (start is None or start >= since)


def _protest_end(case: Case, protest: Any) -> datetime | None:
    """Until when the result of a protest can be taken to the court; None while that term has not begun.

    A clock tells it only where the result was entered after the copy: the term is counted from its basis.
    """
    if ends_with_force(case, protest) and (since := in_force_since(case)) is not None:
        return since - TICK
    clock, start = _due(subject=protest.pk, rule=TO_COURT), court_start(case, protest)
    if clock is not None or start is None:
        return clock
    return term(TO_COURT, start, tree.zone(case.territory_id))[1]


def _due(**wanted: object) -> datetime | None:
    """The end of the last of these terms, by the calendar of today: a decree may come after a term had ended."""
    return max((term_end(clock) for clock in Clock.objects.filter(**wanted)), default=None)


def in_force_since(case: Case) -> datetime | None:
    """From when the decision is in force, whether the background has entered that already or not."""
    return case.in_force_at or (in_force_from(case) if case.state in ("handed_over", "paid") else None)


def in_force_from(case: Case) -> datetime | None:
    """The moment at which the decision came into force by time, None while it has not: the first one after the term.

    It is read from the terms, not from which job has seen them: a term whose end has passed is over. The decision is in
    force when the last term to attack it is over, and never before an appeal that suspended it was decided or
    withdrawn. A term that an appeal stopped is used up, or goes on under a clock of its own. The prosecutor's term to
    take the result of a protest to the court holds nothing back: a protest in time suspends what is in force as well.
    What the court has decided is in force with its copy.
    """
    if case.handed_over_at is None or case.state == "under_appeal":
        return None
    if case.heard_by == COURT:
        return max([case.handed_over_at, *_decisions(case)])
    own = heard(case)
    if own is not None and own.handed_over_at is None:
        return None
    own_appeals = case.appeals.exclude(filed_by=PROSECUTOR).values("pk")
    clocks = Clock.objects.filter(Q(subject=case.pk, rule__in=TERMS) | Q(subject__in=own_appeals, rule=TO_COURT))
    if not clocks or any(clock.state != Clock.State.STOPPED and not _has_ended(clock) for clock in clocks):
        return None
    over = [clock for clock in clocks if clock.stopped_at == clock.due_at or _has_ended(clock)] or clocks
    return min(max([*(clock.due_at + TICK for clock in over), *_decisions(case)]), now())


def _has_ended(clock: Clock) -> bool:
    """It runs by its state only: its end has passed, also by the calendar of today, and nobody has noticed yet.

    One that cannot be judged has no end that we know of.
    """
    runs = clock.state == Clock.State.RUNNING and not clock.set_aside
    return runs and max(clock.due_at, term_end(clock)) < now()


def _decisions(case: Case) -> list[datetime]:
    """When the appeals that suspended the penalty were decided or withdrawn."""
    rows = case.appeals.filter(Q(late=False) | Q(term_restored_at__isnull=False))
    return [moment for row in rows for moment in (row.decided_at, row.withdrawn_at) if moment is not None]

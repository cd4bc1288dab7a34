"""What cases do when something happens elsewhere: an incident ends, a term of a case is over."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.db.models import Exists, OuterRef

from tartip.cases.actions import count_again, enter_into_force, expire, finish_if_done, open_case
from tartip.cases.instances import TERMS, in_force_from
from tartip.cases.models import Case, Payment
from tartip.cases.money import paid_with_discount
from tartip.core.acts import ACTS, NotOpen, listens, request_hash, system
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import after_recount
from tartip.core.journal.models import Entry
from tartip.operations.calls.kinds import kind
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.outcomes import outcome


@listens("incident.close")
def open_case_from_outcome(entry_id: uuid.UUID) -> None:
    """An outcome that names an administrative offence opens its case, with the usual article of its kind."""
    entry = Entry.objects.get(pk=entry_id)
    incident = Incident.objects.get(pk=str(entry.subject))
    if not outcome(incident.outcome).case:
        return
    # The key stands for the outcome: a usual article that was changed between two runs makes no other request of it.
    once = request_hash("case of", entry_id)
    actor = system("cases").saying(key=f"case-of-{entry_id}", cause=entry_id, at=entry.occurred_at, request=once)
    open_case(actor, incident=incident, article=kind(incident.kind).article)


@listens("clock.lapse")
def enter_into_force_after_the_term(entry_id: uuid.UUID) -> None:
    """Nobody complained in time: the decision is in force from the end of that term."""
    clock = Clock.objects.filter(stopped_by=entry_id, register="case").first()
    if clock is not None and clock.rule in TERMS:
        put_into_force(Case.objects.get(pk=clock.subject), cause=entry_id)


@listens("clock.breach")
def end_after_the_limitation_of_execution(entry_id: uuid.UUID) -> None:
    """What was not carried out within the limitation of execution is not carried out any more: nothing is owed."""
    clock = Clock.objects.filter(breached_by=entry_id, register="case", rule="koap-890-execution").first()
    if clock is None:
        return
    actor = system("cases").saying(cause=entry_id, key=f"expired-{clock.pk}")
    # An appeal suspended it, or it was paid, between the end of the term and this job.
    with suppress(NotOpen):
        expire(actor, Case.objects.get(pk=clock.subject), at=clock.due_at)


@listens("case.hand_over")
def enter_into_force_after_the_court(entry_id: uuid.UUID) -> None:
    """A decision that the court upheld before its copy was handed over has no term to complain left."""
    entry = Entry.objects.get(pk=entry_id)
    case = Case.objects.get(pk=str(entry.subject))
    if case.heard_by == "court" and case.handed_over_at is not None:
        put_into_force(case, cause=entry_id)


@listens("case.restore")
@listens("case.lessen")
@listens("case.resume")
def enter_into_force_after_an_appeal(entry_id: uuid.UUID) -> None:
    """Every term may have ended while the appeal was open."""
    entry = Entry.objects.get(pk=entry_id)
    put_into_force(Case.objects.get(pk=str(entry.subject)), cause=entry_id)


@after_recount
def count_half_payments_again() -> None:
    """A decree that came after the discount had ended may give it a later last day: who had paid by then is in time.

    Only who paid in parts is looked at; they are few. Who has paid the rest since gets it back.
    """
    states = ACTS["case.count_again"].moves
    parts = Payment.objects.filter(
        kind=Payment.Kind.PAYMENT, case=OuterRef("pk"), amount_tenge__lt=OuterRef("amount_tenge")
    )
    for case in Case.objects.filter(Exists(parts), state__in=list(states)).exclude(discount_used=True):
        if paid_with_discount(case):
            with suppress(NotOpen):  # it was cancelled meanwhile
                count_again(system("cases"), case)


def put_into_force(case: Case, *, cause: uuid.UUID) -> None:
    """Once, only from a state that waits for it, and when every term to attack it is over; a listener may run twice."""
    if case.in_force_at is not None:
        # Whoever entered it into force may have been broken off before the end; what ends by that alone ends now.
        finish_if_done(system("cases").saying(cause=cause), case)
        return
    at = in_force_from(case)
    if at is None:
        return
    try:
        enter_into_force(system("cases").saying(cause=cause, key=f"in-force-{case.pk}"), case, at=at)
    except NotOpen:
        # An appeal suspended it, or cancelled it, between the end of the term and this job.
        return

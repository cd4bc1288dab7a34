"""What follows for a case when the term to take an appeal's result to the court is over."""

from __future__ import annotations

import uuid

from tartip.appeals.models import Appeal
from tartip.cases.instances import TO_COURT
from tartip.cases.listeners import put_into_force
from tartip.core.acts import listens
from tartip.core.clocks.models import Clock


@listens("clock.lapse")
def enter_into_force_after_the_appeal(entry_id: uuid.UUID) -> None:
    """The result was not taken to the court in time: the decision is in force, where no other such term runs."""
    clock = Clock.objects.filter(stopped_by=entry_id, register="appeal", rule=TO_COURT).first()
    if clock is not None:
        put_into_force(Appeal.objects.select_related("case").get(pk=clock.subject).case, cause=entry_id)

"""What is read about clocks, for every app: which runs out first, and how much is late."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from tartip.core.acts.access import visible
from tartip.core.acts.actor import Actor
from tartip.core.clocks.models import Clock
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of
from tartip.core.registers.sees import TERRITORY
from tartip.core.time import now

# More than anybody looks through from a start page.
MOST = 1_000
SOON = timedelta(days=3)  # a term this close stands on the start page of whoever works on it


def count_soon(actor: Actor, model: type[Record]) -> int:
    """Records the actor may see of which a running clock ends within `SOON` and has not ended; at most `MOST`."""
    at = now()
    return _count(actor, model, Q(due_at__gte=at, due_at__lt=at + SOON))


def count_late(actor: Actor, model: type[Record]) -> int:
    """Records the actor may see of which a running clock has passed its end; at most `MOST`."""
    return _count(actor, model, Q(due_at__lt=now()))


def _count(actor: Actor, model: type[Record], when: Q) -> int:
    """From the clocks to the records: as one statement the server may read all records instead."""
    name = register_of(model).name
    clocks = Clock.objects.filter(when, TERRITORY.q(actor), state=Clock.State.RUNNING, register=name)
    subjects = set(clocks.order_by("-due_at").values_list("subject", flat=True)[:MOST])
    return visible(actor, model._default_manager.filter(pk__in=subjects)).count() if subjects else 0


def next_clocks(subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, Clock]:
    """For each record, its running clock that runs out first."""
    rows = Clock.objects.filter(subject__in=subjects, state=Clock.State.RUNNING).order_by("-due_at")
    return {clock.subject: clock for clock in rows}

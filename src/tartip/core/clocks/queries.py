"""What is read about clocks, for every app: which runs out first, and how much is late."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from tartip.core.acts.access import visible
from tartip.core.acts.actor import Actor
from tartip.core.clocks.models import Clock
from tartip.core.registers.models import Record
from tartip.core.time import now

SOON = timedelta(days=3)  # a term this close stands on the start page of whoever works on it


def count_soon(actor: Actor, model: type[Record]) -> int:
    """Records the actor may see of which a running clock ends within `SOON` and has not ended."""
    at = now()
    soon = Clock.objects.filter(state=Clock.State.RUNNING, due_at__gte=at, due_at__lt=at + SOON).values("subject")
    return visible(actor, model._default_manager.filter(pk__in=soon)).count()


def count_late(actor: Actor, model: type[Record]) -> int:
    """Records the actor may see of which a running clock has passed its end."""
    late = Clock.objects.filter(state=Clock.State.RUNNING, due_at__lt=now()).values("subject")
    return visible(actor, model._default_manager.filter(pk__in=late)).count()


def next_clocks(subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, Clock]:
    """For each record, its running clock that runs out first."""
    rows = Clock.objects.filter(subject__in=subjects, state=Clock.State.RUNNING).order_by("-due_at")
    return {clock.subject: clock for clock in rows}

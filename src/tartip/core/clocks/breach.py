"""A missed deadline is an act of the system: an entry in the journal, seen by everyone concerned at once.

Only a body that must act by then breaches. A term that a person let pass, or a measure that ended by itself, lapses:
its clock stops, and the journal says so without blame.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from tartip.core import law
from tartip.core.clocks.models import Clock
from tartip.core.clocks.rules import Bound, Sense
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.registers.register import utc_text
from tartip.core.time import now

BREACH, LAPSE = "clock.breach", "clock.lapse"
NAMES = {
    BREACH: {"kk": "Мерзім бұзылды", "ru": "Срок нарушен", "en": "A deadline was missed"},
    LAPSE: {"kk": "Мерзім аяқталды", "ru": "Срок истёк", "en": "A term ended"},
}
BATCH = 500


def breach_due(at: datetime | None = None) -> int:
    """Write an entry for each running clock whose term is over at `at`; returns how many. Safe to call in parallel."""
    moment = at or now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tartip.act', %s, true)", (BREACH,))
        due = Clock.objects.select_for_update(skip_locked=True).filter(
            state=Clock.State.RUNNING, breached_by=None, due_at__lt=moment
        )
        clocks = list(due.order_by("due_at")[:BATCH])
        for clock in clocks:
            entry = new_id()
            if is_duty(clock):
                clock.breached_by = entry
                _write(clock, entry, BREACH, moment)
            else:
                clock.state, clock.stopped_at, clock.stopped_by = Clock.State.STOPPED, clock.due_at, entry
                _write(clock, entry, LAPSE, moment)
        Clock.objects.bulk_update(clocks, ["breached_by", "state", "stopped_at", "stopped_by"])
    return len(clocks)


def is_duty(clock: Clock) -> bool:
    """Whether somebody in office had to act by then."""
    rule = law.deadline(clock.rule, clock.edition)
    return rule.bound is Bound.BODY and rule.sense is Sense.LATEST


def _write(clock: Clock, entry: uuid.UUID, code: str, moment: datetime) -> None:
    """The entry hangs on the record whose clock it is, with version 0: no field of the record changed."""
    header = entries.Header(
        id=entry,
        origin=settings.NODE,
        recorded_at=now(),
        occurred_at=moment,
        act=code,
        actor="system:clocks",
        role="system",
        on_behalf="",
        territory=clock.territory_id,
        register=clock.register,
        subject=clock.subject,
        version=0,
        cause=clock.started_by,
        ground=clock.rule,
        edition=clock.edition.isoformat(),
        purpose="",
    )
    entries.write(header, {"clock": {"id": str(clock.id), "rule": clock.rule, "due_at": utc_text(clock.due_at)}})

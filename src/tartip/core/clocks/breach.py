"""A missed deadline is an act of the system: an entry in the journal, seen by everyone concerned at once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.registers.register import utc_text
from tartip.core.time import now

CODE = "clock.breach"
NAMES = {"kk": "Мерзім өтті", "ru": "Срок пропущен", "en": "A deadline was missed"}
BATCH = 500


def breach_due(at: datetime | None = None) -> int:
    """Write an entry for each running clock whose term is over at `at`; returns how many. Safe to call in parallel."""
    moment = at or now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tartip.act', %s, true)", (CODE,))
        due = Clock.objects.select_for_update(skip_locked=True).filter(
            state=Clock.State.RUNNING, breached_by=None, due_at__lt=moment
        )
        clocks = list(due.order_by("due_at")[:BATCH])
        for clock in clocks:
            clock.breached_by = new_id()
            _write(clock, moment)
        Clock.objects.bulk_update(clocks, ["breached_by"])
    return len(clocks)


def _write(clock: Clock, moment: datetime) -> None:
    """The entry hangs on the record whose clock it is, with version 0: no field of the record changed."""
    assert clock.breached_by is not None
    header = entries.Header(
        id=clock.breached_by,
        origin=settings.NODE,
        recorded_at=now(),
        occurred_at=moment,
        act=CODE,
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

"""Clocks that an earlier version started at the act's own time: they run from the moment the law names.

Such a clock is known by the entry that started it, which does not say from when the term runs.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import partial

from django.db import InterfaceError, OperationalError, connection, transaction

from tartip.core.acts.retry import retried
from tartip.core.clocks.breach import put_aside
from tartip.core.clocks.checks import keys_of
from tartip.core.clocks.entries import MOVE, write
from tartip.core.clocks.models import Clock
from tartip.core.clocks.running import term
from tartip.core.ids import new_id
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, utc_text
from tartip.core.registers.store import OPEN_GUARD, Rows, guard_setting
from tartip.core.terms.arithmetic import due_at
from tartip.core.terms.rules import Bound
from tartip.core.territory import tree
from tartip.core.time import utc

OLD = """
SELECT c.id FROM clocks_clock c JOIN journal_payload p ON p.entry_id = c.started_by
WHERE (c.state = 'paused' OR c.state = 'running' AND c.due_at >= %s) AND c.breached_by IS NULL AND c.set_aside = ''
  AND p.body LIKE '%%"started":%%' AND p.body NOT LIKE '%%"from":%%'
ORDER BY c.id
"""
UPDATE = f"""
UPDATE clocks_clock SET started_at = %s::timestamptz, edition = %s::date, due_at = %s::timestamptz
FROM {OPEN_GUARD} WHERE clocks_clock.id = %s
"""  # noqa: S608 (a constant of ours)


def rebase(moment: datetime) -> int:
    """Count each such clock from its basis, by an entry that says why; returns how many changed. Repeating: none.

    A term that is over stays over, whether anybody has noticed that or not.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLD, [moment])
        keys = [row[0] for row in cursor.fetchall()]
    return sum(retried(partial(_rebased, key, moment)) for key in keys)


def _rebased(key: uuid.UUID, moment: datetime) -> int:
    try:
        with transaction.atomic():
            clock = Clock.objects.select_for_update(skip_locked=True).filter(pk=key).first()
            start = None if clock is None else basis_of(clock)
            if clock is None or start is None or start == clock.started_at:
                return 0
            _move(clock, start, moment)
            return 1
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        with transaction.atomic():
            put_aside(Clock.objects.get(pk=key), error)
        return 0


def basis_of(clock: Clock) -> datetime | None:
    """The moment of the record that the acts of its register start this rule from; None where they name several."""
    from tartip.core.acts.declare import ACTS

    model: type[Record] = REGISTERS[clock.register].model
    fields = {
        field
        for declared in ACTS.values()
        if declared.model is model
        for rule, field in declared.clocks.starts.items()
        if clock.rule in keys_of(rule)
    }
    record = model._default_manager.filter(pk=clock.subject).first()
    if len(fields) != 1 or record is None:
        return None
    found: datetime | None = getattr(record, fields.pop())
    return None if found is None else utc(found)


def _move(clock: Clock, start: datetime, moment: datetime) -> None:
    zone = tree.zone(clock.territory_id)
    rule, _ = term(clock.rule, start, zone)
    pauses = [(datetime.fromisoformat(paused), datetime.fromisoformat(resumed)) for paused, resumed in clock.pauses]
    due = due_at(rule, start, zone, pauses=pauses)
    # A person was told the later day and may rely on it.
    due = max(due, clock.due_at) if rule.bound is Bound.PERSON else due
    told = {
        "was": utc_text(clock.due_at),
        "due_at": utc_text(due),
        "from": utc_text(start),
        "edition": rule.valid_from.isoformat(),
        "why": "basis",
    }
    values = [start, rule.valid_from, due, guard_setting(MOVE, clock.subject), clock.pk]
    clock.started_at, clock.edition, clock.due_at = start, rule.valid_from, due
    write(clock, new_id(), MOVE, moment, told, beside=Rows(UPDATE, values))

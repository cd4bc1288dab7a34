"""The day on which a record counts: the civil day, where it lies, of the moment that its register is counted by."""

from __future__ import annotations

from datetime import date, datetime

from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of
from tartip.core.territory.days import civil_day


def day_of(record: Record) -> date | None:
    """None where the register is not counted, or the record has no such moment yet."""
    field = register_of(type(record)).counted_by
    moment = getattr(record, field) if field else None
    if moment is None or not isinstance(moment, datetime):
        return moment  # a day is one already
    return civil_day(record.territory_id, moment)

"""Reaching records: what the register's `may_see` leaves of them. Refusals do not say whether a record exists."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import QuerySet

from tartip.core.acts.actor import Actor
from tartip.core.acts.errors import NotFound, NotOnShift, NotReadable
from tartip.core.registers.models import Record
from tartip.core.registers.register import may_see_of, register_of

R = TypeVar("R", bound=Record)


def access(actor: Actor, records: QuerySet[R], record_id: uuid.UUID) -> R:
    """The record, if the actor may read it; NotFound otherwise, in the same words."""
    record = visible(actor, records).filter(pk=record_id).first()
    if record is None:
        raise NotFound(register=register_of(records.model).name, id=record_id)
    return record


def visible(actor: Actor, records: QuerySet[R]) -> QuerySet[R]:
    """Those of the records that the actor may read."""
    return may_see_of(records.model).filter(actor, records)


def may_read(actor: Actor, record: Record) -> bool:
    """Whether the actor may read this one record."""
    model = type(record)
    return visible(actor, model._default_manager.filter(pk=record.pk)).exists()


def must_read(actor: Actor, model: type[Record]) -> None:
    """Refuse a list to those who could see nothing in it: an empty list would say that there is nothing.

    Raises NotOnShift where beginning the shift would open it, NotReadable otherwise.
    """
    may_see = may_see_of(model)
    if may_see.open_to(actor):
        return
    if may_see.granted(actor.role):
        raise NotOnShift
    raise NotReadable(register=register_of(model).plural)

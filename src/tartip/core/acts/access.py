"""Reaching a record: one door, which refuses without saying whether the record exists."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import QuerySet

from tartip.core.acts.actor import Actor
from tartip.core.acts.errors import NotFound
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of
from tartip.core.territory import tree

R = TypeVar("R", bound=Record)


def access(actor: Actor, records: QuerySet[R], record_id: uuid.UUID) -> R:
    """The record, if it lies in the actor's territories; NotFound otherwise, in the same words."""
    record = records.filter(pk=record_id).first()
    if record is None or not tree.contains(actor.territory, record.territory_id):
        raise NotFound(register=register_of(records.model).name, id=record_id)
    return record


def visible(actor: Actor, records: QuerySet[R]) -> QuerySet[R]:
    """Those of the records that lie in the actor's territories."""
    if actor.territory == "KZ":
        return records
    return records.filter(territory__in=tree.subtree(actor.territory))

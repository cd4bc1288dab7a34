"""Record: a thing the state keeps about the world. It never disappears; only acts change it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from tartip.core.ids import new_id


def this_node() -> int:
    node: int = settings.NODE
    return node


class Record(models.Model):
    """Base of every record. Subclasses add fields and a `Lifecycle`; behaviour lives in the room's `actions.py`.

    `version` counts the acts that touched the record; an act sends the version it saw and meets a clash otherwise.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.SmallIntegerField(default=this_node, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=32, editable=False)
    territory = models.ForeignKey("territory.Territory", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    class Lifecycle:
        """`start` is the state of a new record; `moves` names the states each state may lead to."""

        start: ClassVar[str] = ""
        moves: ClassVar[dict[str, list[str]]] = {}

    # The order in which acts lock records; acts that lock in one order never block each other for ever.
    lock_order: ClassVar[int] = 100

    # Unique fields whose value is drawn at random: one that is met twice is drawn again, never shown as a failure.
    drawn: ClassVar[tuple[str, ...]] = ()

    # What is said where another record holds what only one may hold: name of the unique constraint (or of the unique
    # field) → the field to look at, and the rule in words (`gettext_noop`). See `unique.py`; checked at the start.
    clashes: ClassVar[Mapping[str, tuple[str, str]]] = {}

    # Set on the instance that a repeated call with the same idempotency key gets back.
    repeated: bool = False

    # Set on the instance that an act from outside has just changed: the code of that act.
    just_done: str = ""

    # Which moment of the law a field holds: field → basis (or bases) of bases.csv. Clocks start from such fields.
    # A field that is called like its basis needs no line.
    moments: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}

    @property
    def wording(self) -> str:
        """Which words of its acts fit this record (`Act.wordings`); empty: the usual ones."""
        return ""

    @classmethod
    def states(cls) -> set[str]:
        life = cls.Lifecycle
        return {life.start, *life.moves, *(state for targets in life.moves.values() for state in targets)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} v{self.version} {self.state}>"


def key_of(value: uuid.UUID | Record | Any) -> str:
    return str(value.pk if isinstance(value, Record) else value)

"""Performs the acts of a replay as the roles of the service, and passes over those an earlier run performed.

What creates a record carries a key made of the source's number, so it happens once; what changes a record happens to
it once in its life, so the journal tells whether it is done. An interrupted replay is simply played again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from tartip.core.acts import Actor
from tartip.core.journal.models import Entry
from tartip.core.registers.models import Record

R = TypeVar("R", bound=Record)
ROLES = ("operator", "dispatcher", "supervisor", "patrol")


@dataclass(slots=True)
class RecordRef(Generic[R]):
    """A record by its id; read from the database only when an act needs it."""

    model: type[R]
    id: uuid.UUID
    record: R | None = None

    def get(self) -> R:
        if self.record is None:
            self.record = self.model._default_manager.get(pk=self.id)
        return self.record


class ActRunner:
    """`name` is who the journal says acted, by role: `replay:san_diego:1f2e3d4c:dispatcher`."""

    def __init__(self, name: str, territory: str) -> None:
        self.name = name
        self.actors = {
            role: Actor(name=f"{name}:{role}", role=role, territory=territory, on_shift=True) for role in ROLES
        }
        self.performed = 0
        self._keys: dict[str, uuid.UUID] = {}
        self._steps: set[tuple[str, uuid.UUID]] = set()
        self._remember()

    def _remember(self) -> None:
        mine = Entry.objects.filter(actor__in=[actor.name for actor in self.actors.values()])
        for act, subject, key in mine.values_list("act", "subject", "key").iterator(10_000):
            if subject is None:
                continue
            self._steps.add((act, subject))
            if key:
                self._keys[key] = subject

    def made(self, key: str, model: type[R]) -> RecordRef[R] | None:
        """What an earlier run made under this key."""
        known = self._keys.get(key)
        return RecordRef(model, known) if known else None

    def know(self, key: str, record: uuid.UUID) -> None:
        """A record that others made, under a key of ours."""
        self._keys[key] = record

    def make(
        self,
        model: type[R],
        act: Callable[..., R],
        role: str,
        at: datetime,
        key: str,
        *given: RecordRef[Any],
        **facts: Any,
    ) -> RecordRef[R]:
        """A creating act, once for its key."""
        if (known := self.made(key, model)) is not None:
            return known
        record = act(self.actors[role].saying(key=key, at=at), *(ref.get() for ref in given), **facts)
        self.performed += 1
        self._keys[key] = record.pk
        return RecordRef(model, record.pk, record)

    def change(
        self, code: str, act: Callable[..., Any], role: str, at: datetime, ref: RecordRef[Any], **facts: Any
    ) -> None:
        """A changing act, once in the record's life; `code` is what the journal calls it."""
        if (code, ref.id) in self._steps:
            return
        act(self.actors[role].saying(at=at), ref.get(), **facts)
        self.performed += 1

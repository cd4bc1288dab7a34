"""Performing an act: one transaction, one journal entry, the record and its clocks; or nothing at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Func, TextField, Value

from tartip.core import law
from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import LISTENERS, Act
from tartip.core.acts.errors import Clash, Denied, NotFound, NotOpen, Undeclared
from tartip.core.clocks import running
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.journal.models import Entry
from tartip.core.registers import store
from tartip.core.registers.models import Record
from tartip.core.registers.register import payload_of, register_of
from tartip.core.time import now


@dataclass(slots=True)
class Doing:
    """The act under way in this context; acts called inside it get it as their cause."""

    act: Act
    actor: Actor
    id: uuid.UUID
    at: datetime
    notes: dict[str, Any] = field(default_factory=dict)

    def note(self, **facts: Any) -> None:
        """Write facts into the payload that are no fields of the record: a reason, a counted result. No floats."""
        self.notes.update(facts)


_doing: ContextVar[Doing | None] = ContextVar("tartip_doing", default=None)


def doing() -> Doing:
    """The act under way; an error outside of one."""
    current = _doing.get()
    if current is None:
        raise RuntimeError("no act is under way")
    return current


_together: ContextVar[bool] = ContextVar("tartip_together", default=False)


@contextmanager
def together() -> Iterator[None]:
    """Several acts in one transaction: all of them or none, each with its own entry."""
    with transaction.atomic():
        token = _together.set(True)
        try:
            yield
        finally:
            _together.reset(token)
        if connection.savepoint_ids:
            _close_guard()


def perform(declared: Act, actor: Actor, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Run a declared act. A repeated call with the same key returns the record of the first one, unchanged."""
    outer = _doing.get()
    if outer is not None:
        with transaction.atomic(savepoint=False):
            return _inside(declared, actor, args, kwargs, outer)
    if actor.key and (done := _done_before(declared, actor)):
        return done
    if _together.get():
        return _inside(declared, actor, args, kwargs, None)
    try:
        with transaction.atomic():
            result = _inside(declared, actor, args, kwargs, None)
            if connection.savepoint_ids:
                _close_guard()  # our transaction is a part of a larger one
            return result
    except IntegrityError as error:
        if actor.key and "journal_entry_key" in str(error) and (done := _done_before(declared, actor)):
            return done
        raise


def _inside(declared: Act, actor: Actor, args: Sequence[Any], kwargs: Mapping[str, Any], outer: Doing | None) -> Any:
    at = actor.at or (outer.at if outer else None) or now()
    current = Doing(declared, actor, new_id(), at)
    token = _doing.set(current)
    cause = outer.id if outer else actor.cause
    try:
        result = (_create if declared.creates else _change)(current, args, kwargs, cause)
    finally:
        _doing.reset(token)
    _wake_listeners(declared, current.id)
    return result


def _create(current: Doing, args: Sequence[Any], kwargs: Mapping[str, Any], cause: uuid.UUID | None) -> Record:
    declared, actor = current.act, current.actor
    record: Record = declared.function(actor.inside(), *args, **kwargs)
    if not declared.may.test(actor, record):
        raise Denied(act=declared.code, rule=declared.may.name)
    record.state = record.state or record.Lifecycle.start
    if declared.moves and record.state not in declared.leads(record.Lifecycle.start):
        raise Undeclared(act=declared.code, before=record.Lifecycle.start, after=record.state)
    record.version = 1
    _write(current, record, cause, [store.insert(record, declared.code)])
    return record


def _change(current: Doing, args: Sequence[Any], kwargs: Mapping[str, Any], cause: uuid.UUID | None) -> Any:
    declared, actor = current.act, current.actor
    given: Record = args[0]
    record = _locked(declared, given)
    if actor.seen is not None and actor.seen != record.version:
        raise Clash(seen=actor.seen, now=record.version, acts=_acts_since(record, actor.seen))
    if not declared.may.test(actor, record):
        raise Denied(act=declared.code, rule=declared.may.name)
    if record.state not in declared.moves:
        raise NotOpen(act=declared.code, state=record.state)
    before = payload_of(record)
    result = declared.function(actor.inside(), record, *args[1:], **kwargs)
    _move(declared, record, before["state"])
    record.version += 1
    after = payload_of(record)
    record.save(update_fields=[name for name, value in after.items() if value != before[name]])
    _write(current, record, cause, [])
    _copy(record, given)
    return given if result is None or result is record else result


def _locked(declared: Act, given: Record) -> Record:
    """The record as it is now, locked until the act ends; the same query opens the guard."""
    opened = Func(
        Value("tartip.act"), Value(declared.code), Value(True), function="set_config", output_field=TextField()
    )
    rows = declared.model._default_manager.select_for_update(of=("self",)).annotate(act_now=opened)
    record = rows.filter(pk=given.pk).first()
    if record is None:
        raise NotFound(register=register_of(declared.model).name, id=given.pk)
    return record


def _move(declared: Act, record: Record, before: str) -> None:
    """Lead the record on: a declaration with one target moves it, with several the function has chosen one."""
    targets = declared.leads(before)
    if record.state == before and len(targets) == 1:
        record.state = targets[0]
    lawful = record.state == before or record.state in record.Lifecycle.moves.get(before, ())
    if record.state not in targets or not lawful:
        raise Undeclared(act=declared.code, before=before, after=record.state)


def _copy(source: Record, target: Record) -> None:
    """The caller's instance becomes what is stored now."""
    for name, _ in register_of(type(source)).fields:
        setattr(target, name, getattr(source, name))


def _write(current: Doing, record: Record, cause: uuid.UUID | None, rows: list[store.Rows]) -> None:
    """The entry, the new record if there is one, and the clocks it starts: one statement."""
    declared, actor = current.act, current.actor
    clocks, clock_rows = running.apply(declared.clocks, record, act=declared.code, entry=current.id, at=current.at)
    payload: dict[str, Any] = {"after": payload_of(record)}
    if clocks:
        payload["clocks"] = clocks
    if current.notes:
        payload["notes"] = current.notes
    header = entries.Header(
        id=current.id,
        origin=settings.NODE,
        recorded_at=now(),
        occurred_at=current.at,
        act=declared.code,
        actor=actor.name,
        role=actor.role,
        on_behalf=actor.on_behalf,
        territory=record.territory_id,
        register=register_of(type(record)).name,
        subject=record.id,
        version=record.version,
        cause=cause,
        ground=declared.ground,
        edition=law.edition_text(declared.ground, current.at),
        purpose=actor.purpose,
    )
    entries.write(header, payload, actor.key, beside=[*rows, *clock_rows])


def _close_guard() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', '', true)")


def _done_before(declared: Act, actor: Actor) -> Record | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, subject FROM journal_entry WHERE actor = %s AND key = %s", (actor.name, actor.key))
        found = cursor.fetchone()
    if found is None:
        return None
    act, subject = found
    if act != declared.code:
        raise Clash(seen=declared.code, now=act, acts=f"the key {actor.key} was used for another act")
    record = declared.model._default_manager.get(pk=subject)
    record.repeated = True
    return record


def _acts_since(record: Record, version: int) -> str:
    rows = Entry.objects.filter(subject=record.pk, version__gt=version).order_by("version")
    return ", ".join(f"{row.act} · {row.role}" for row in rows[:5])


def _wake_listeners(declared: Act, entry: uuid.UUID) -> None:
    if declared.code in LISTENERS:
        from tartip.base.tasks import react

        for listener in LISTENERS[declared.code]:
            react.defer(listener=listener, entry=str(entry))

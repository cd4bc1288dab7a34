"""Performing an act: one transaction, one journal entry, the record and its clocks; or nothing at all."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tartip.core import law
from tartip.core.acts import locks, terms
from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import Act
from tartip.core.acts.errors import BeginAgain, Clash, Denied, NotOpen, Undeclared
from tartip.core.acts.keys import done_before, hash_of_call, held, is_taken
from tartip.core.acts.retry import is_repeated_when_broken_off, raise_in_words, retried
from tartip.core.clocks import running
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.journal.listeners import wake_listeners
from tartip.core.journal.models import Entry
from tartip.core.registers import store
from tartip.core.registers.days import day_of
from tartip.core.registers.models import Record
from tartip.core.registers.register import payload_of, register_of
from tartip.core.time import now

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Doing:
    """The act under way in this context; acts called inside it get it as their cause."""

    act: Act
    actor: Actor
    id: uuid.UUID
    at: datetime
    request: bytes | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    # An act inside has opened the guard for its own record; this one must open it again before it writes.
    guard_moved: bool = False

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
    """Several acts in one transaction: all of them or none, each with its own entry.

    A deadlock breaks off all of it, so it must stand inside `perform_together` or `retried`. RuntimeError otherwise.
    """
    if not (connection.in_atomic_block or is_repeated_when_broken_off()):
        raise RuntimeError("nobody repeats this transaction after a deadlock: use perform_together")
    with transaction.atomic():
        token = _together.set(True)
        try:
            yield
        finally:
            _together.reset(token)
        # Inside an act the guard is that act's, which has not written yet.
        if connection.savepoint_ids and _doing.get() is None:
            _close_guard()


def perform_together(work: Callable[[], T], actor: Actor | None = None) -> T:
    """`together` that survives a deadlock: `work` performs acts, and all of it runs again where it was broken off.

    With an `actor`, a second call under the actor's key waits here until the first one has ended: whatever `work`
    decides before its first act, it decides on what that call did.
    """

    def whole() -> T:
        with together(), held(actor):
            return work()

    return retried(whole)


def in_one_transaction(function: Callable[P, T]) -> Callable[P, T]:
    """A function that is one transaction wherever it is called by itself, and run again where it was broken off."""

    @functools.wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        return perform_together(lambda: function(*args, **kwargs))

    return whole


def perform(declared: Act, actor: Actor, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Run a declared act. A repeated call with the same key returns the record of the first one, unchanged."""
    outer = _doing.get()
    request = hash_of_call(declared, actor, args, kwargs)
    if outer is not None:
        with transaction.atomic(savepoint=False):
            return _once(declared, actor, args, kwargs, outer, request)
    if _together.get():
        return _once(declared, actor, args, kwargs, None, request)

    def alone() -> Any:
        with transaction.atomic():
            result = _once(declared, actor, args, kwargs, None, request)
            if connection.savepoint_ids:
                _close_guard()  # our transaction is a part of a larger one
            return result

    return retried(alone)


def _once(
    declared: Act,
    actor: Actor,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    outer: Doing | None,
    request: bytes | None,
) -> Any:
    """The act inside its transaction, or what the first call under its key did.

    The key comes before everything that the act decides on: version, rights and state are already changed by the first
    call when the second one of two at once looks at them.
    """
    if actor.key is not None and (done := done_before(declared, actor, request)):
        return done
    try:
        return _inside(declared, actor, args, kwargs, outer, request)
    except IntegrityError as error:
        if actor.key is not None and is_taken(error):
            raise BeginAgain from error
        raise_in_words(error)
        raise


def _inside(
    declared: Act,
    actor: Actor,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    outer: Doing | None,
    request: bytes | None,
) -> Any:
    at = actor.at or (outer.at if outer else None) or now()
    current = Doing(declared, actor, new_id(), at, request)
    token = _doing.set(current)
    cause = outer.id if outer else actor.cause
    try:
        result = (_create if declared.creates else _change)(current, args, kwargs, cause)
    finally:
        _doing.reset(token)
        if outer is not None:
            outer.guard_moved = True
    wake_listeners(declared.code, current.id)
    return result


def _create(current: Doing, args: Sequence[Any], kwargs: Mapping[str, Any], cause: uuid.UUID | None) -> Record:
    declared, actor = current.act, current.actor
    if declared.locks:
        _check_seen(actor, locks.take(declared, actor, None, args, kwargs))
    record: Record = declared.function(actor.inside(), *args, **kwargs)
    if not declared.may.test(actor, record):
        raise Denied(act=declared.code, rule=declared.may.name, role=actor.role, **_worded(record))
    record.state = record.state or record.Lifecycle.start
    if declared.moves and record.state not in declared.leads(record.Lifecycle.start):
        raise Undeclared(act=declared.code, before=record.Lifecycle.start, after=record.state)
    terms.check(declared, record, current.at)
    record.version = 1
    _write(current, record, cause, [store.insert(record, declared.code)])
    return record


def _change(current: Doing, args: Sequence[Any], kwargs: Mapping[str, Any], cause: uuid.UUID | None) -> Any:
    declared, actor = current.act, current.actor
    given: Record = args[0]
    record: Record = locks.take(declared, actor, given, args, kwargs)
    _check_seen(actor, record)
    if not declared.may.test(actor, record):
        raise Denied(act=declared.code, rule=declared.may.name, role=actor.role, **_worded(record))
    if record.state not in declared.moves:
        raise NotOpen(act=declared.code, state=record.state, **_worded(record))
    terms.check(declared, record, current.at)
    before = payload_of(record)
    result = declared.function(actor.inside(), record, *args[1:], **kwargs)
    _move(declared, record, before["state"])
    record.version += 1
    changed = [name for name, value in payload_of(record).items() if value != before[name]]
    if current.guard_moved:
        _set_guard(store.guard_setting(declared.code, record.pk))
    _write(current, record, cause, [store.update(record, changed, declared.code)])
    locks.copy_fields(record, given)
    return given if result is None or result is record else result


def _check_seen(actor: Actor, record: Record | None) -> None:
    """Refuse what was decided on an older version than the stored one."""
    if record is not None and actor.seen is not None and actor.seen != record.version:
        raise Clash(seen=actor.seen, now=record.version, acts=_acts_since(record, actor.seen), **_worded(record))


def _worded(record: Record) -> dict[str, str]:
    """For the sentence of an error: the wording of the record, where it is not the usual one."""
    return {"wording": record.wording} if record.wording else {}


def _move(declared: Act, record: Record, before: str) -> None:
    """Lead the record on: a declaration with one target moves it, with several the function has chosen one."""
    targets = declared.leads(before)
    if record.state == before and len(targets) == 1:
        record.state = targets[0]
    lawful = record.state == before or record.state in record.Lifecycle.moves.get(before, ())
    if record.state not in targets or not lawful:
        raise Undeclared(act=declared.code, before=before, after=record.state)


def _write(current: Doing, record: Record, cause: uuid.UUID | None, rows: list[store.Rows]) -> None:
    """The entry, the new record if there is one, and the clocks it starts: one statement."""
    declared, actor = current.act, current.actor
    setting = store.guard_setting(declared.code, record.pk)
    clocks, clock_rows = running.apply(declared.clocks, record, act=setting, entry=current.id, at=current.at)
    state = payload_of(record)
    committed = entries.commit_to_state(register_of(type(record)).state_of(state))
    payload: dict[str, Any] = {"after": state}
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
        state_hash=committed.hash,
        day=day_of(record),
    )
    entries.write(
        header,
        payload,
        actor.key,
        beside=[*rows, *clock_rows],
        state_salt=committed.salt,
        request=current.request,
    )


def _close_guard() -> None:
    _set_guard("")


def _set_guard(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (setting,))


def _acts_since(record: Record, version: int) -> str:
    rows = Entry.objects.filter(subject=record.pk, version__gt=version).order_by("version")
    return ", ".join(f"{row.act} · {row.role}" for row in rows[:5])

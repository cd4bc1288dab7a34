"""Locks: an act locks every record it decides on before its function runs, always in the same order.

Two acts that lock the same records in the same order wait for each other; in opposite orders they would deadlock.
The order is `Record.lock_order` (call, incident, assignment, unit, case, appeal), then the id.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from django.db.models import Func, QuerySet, TextField, Value

from tartip.core.acts.declare import Act, signature_of
from tartip.core.acts.errors import BeginAgain, NotFound
from tartip.core.registers import store
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of

R = TypeVar("R", bound=Record)


class _Place(NamedTuple):
    """Where the locked record belongs: an argument itself (`name` empty), or a relation of `holder`."""

    holder: Record
    name: str


def check_paths(code: str, function: Callable[..., Any], paths: Sequence[str]) -> None:
    """Refuse a declaration whose locks name no argument of the function."""
    parameters = signature_of(function).parameters
    for path in paths:
        if path.split(".")[0] not in parameters:
            raise TypeError(f"{code}: locks name {path}, but there is no such argument")


def take(declared: Act, actor: Any, subject: Record | None, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Lock what the act declares, and its subject; the arguments become what is stored now.

    Returns the subject as it is stored now (a new instance); for a creating act the record its `locks` name first,
    which is the one whose version the caller saw.
    """
    places = _places(declared, actor, args, kwargs) if declared.locks else {}
    if subject is not None:
        places.setdefault((declared.model.lock_order, subject.pk, declared.model), [])
    stored: Record | None = None
    locked: list[tuple[_Place, Record]] = []
    for key in sorted(places, key=lambda key: key[:2]):
        _, identity, model = key
        if subject is not None and identity == subject.pk and model is declared.model:
            record = stored = _locked(_with_guard(model, declared.code, identity), identity)
        else:
            record = _locked(model._default_manager.all(), identity)
        locked += [(place, record) for place in places[key]]
    for place, record in locked:
        _put(place, record, subject, stored)
    if subject is None:
        return _first(declared, actor, args, kwargs)
    return stored


def _first(declared: Act, actor: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    found: Any = signature_of(declared.function).bind(actor, *args, **kwargs).arguments
    names = declared.locks[0].split(".")
    found = found.get(names[0])
    for name in names[1:]:
        found = getattr(found, name) if found is not None else None
    return found


def lock(record: R) -> R:
    """The record as it is stored now, locked until the transaction ends."""
    return cast("R", _locked(type(record)._default_manager.all(), record.pk))


def _places(
    declared: Act, actor: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[tuple[int, uuid.UUID, type[Record]], list[_Place]]:
    """What to lock, and where each locked record is to be put. An argument or relation that is empty needs no lock."""
    given = signature_of(declared.function).bind(actor, *args, **kwargs).arguments
    found: dict[tuple[int, uuid.UUID, type[Record]], list[_Place]] = {}
    for path in declared.locks:
        first, *relations = path.split(".")
        holder = given.get(first)
        for relation in relations[:-1]:
            holder = getattr(holder, relation) if holder is not None else None
        if holder is None:
            continue
        if relations:
            field: Any = type(holder)._meta.get_field(relations[-1])
            model, identity = field.related_model, getattr(holder, field.attname)
        else:
            model, identity = type(holder), holder.pk
        if identity is not None:
            place = _Place(holder, relations[-1] if relations else "")
            found.setdefault((model.lock_order, identity, model), []).append(place)
    return found


def _put(place: _Place, record: Record, subject: Record | None, stored: Record | None) -> None:
    """Give the caller's instance, or its relation, what is stored now."""
    if not place.name:
        if place.holder is not subject:
            copy_fields(record, place.holder)
        return
    # The function gets the stored subject, so its relations are filled there.
    holder = stored if stored is not None and place.holder is subject else place.holder
    field: Any = type(holder)._meta.get_field(place.name)
    if getattr(holder, field.attname) != record.pk:
        raise BeginAgain  # the relation changed between reading it and locking what it names
    setattr(holder, place.name, record)


def _with_guard(model: type[Record], code: str, identity: uuid.UUID) -> QuerySet[Record]:
    """The query that locks the subject opens the guard too: one round trip for both."""
    setting = store.guard_setting(code, identity)
    opened = Func(Value("tartip.act"), Value(setting), Value(True), function="set_config", output_field=TextField())
    return model._default_manager.annotate(act_now=opened)


def _locked(rows: QuerySet[Record], identity: uuid.UUID) -> Record:
    # NO KEY: foreign keys of new rows may still point to the record while it is locked.
    record = rows.select_for_update(of=("self",), no_key=True).filter(pk=identity).first()
    if record is None:
        raise NotFound(register=register_of(rows.model).name, id=identity)
    return record


def copy_fields(source: Record, target: Record) -> None:
    """The caller's instance becomes what is stored now."""
    for name, _ in register_of(type(source)).fields:
        setattr(target, name, getattr(source, name))

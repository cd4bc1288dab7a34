"""The list of registers: one line in a room's `models.py` makes a model part of it.

A registered model gets the guard in the database, a place in the audit, its history and its retention.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import models

from tartip.core.registers.models import Record
from tartip.core.registers.sees import MaySee, Sees


@dataclass(frozen=True)
class Register:
    """What is known about one register. `retention_days` None keeps the records for ever.

    `may_see` None is a mistake that stops the program at its start (see `check_may_see`): nobody reads such a register.
    `erases` are the fields that the act `retention.erase` empties when the retention ends; the model names them.
    `erases_also` names further ones of a record where its circumstances make them personal; its docstring says why.
    `counted_by` names the moment whose civil day statistics count by; every entry about such a record commits to it.
    `proofs_to_anyone`: whoever knows the id of an entry about such a record gets the proof of its header.
    """

    name: str
    model: type[Record]
    plural: Any
    columns: tuple[str, ...]
    retention_days: int | None
    fields: tuple[tuple[str, Callable[[Any], Any]], ...]
    may_see: MaySee | None = None
    proofs_to_anyone: bool = False
    erases: tuple[str, ...] = ()
    erases_also: Callable[[Any], tuple[str, ...]] | None = None
    counted_by: str = ""
    # What each field holds that nobody has filled in, as JSON.
    empty: Mapping[str, Any] = field(default_factory=dict)
    # How its generated pages show it; None where its app has pages of its own.
    pages: Pages | None = None
    # The name of the URL of its app's own page of one record, which takes the id.
    card: str = ""

    def state_of(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """What the state hash covers: the fields that hold something.

        So a column that a later version adds does not change the hash of records nobody has touched. For the same
        reason the default of a record's field must not change once records exist: add another field instead.
        """
        return {name: value for name, value in payload.items() if name not in self.empty or self.empty[name] != value}


@dataclass(frozen=True)
class Pages:
    """The generated list, card, import and export of a register (`web/registers/`).

    `order` is the moment or number the list is ordered by, with a minus for the newest in front; it must not be null.
    `filters` are fields the list can be narrowed by, beside state and territory; `search` are texts that are searched
    by the beginnings of their words; `sorts` are further fields to sort by. Each gets an index (`indexes.py`).
    `title` is the field or the function that names one record; `imports` the code of the act that a row of an imported
    file is; `purpose` the purposes for which the names of persons may be opened on its pages.
    """

    order: str
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    title: str | Callable[[Any], Any] = ""
    imports: str = ""
    purposes: tuple[str, ...] = ()

    @property
    def ordered_by(self) -> str:
        return self.order.removeprefix("-")

    @property
    def fields(self) -> set[str]:
        """All fields that a list of this register asks the database for."""
        return {self.ordered_by, *self.filters, *self.search, *self.sorts}


REGISTERS: dict[str, Register] = {}
_by_model: dict[type[Record], Register] = {}


def register(
    model: type[Record],
    *,
    plural: Any,
    columns: Iterable[str] = (),
    retention: int | None = None,
    name: str = "",
    may_see: Iterable[Sees] | None = None,
    proofs_to_anyone: bool = False,
    erases_also: Callable[[Any], tuple[str, ...]] | None = None,
    counted_by: str = "",
    pages: Pages | None = None,
    card: str = "",
) -> Register:
    """Enter a model into the list; call it right after the class. `retention` is in days (see `years`).

    `may_see` says who reads the records (see `sees.py`); an empty list means nobody but the system.
    """
    entry = Register(
        name=name or str(model._meta.model_name),
        model=model,
        plural=plural,
        columns=tuple(columns),
        retention_days=retention,
        fields=tuple((column.attname, _converter(column)) for column in model._meta.concrete_fields),
        may_see=None if may_see is None else MaySee.of(may_see),
        proofs_to_anyone=proofs_to_anyone,
        erases=tuple(getattr(model, "erases", ())),
        erases_also=erases_also,
        counted_by=counted_by,
        empty=dict(_empties(model)),
        pages=pages,
        card=card,
    )
    if unknown := set(entry.erases) - {name for name, _ in entry.fields}:
        raise ValueError(f"{entry.name}: `erases` names fields it does not have: {sorted(unknown)}")
    if counted_by and counted_by not in dict(entry.fields):
        raise ValueError(f"{entry.name}: `counted_by` names a field it does not have: {counted_by}")
    named = {column.name for column in model._meta.concrete_fields}
    for what, names in (("columns", set(entry.columns)), ("pages", pages.fields if pages else set())):
        if wrong := names - named:
            raise ValueError(f"{entry.name}: `{what}` names fields it does not have: {sorted(wrong)}")
    if pages and next(one for one in model._meta.concrete_fields if one.name == pages.ordered_by).null:
        raise ValueError(f"{entry.name}: the list cannot be ordered by {pages.ordered_by}, which may be empty")
    if entry.name in REGISTERS and REGISTERS[entry.name].model is not model:
        raise ValueError(f"two registers are called {entry.name}")
    REGISTERS[entry.name] = _by_model[model] = entry
    return entry


def _empties(model: type[Record]) -> Iterator[tuple[str, Any]]:
    """Fields with an empty value of their own. A default that is worked out (a new id, this node) is none."""
    for column in model._meta.concrete_fields:
        default: Any = column.default
        if column.null:
            yield column.attname, None
        elif default in (list, dict):
            yield column.attname, default()
        elif not callable(default) and not column.primary_key and column.remote_field is None:
            value = column.get_default()
            if value is not None:
                yield column.attname, _converter(column)(value)


def years(number: int) -> int:
    return number * 366


def register_of(model: type[Record]) -> Register:
    return _by_model[model]


def may_see_of(model: type[Record]) -> MaySee:
    """Who reads the records of this model; a register that declares nothing is read by nobody."""
    return _by_model[model].may_see or MaySee(())


def payload_of(record: Record) -> dict[str, Any]:
    """The record's fields as JSON values; the same record always gives the same value."""
    return {name: convert(getattr(record, name)) for name, convert in register_of(type(record)).fields}


def _same(value: Any) -> Any:
    return value


def _moment(value: datetime | None) -> str | None:
    return None if value is None else utc_text(value)


def utc_text(value: datetime) -> str:
    """One spelling of a moment everywhere a hash depends on it: UTC, microseconds, Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(value: uuid.UUID | date | int | None) -> str | None:
    return None if value is None else str(value)


def _base64(value: bytes | memoryview | None) -> str | None:
    return None if value is None else base64.b64encode(bytes(value)).decode()


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    target: Any = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, models.FloatField | models.DecimalField):
        raise TypeError(f"{field} is not an integer: records hold no floats (design, section 4)")
    if isinstance(target, models.DateTimeField):
        return _moment
    # 64-bit integers go as text: canonical JSON is exact only to 2^53.
    if isinstance(target, models.UUIDField | models.DateField | models.BigIntegerField):
        return _text
    if isinstance(target, models.BinaryField):
        return _base64
    return _same

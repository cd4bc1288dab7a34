"""The list of registers: one line in a room's `models.py` makes a model part of it.

A registered model gets the guard in the database, a place in the audit, its history and its retention.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import models

from tartip.core.registers.models import Record


@dataclass(frozen=True)
class Register:
    """What is known about one register. `retention_days` None keeps the records for ever."""

    name: str
    model: type[Record]
    plural: Any
    columns: tuple[str, ...]
    retention_days: int | None
    fields: tuple[tuple[str, Callable[[Any], Any]], ...]


REGISTERS: dict[str, Register] = {}
_by_model: dict[type[Record], Register] = {}


def register(
    model: type[Record], *, plural: Any, columns: Iterable[str] = (), retention: int | None = None, name: str = ""
) -> Register:
    """Enter a model into the list; call it right after the class. `retention` is in days (see `years`)."""
    entry = Register(
        name=name or str(model._meta.model_name),
        model=model,
        plural=plural,
        columns=tuple(columns),
        retention_days=retention,
        fields=tuple((field.attname, _converter(field)) for field in model._meta.concrete_fields),
    )
    if entry.name in REGISTERS and REGISTERS[entry.name].model is not model:
        raise ValueError(f"two registers are called {entry.name}")
    REGISTERS[entry.name] = _by_model[model] = entry
    return entry


def years(number: int) -> int:
    return number * 366


def register_of(model: type[Record]) -> Register:
    return _by_model[model]


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

"""Writing a record as a part of one larger statement: the act's whole write is a single round trip."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from tartip.core.registers.models import Record


class Rows(NamedTuple):
    """An INSERT or UPDATE to be run beside others in one statement, with its parameters."""

    sql: str
    params: list[Any]


def guard_setting(code: str, record: uuid.UUID) -> str:
    """What the setting `tartip.act` must be while the act `code` changes this record: it names both."""
    return f"{code}:{record}"


# A FROM item that opens the guard before the row it stands with is written. Volatile, so never planned away.
OPEN_GUARD = "(SELECT set_config('tartip.act', %s, true)) AS act"


def insert(record: Record, code: str) -> Rows:
    """The record as a new row, written inside the act `code`."""
    sql, fields = _insert(type(record))
    record._state.adding = False
    record._state.db = connection.alias
    return Rows(sql, [*_values(record, fields), guard_setting(code, record.pk)])


def update(record: Record, names: Sequence[str], code: str) -> Rows:
    """The named fields of the record as they are now, written inside the act `code`."""
    sql, fields = _update(type(record), tuple(names))
    return Rows(sql, [*_values(record, fields), guard_setting(code, record.pk), record.pk])


def _values(record: Record, fields: Sequence[models.Field[Any, Any]]) -> list[Any]:
    # The connection itself: behind `connection` it would be looked up anew for every field.
    known = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(getattr(record, field.attname), known) for field in fields]


@lru_cache(maxsize=256)
def _insert(model: type[Record]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    fields = tuple(model._meta.concrete_fields)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(f"%s::{_type(field)}" for field in fields)
    # Names come from the model; every value is a parameter.
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {values} FROM {OPEN_GUARD}', fields  # noqa: S608


@lru_cache(maxsize=1024)
def _update(model: type[Record], names: tuple[str, ...]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    known = {field.attname: field for field in model._meta.concrete_fields}
    fields = tuple(known[name] for name in names)
    changes = ", ".join(f'"{field.column}" = %s::{_type(field)}' for field in fields)
    table = model._meta.db_table
    return f'UPDATE "{table}" SET {changes} FROM {OPEN_GUARD} WHERE "{table}".id = %s', fields  # noqa: S608


def _type(field: models.Field[Any, Any]) -> str:
    """The column's type without its length: a cast to varchar(n) would cut the value instead of refusing it."""
    target: Any = field
    return re.sub(
        r"\(\d+\)", "", str(target.rel_db_type(connection) if field.is_relation else target.db_type(connection))
    )

"""Writing a new record as a part of one larger statement: the act's whole write is a single round trip."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, models

from tartip.core.registers.models import Record


class Rows(NamedTuple):
    """An INSERT to be run beside others in one statement, with its parameters."""

    sql: str
    params: list[Any]


def open_guard(code: str) -> tuple[str, list[Any]]:
    """A FROM item that opens the guard before the row it stands with is written. Volatile, so never planned away."""
    return "(SELECT set_config('tartip.act', %s, true)) AS act", [code]


def insert(record: Record, code: str) -> Rows:
    """The record as a new row, written inside the act `code`."""
    sql, fields = _statement(type(record))
    values = [field.get_db_prep_save(getattr(record, field.attname), connection) for field in fields]
    record._state.adding = False
    record._state.db = connection.alias
    return Rows(sql, [*values, code])


@lru_cache(maxsize=256)
def _statement(model: type[Record]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    fields = tuple(model._meta.concrete_fields)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(f"%s::{_type(field)}" for field in fields)
    guard, _ = open_guard("")
    # Names come from the model; every value is a parameter.
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {values} FROM {guard}', fields  # noqa: S608


def _type(field: models.Field[Any, Any]) -> str:
    target: Any = field
    return str(target.rel_db_type(connection) if field.is_relation else target.db_type(connection))

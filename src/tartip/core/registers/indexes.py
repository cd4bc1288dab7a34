"""Indexes of the generated lists: made from what a register declares, after each migration.

A list asks for the first rows in its order that lie in some territories and pass one filter. So there is one index in
the order itself, one per filter in front of it, and one for the words that are searched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db import connection, models
from psycopg import sql

from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, Pages, Register

MOST_NAME = 63  # of an identifier in PostgreSQL


def install() -> None:
    """Make what is missing, drop what no register declares any more. Run as the owner; repeating changes nothing."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'list\\_%'")
        present = {name for (name,) in cursor.fetchall()}
        wanted = {
            name: statement
            for register in REGISTERS.values()
            if register.pages and register.model._meta.db_table in existing
            for name, statement in _statements(register, register.pages)
        }
        for name in sorted(present - set(wanted)):
            cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for name, statement in wanted.items():
            if name not in present:
                cursor.execute(statement)


def _statements(register: Register, pages: Pages) -> Iterator[tuple[str, sql.Composed]]:
    table = register.model._meta.db_table
    way = "DESC" if pages.order.startswith("-") else "ASC"
    order = [(_column(register.model, pages.ordered_by), way), ("id", way)]
    yield _plain(table, order)
    for filtered in ("territory", "state", *pages.filters):
        yield _plain(table, [(_column(register.model, filtered), "ASC"), *order])
    for by in pages.sorts:
        yield _plain(table, [(_column(register.model, by), "ASC"), ("id", "ASC")])
    if pages.search:
        document = sql.SQL(document_of(register.model, pages.search))
        name = _name(table, "words", *pages.search)
        yield (
            name,
            sql.SQL("CREATE INDEX {} ON {} USING gin (({}))").format(
                sql.Identifier(name), sql.Identifier(table), document
            ),
        )


def document_of(model: type[Record], fields: tuple[str, ...]) -> str:
    """The expression over which the words of a record are searched; the index and the query must have the same."""
    table = model._meta.db_table
    texts = " || ' ' || ".join(f'"{table}"."{_column(model, name)}"' for name in fields)
    return f"to_tsvector('simple'::regconfig, {texts})"


def _column(model: type[Record], name: str) -> str:
    field: models.Field[object, object] = model._meta.get_field(name)  # type: ignore[assignment]
    return str(field.column)


def _plain(table: str, columns: list[tuple[str, str]]) -> tuple[str, sql.Composed]:
    name = _name(table, *(part for column in columns for part in column))
    listed = sql.SQL(", ").join(sql.SQL("{} " + way).format(sql.Identifier(column)) for column, way in columns)
    statement = sql.SQL("CREATE INDEX {} ON {} ({})").format(sql.Identifier(name), sql.Identifier(table), listed)
    return name, statement


def _name(table: str, *parts: str) -> str:
    """A name that says its columns as far as there is room, and changes with them."""
    whole = "_".join(parts)
    mark = hashlib.sha256(f"{table}:{whole}".encode()).hexdigest()[:8]
    return f"list_{table}_{whole}"[: MOST_NAME - 9] + f"_{mark}"

"""Asking DuckDB: a connection of its own for each question, no extension, nothing but the named files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tartip.engines.figures.errors import QueryFailed

Answer = Callable[[str, str], list[tuple[Any, ...]]]


@contextmanager
def asking(where: str) -> Iterator[Answer]:
    """A function (records, sql) → rows, over one connection. Raises QueryFailed naming `where`."""
    import duckdb

    def answer(records: str, sql: str) -> list[tuple[Any, ...]]:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW records AS {records}")
        return connection.execute(sql).fetchall()

    try:
        with duckdb.connect() as connection:
            connection.execute("SET python_enable_replacements = false")
            yield answer
    except duckdb.Error as error:
        raise QueryFailed(where, str(error).splitlines()[0]) from None


def ask(records: str, sql: str, where: str) -> list[tuple[Any, ...]]:
    """Rows of `sql` over the view `records`. Raises QueryFailed naming `where`."""
    with asking(where) as answer:
        return answer(records, sql)


def ask_untrusted(records: str, sql: str, files: Sequence[str], where: str, *, seconds: float = 60) -> int:
    """The one integer a foreign query gives, run where it can read `files` and do nothing else.

    files: absolute names. Raises QueryFailed if it is no single SELECT, reaches for anything else, takes longer, or
    does not answer with one integer.
    """
    from threading import Timer

    import duckdb

    try:
        with duckdb.connect() as connection:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise QueryFailed(where, "the query must be one SELECT")
            connection.execute("SET python_enable_replacements = false")
            connection.execute("SET memory_limit = '4GB'")
            connection.execute("SET allowed_paths = $files", {"files": list(files)})
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            connection.execute(f"CREATE TEMP VIEW records AS {records}")
            timer = Timer(seconds, connection.interrupt)
            timer.start()
            try:
                rows = connection.execute(sql).fetchmany(2)
            finally:
                timer.cancel()
    except duckdb.Error as error:
        raise QueryFailed(where, str(error).splitlines()[0]) from None
    if len(rows) != 1 or len(rows[0]) != 1 or type(rows[0][0]) is not int:
        raise QueryFailed(where, "the query must answer with one whole number")
    answer: int = rows[0][0]
    return answer

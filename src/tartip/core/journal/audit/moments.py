"""Reading moments that Python has no value for: PostgreSQL knows infinity and years beyond 9999 and before 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from django.db import connection
from psycopg.adapt import Buffer, Loader
from psycopg.types.datetime import DateLoader, TimestamptzLoader

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
UNREADABLE = (psycopg.DataError, ValueError, OverflowError)


def _is_past(data: Buffer) -> bool:
    text = bytes(data)
    return text.startswith(b"-") or text.endswith(b"BC")


@contextmanager
def any_moment(database: psycopg.Connection[Any]) -> Iterator[None]:
    """Inside the block such a moment or day is read as the first or the last one there is: no act wrote that either."""

    class AnyMoment(TimestamptzLoader):
        timezone = connection.timezone  # Django asks a loader for it, and puts its own in place where it is another

        def load(self, data: Buffer) -> datetime:
            try:
                return super().load(data).replace(tzinfo=self.timezone)
            except UNREADABLE:
                return FIRST if _is_past(data) else LAST

    class AnyDay(DateLoader):
        def load(self, data: Buffer) -> date:
            try:
                return super().load(data)
            except UNREADABLE:
                return date.min if _is_past(data) else date.max

    loaders: dict[str, type[Loader]] = {"timestamptz": AnyMoment, "date": AnyDay}
    oids = {name: psycopg.adapters.types[name].oid for name in loaders}
    before = {name: database.adapters.get_loader(oid, psycopg.pq.Format.TEXT) for name, oid in oids.items()}
    try:
        for name, loader in loaders.items():
            database.adapters.register_loader(name, loader)
        yield
    finally:
        for name, usual in before.items():
            if usual is not None:
                database.adapters.register_loader(name, usual)

"""Working as the owner of the tables: for migrations and the preparation of a database, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    role = connection.settings_dict["APP_ROLE"]
    connection.close()
    connection.settings_dict["APP_ROLE"] = None
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["APP_ROLE"] = role

"""What brakes and log-ins must remember: a table of its own, from which no visitor can push anything out.

Django's DatabaseCache keeps a number of rows and drops others when it is full; it drops a row that still counts as
gladly as any. Four hundred anonymous requests then opened the sixth log-in and a used code again. Here a row goes when
its time is over and not before. Rows are small and live for minutes, so the table stays as small as the last minutes.
"""

from __future__ import annotations

import base64
import pickle
import random
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction

SWEEP_ONE_IN = 200


class SecurityCache(DatabaseCache):
    """Set and add are one statement each, so that two at once cannot both be the first."""

    _table: str

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        seconds = self.get_backend_timeout(timeout)
        until = datetime.max.replace(tzinfo=UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)
        text = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        with connection.cursor() as cursor:
            if random.randrange(SWEEP_ONE_IN) == 0:
                cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608
            if mode == "touch":
                cursor.execute(f"UPDATE {table} SET expires = %s WHERE cache_key = %s", (until, key))  # noqa: S608
                return bool(cursor.rowcount)
            kept = f" WHERE {table}.expires < now()" if mode == "add" else ""
            cursor.execute(
                f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) ON CONFLICT (cache_key) "  # noqa: S608
                f"DO UPDATE SET value = excluded.value, expires = excluded.expires{kept}",
                (key, text, until),
            )
            return bool(cursor.rowcount)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count, keeping the time at which the count ends. Raises ValueError for a key that is not there."""
        made = self.make_and_validate_key(key, version=version)
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s AND expires >= now() FOR UPDATE", (made,))  # noqa: S608
            found = cursor.fetchone()
            if found is None:
                raise ValueError(f"Key '{key}' not found")
            value = int(pickle.loads(base64.b64decode(found[0]))) + delta  # noqa: S301 (written by us alone)
            text = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", (text, made))  # noqa: S608
        return value

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Nothing that still counts is ever dropped for want of room."""

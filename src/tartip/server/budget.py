"""How many database connections each kind of process may hold, and whether the server allows their sum.

Every process is bounded by itself: page servers and the worker by a pool, the background process by its number of
duties. So the sum is known before the first caller needs a connection, and is checked when a process starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection

from tartip.errors import TartipError
from tartip.server.patience import BACKGROUND

# Threads for pages and API in one page server. Each borrows a connection while it answers.
PAGE_THREADS = 8
# Threads of their own for what counts figures: anybody may ask for one, and no desk waits for it.
COUNTING_THREADS = 2
# The stream's one listening connection.
STREAM = 1
# Tasks at a time in a worker, and the connections of procrastinate itself (its pool's default).
TASKS = 2
PROCRASTINATE = 4
CITY = 1
# For commands (audit, backup, a look by hand) while everything runs.
SPARE = 5

LIMIT = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
  - coalesce(current_setting('reserved_connections', true), '0')::int
"""


class TooFewConnections(TartipError):
    """The database server allows fewer connections than the processes of this system may hold."""

    code = "database.connections"
    text = (
        "The database server allows %(allowed)s connections, and the parts of Tártip may hold %(needed)s (%(parts)s). "
        "Raise max_connections of the server by at least %(missing)s, or lower TARTIP_DB_POOL or TARTIP_PAGE_SERVERS."
    )
    http_status = 503


def needs() -> dict[str, int]:
    return {
        "page servers": settings.PAGE_SERVERS * (settings.DB_POOL + STREAM),
        # One per duty, and one that reports.
        "background process": len(BACKGROUND) + 1,
        "worker": TASKS + PROCRASTINATE,
        "city": CITY if settings.DEMO else 0,
        "commands": SPARE,
    }


def allowed() -> int:
    """What the server grants to others than its superuser."""
    with connection.cursor() as cursor:
        cursor.execute(LIMIT)
        return int(cursor.fetchone()[0])


def check() -> None:
    """Raises TooFewConnections unless everything that may run fits the server."""
    limit = allowed()
    parts = {name: number for name, number in needs().items() if number}
    needed = sum(parts.values())
    if needed > limit:
        named = ", ".join(f"{name} {number}" for name, number in parts.items())
        raise TooFewConnections(allowed=limit, needed=needed, parts=named, missing=needed - limit)


@checks.register(checks.Tags.database)
def connections_fit(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    if not databases or "default" not in databases:
        return []
    try:
        check()
    except TooFewConnections as error:
        return [checks.Error(str(error), id="tartip.E001")]
    return []

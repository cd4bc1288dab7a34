"""Django's PostgreSQL backend with two habits of the house.

It starts the embedded server at the first connection (when no TARTIP_DATABASE_URL is given), and it works as the role
`tartip_app`, which may only add to the journal. Migrations run with APP_ROLE None, as the owner.

A process with many threads calls `use_pool` once: then its threads borrow connections, and never hold more than the
given number together. A thread that finds none free waits, at most WAIT_SECONDS.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import pathlib
import select
import time
from typing import IO, Any

import psycopg
from django.db import connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import _queries
from psycopg_pool import ConnectionPool

from tartip.server import postgres

WAIT_SECONDS = 10.0
CHECK_SECONDS = 30.0

# The statement of an act has up to some 100 parameters. Beyond this bound psycopg would parse it anew at each call, a
# seventh of the processor's time of an act.
_queries.MAX_CACHED_STATEMENT_PARAMS = max(_queries.MAX_CACHED_STATEMENT_PARAMS, 120)

_held: dict[tuple[int, pathlib.Path], IO[str]] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        data = self.settings_dict.get("EMBEDDED_DATA")
        # Asking whether the server runs starts a program; a request that borrows from the pool must not pay for it.
        pooled = self.settings_dict["OPTIONS"].get("pool") and self.alias in self._connection_pools  # type: ignore[attr-defined]
        if data and not (self.settings_dict.get("HOST") and pooled):
            hold(pathlib.Path(data))
            self.settings_dict["HOST"] = str(postgres.start(pathlib.Path(data)))
            role = self.settings_dict.get("APP_ROLE")
            self.settings_dict["USER"] = self.settings_dict.get("EMBEDDED_LOG_IN", role) if role else postgres.SUPERUSER
        params: dict[str, Any] = super().get_connection_params()
        return params

    @property
    def pool(self) -> ConnectionPool[Any] | None:
        """As Django makes it, but for the check of a connection, which costs no round trip here."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        pools: dict[str, ConnectionPool[Any]] = self._connection_pools  # type: ignore[attr-defined]
        if self.alias not in pools:
            params = {**self.get_connection_params(), "autocommit": True}
            configure = self._configure_connection  # type: ignore[attr-defined]
            made = ConnectionPool(kwargs=params, open=False, configure=configure, check=check_usable, **options)
            pools.setdefault(self.alias, made)
        return pools[self.alias]

    def plain_params(self) -> dict[str, Any]:
        """How a program connects that does not go through Django: the same server, database, log-in and TLS."""
        params = self.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold", "client_encoding"):
            params.pop(name, None)
        return params

    def _configure_role(self, connection: psycopg.Connection[Any]) -> bool:
        """Step down from the log-in to the application's role. Django calls this for every new connection."""
        role = self.settings_dict.get("APP_ROLE")
        if not role or role == self.settings_dict["USER"]:
            return False
        with connection.cursor() as cursor:
            cursor.execute(psycopg.sql.SQL("SET ROLE {}").format(psycopg.sql.Identifier(role)))
        return True


def check_usable(connection: psycopg.Connection[Any]) -> None:
    """Raises OperationalError if the server has ended this connection.

    A server that ends one says so on the socket, so nothing has to be asked while the socket is silent. Every
    CHECK_SECONDS it is asked all the same: a cut network says nothing.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    checked: dict[str, float] = connection.__dict__
    if poll.poll(0) or time.monotonic() - checked.get("_tartip_checked", 0.0) > CHECK_SECONDS:
        ConnectionPool.check_connection(connection)
        checked["_tartip_checked"] = time.monotonic()


def use_pool(size: int, alias: str = "default") -> None:
    """From now on at most `size` connections serve all threads of this process; each unit of work gives its back."""
    connections.close_all()
    settings = connections.settings[alias]
    settings["CONN_MAX_AGE"] = 0  # Django gives the connection back at the end of each request or task
    # One connection is kept; the others come as they are needed and leave after a minute without work.
    settings["OPTIONS"]["pool"] = {
        "min_size": 1, "max_size": size, "timeout": WAIT_SECONDS, "max_idle": 60.0, "name": "tartip",
    }  # fmt: skip


def hold(data: pathlib.Path) -> None:
    """Say 'I use this server' by a shared lock; the last process to leave stops it. The kernel frees it on kill -9."""
    if (os.getpid(), data) in _held:
        return
    data.parent.mkdir(parents=True, exist_ok=True)
    file = open(str(data) + ".use", "a")  # noqa: SIM115 (held for the life of the process)
    fcntl.flock(file, fcntl.LOCK_SH)
    _held[os.getpid(), data] = file
    atexit.register(leave, data, os.getpid())


def leave(data: pathlib.Path, owner: int) -> None:
    file = _held.get((owner, data))
    if os.getpid() != owner or file is None:
        return
    with contextlib.suppress(OSError, postgres.PostgresFailed):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        postgres.stop(data)

"""Django's PostgreSQL backend with two habits of the house.

It starts the embedded server at the first connection (when no TARTIP_DATABASE_URL is given), and it works as the role
`tartip_app`, which may only add to the journal. Migrations run with APP_ROLE None, as the owner.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import pathlib
from typing import IO, Any

from django.db.backends.postgresql import base

from tartip.base import postgres

_held: dict[tuple[int, pathlib.Path], IO[str]] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        data = self.settings_dict.get("EMBEDDED_DATA")
        if data:
            hold(pathlib.Path(data))
            self.settings_dict["HOST"] = str(postgres.start(pathlib.Path(data)))
            self.settings_dict["USER"] = self.settings_dict.get("APP_ROLE") or postgres.SUPERUSER
        params: dict[str, Any] = super().get_connection_params()
        return params

    def init_connection_state(self) -> None:
        super().init_connection_state()
        role = self.settings_dict.get("APP_ROLE")
        if role and role != self.settings_dict["USER"]:
            with self.connection.cursor() as cursor:
                cursor.execute(f'SET ROLE "{role}"')
            self.connection.commit() if not self.connection.autocommit else None


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
    with contextlib.suppress(BlockingIOError, postgres.PostgresFailed):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        postgres.stop(data)

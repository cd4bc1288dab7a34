"""Who logs in to the database: the owner for migrations alone, the sealing process to seal, all others to work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tartip.core.registers.guard import APP_ROLE, SEALER_ROLE, end_open_changes
from tartip.errors import TartipError

log = logging.getLogger("tartip.database")

LOG_IN = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")

# Whether the log-in could become the owner of the journal: then the rights of its role protect nothing.
COULD_OWN = """
SELECT session_user, u.rolsuper OR pg_has_role(session_user, c.relowner, 'MEMBER'), pg_get_userbyid(c.relowner)
FROM pg_class c, pg_roles u WHERE c.oid = 'journal_entry'::regclass AND u.rolname = session_user
"""
MAY_SEAL = f"""
SELECT session_user, EXISTS (
  SELECT 1 FROM pg_roles WHERE rolname = '{SEALER_ROLE}' AND pg_has_role(session_user, oid, 'MEMBER'))
"""  # noqa: S608 (a name of ours)

# What a role may say of itself for all its later connections, and PostgreSQL lets no owner forbid it.
SETTINGS = """
SELECT s.setdatabase <> 0, split_part(one, '=', 1)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) one
WHERE r.rolname = %s AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY 2, 1
"""

PATIENCE, ATTEMPTS = "1s", 5
LOCK_NOT_AVAILABLE, CONCURRENTLY_UPDATED = "55P03", "XX000"


class LogsInAsOwner(TartipError):
    """A process that serves people would hold the owner's rights over the journal."""

    code = "database.owner"
    text = (
        "TARTIP_DATABASE_URL logs in as %(user)s, who can become the owner of the tables (%(owner)s) and change the "
        "journal. Give TARTIP_DATABASE_URL the log-in tartip_app (tartip migrate makes it, its password comes from "
        "TARTIP_APP_PASSWORD), and the owner's URL to tartip migrate alone, as TARTIP_DATABASE_OWNER_URL."
    )
    http_status = 503


class CannotSeal(TartipError):
    """The sealing process was given a log-in without the rights to seal."""

    code = "database.cannot_seal"
    text = (
        "TARTIP_DATABASE_URL logs in as %(user)s, who may not seal the journal. Give tartip keeper the log-in "
        "tartip_sealer (tartip migrate makes it, its password comes from TARTIP_SEALER_PASSWORD), and no other process."
    )
    http_status = 503


class CouldSeal(TartipError):
    """A process that serves people could write what only the sealing process signs."""

    code = "database.could_seal"
    text = (
        "TARTIP_DATABASE_URL logs in as %(user)s, who may seal the journal: that log-in is for tartip keeper alone. "
        "Give this process the log-in tartip_app."
    )
    http_status = 503


def log_in_to_seal() -> None:
    """In the embedded server, which has no passwords: connect as the role that may seal. A URL names its log-in."""
    if connection.settings_dict.get("EMBEDDED_DATA") and connection.settings_dict.get("EMBEDDED_LOG_IN") is None:
        drop_connections()
        connection.settings_dict["EMBEDDED_LOG_IN"] = SEALER_ROLE


def check_login(*, seals: bool = False) -> None:
    """Refuse to serve with the owner's log-in, and to let any but the sealing process seal.

    The embedded server of a demo has no passwords and is not asked.
    """
    if connection.settings_dict.get("EMBEDDED_DATA"):
        return
    with connection.cursor() as cursor:
        cursor.execute(COULD_OWN)
        user, could_own, owner = cursor.fetchone()
    if could_own:
        raise LogsInAsOwner(user=user, owner=owner)
    with connection.cursor() as cursor:
        cursor.execute(MAY_SEAL)
        user, may_seal = cursor.fetchone()
    if may_seal != seals:
        raise (CannotSeal if seals else CouldSeal)(user=user)


def take_back_settings() -> list[str]:
    """Undo what our roles have set for themselves: `default_transaction_read_only` alone ended all writing for good.

    We give them no settings. Works for the owner and for the sealing process, who both can step down to these roles.
    What only the database's administrator can set stays. Returns what was undone, as `role: setting`.
    """
    return [f"{role}: {name}" for role in (APP_ROLE, SEALER_ROLE) for name in _take_back(role)]


def _take_back(role: str) -> list[str]:
    for _ in range(ATTEMPTS):
        try:
            return _reset_settings(role)
        except DatabaseError as error:
            # Another transaction of the role holds the row, or changed it meanwhile.
            if getattr(error.__cause__, "sqlstate", None) not in (LOCK_NOT_AVAILABLE, CONCURRENTLY_UPDATED):
                raise
            end_open_changes(role)
    return _reset_settings(role)


def _reset_settings(role: str) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SETTINGS, (role,))
        before = cursor.fetchall()
        if not before:
            return []
        cursor.execute("SELECT set_config('role', %s, true), set_config('lock_timeout', %s, true)", (role, PATIENCE))
        name, database = sql.Identifier(role), sql.Identifier(connection.settings_dict["NAME"])
        cursor.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(name))
        cursor.execute(sql.SQL("ALTER ROLE {} IN DATABASE {} RESET ALL").format(name, database))
        cursor.execute(SETTINGS, (role,))
        after = set(cursor.fetchall())
    return sorted({setting for _, setting in set(before) - after})


def refuse_owner() -> None:
    """`check_login` for a page server. One that starts while the database is away serves as soon as it is back."""
    try:
        check_login()
    except (LogsInAsOwner, CouldSeal) as error:
        raise SystemExit(f"tartip: {error}") from error
    except DatabaseError as error:
        log.warning("the log-in of the database could not be checked: %s", error)
    finally:
        connection.close()


@contextmanager
def as_owner() -> Iterator[None]:
    before = dict(connection.settings_dict)
    drop_connections()
    if settings.DATABASE_OWNER is not None:
        # Another log-in on the same server; the name of the database stays (a test has its own).
        connection.settings_dict.update({name: settings.DATABASE_OWNER[name] for name in LOG_IN})
    connection.settings_dict["APP_ROLE"] = None
    try:
        yield
    finally:
        drop_connections()
        connection.settings_dict.update({name: before[name] for name in (*LOG_IN, "APP_ROLE")})


def drop_connections() -> None:
    """Drop this thread's connection, and the pool's: those that were opened in the other role must not be used."""
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]

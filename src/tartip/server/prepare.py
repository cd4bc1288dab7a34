"""Making a database ready: migrations, the guard, the reference data. `tartip migrate` and the tests use it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader

from tartip.core.acts.retry import retried
from tartip.core.registers.guard import grant
from tartip.server.database_roles import as_owner, take_back_settings

# What a test run keeps between tests: loaded once, never changed by one.
REFERENCE_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "territory_territory",
    "territory_outline",
    "territory_revision",
}


# Database, role (by SET ROLE and by name), table: what migrations make.
NOT_THERE = ("3D000", "22023", "42704", "42P01")


def prepare(say: Callable[[str], None] = lambda _: None) -> None:
    """Everything between an empty database and a working one; repeating it changes nothing."""
    with _one_at_a_time(), as_owner():
        say("tables")
        make_database()
        call_command("migrate", verbosity=0, interactive=False)
        try:
            for setting in take_back_settings():
                say(f"taken back: {setting} (a log-in had set it for itself)")
        except DatabaseError as error:
            say(f"the settings of the log-ins could not be taken back: {error}")
        say("territories")
        load_reference()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two processes must not make the same tables: the second waits and then finds them."""
    with open(settings.VAR / "prepare.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_prepared() -> bool:
    """Whether every migration has run. A database, table or role that is not there yet is an answer, not an error."""
    try:
        loader = MigrationLoader(connection, ignore_no_migrations=True)
        return all(node in loader.applied_migrations for node in loader.graph.nodes)
    except (OperationalError, ProgrammingError) as error:
        if getattr(error.__cause__, "sqlstate", None) in NOT_THERE or _not_there(str(error)):
            return False
        raise
    finally:
        if not connection.in_atomic_block:  # a command inside a test's transaction goes on with it
            connection.close()


def _not_there(text: str) -> bool:
    """A refused log-in has no code in the driver, only the server's sentence (in English: lc_messages is ours)."""
    return bool(connection.settings_dict.get("EMBEDDED_DATA")) and "does not exist" in text


def make_database() -> None:
    """Create the embedded database if it is not there; a database named by a URL is made by its operator."""
    if not connection.settings_dict.get("EMBEDDED_DATA"):
        return
    name = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')


def load_reference() -> None:
    """What a database holds before anybody works in it; the table of the cache comes after the migrations' grants."""
    call_command("createcachetable", verbosity=0)
    grant()
    from tartip.core.territory.load import load_reference as load_territories

    load_territories()


END_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def end_sessions() -> None:
    """End what others still hold of a test database: one that was just killed takes a moment to let go.

    Asked by the owner: a session of another role is not the sealing process's to end.
    """
    with as_owner(), connection.cursor() as cursor:
        name = connection.settings_dict["NAME"]
        assert name.startswith("test_"), "only sessions of a test database are ever ended"
        cursor.execute(END_SESSIONS, (name,))


# A table with more rows than this is emptied whole: to delete them one by one takes longer than new files do.
MANY = 2_000


def empty_tables(*, journal: bool = True) -> None:
    """Empty all but the reference tables, as the owner, with the guards lifted; refused outside a test database.

    Without the journal for a system that goes on running: what was sealed stays sealed, and its stream counts on.
    A request that is still under way may hold a table and want the next: then it is begun again.
    """
    retried(partial(_empty_tables, journal))


def _empty_tables(journal: bool) -> None:
    with as_owner(), connection.cursor() as cursor:
        assert connection.settings_dict["NAME"].startswith("test_"), "only a test database is ever emptied"
        tables = [name for name in connection.introspection.table_names() if name not in REFERENCE_TABLES]
        left = ("procrastinate_",) if journal else ("procrastinate_", "journal_")
        ours = [name for name in tables if not name.startswith(left)]
        names = ", ".join(f'"{name}"' for name in ours)
        count = "(SELECT '{0}', count(*) FROM (TABLE \"{0}\" LIMIT {1}) AS t)"
        counts = (count.format(name, MANY + 1) for name in ours)
        cursor.execute("BEGIN")
        # Whoever still writes ends first: what he wrote is seen then.
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(counts))
        rows = dict(cursor.fetchall())
        whole = max(rows.values()) > MANY
        written = ours if whole else [name for name in ours if rows[name]]
        for table in written:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        if whole:
            cursor.execute(f"TRUNCATE {names} CASCADE")
        else:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in written:
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 (a name from the database itself)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in written:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'tartip_%%' "
            "AND tgenabled <> 'A' AND tgrelid::regclass::text = ANY(%s)",
            [written],
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        if journal:
            cursor.execute("INSERT INTO journal_state (one, size, xid) VALUES (true, 0, '0')")
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("COMMIT")

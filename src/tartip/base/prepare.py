"""Making a database ready: migrations, the guard, the reference data. `tartip migrate` and the tests use it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tartip.base.owner import as_owner
from tartip.core.registers.guard import grant

# What a test run keeps between tests: loaded once, never changed by one.
REFERENCE_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "territory_territory",
    "territory_outline",
    "territory_revision",
}


def prepare(say: Callable[[str], None] = lambda _: None) -> None:
    """Everything between an empty database and a working one; repeating it changes nothing."""
    with as_owner():
        say("tables")
        make_database()
        call_command("migrate", verbosity=0, interactive=False)
        say("territories")
        load_reference()


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


def end_sessions(database: BaseDatabaseWrapper) -> None:
    """End what other processes still hold of a test database: one that was just killed takes a moment to let go."""
    name = database.settings_dict["NAME"]
    assert name.startswith("test_"), "only sessions of a test database are ever ended"
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (name,),
        )


def empty_tables() -> None:
    """Empty all but the reference tables, as the owner, with the guards lifted; refused outside a test database."""
    with as_owner(), connection.cursor() as cursor:
        assert connection.settings_dict["NAME"].startswith("test_"), "only a test database is ever emptied"
        tables = [name for name in connection.introspection.table_names() if name not in REFERENCE_TABLES]
        ours = [name for name in tables if not name.startswith("procrastinate_")]
        names = ", ".join(f'"{name}"' for name in ours)
        cursor.execute("BEGIN")
        for table in ours:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(f"TRUNCATE {names} CASCADE")
        for table in ours:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'tartip_%'"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        cursor.execute("INSERT INTO journal_state (one, size, xid) VALUES (true, 0, '0')")
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("COMMIT")

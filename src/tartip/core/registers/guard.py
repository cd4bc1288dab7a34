"""The guard in the database: a record changes inside an act or not at all, raw SQL included."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tartip.core.registers.imported import Imported
from tartip.core.registers.register import REGISTERS

log = logging.getLogger("tartip.database")

APP_ROLE = "tartip_app"
# The log-in of the sealing process: it does everything else as APP_ROLE and takes up its own rights to seal.
SEALER_ROLE = "tartip_sealer"

SEALING_TABLES = (
    "journal_seal", "journal_tile", "journal_checkpoint", "journal_key", "journal_state", "journal_stamp",
)  # fmt: skip

# Tables that are no records but change only inside acts as well; their column `subject` names the record of the act.
GUARDED_TABLES: set[str] = set()

# Those of them whose column `started_by` names the entry that made the row: a batch makes many under one entry.
STARTED_TABLES: set[str] = set()

# Beside them the journal: no table of what happened holds a moment or a day that a program cannot read.
READABLE = "tartip_moments"
COLUMNS_OF_MOMENTS = """
SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND NOT a.attisdropped AND a.atttypid IN ('timestamptz'::regtype, 'date'::regtype)
ORDER BY a.attname
"""
CONSTRAINT_COMMENT = """
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s
"""

# Whoever changes a role's settings or password holds these locks to the end of the transaction, and the next one waits
# for as long as the first likes.
END_OPEN_CHANGES = """
SELECT pg_terminate_backend(pid, 1000) FROM (
  SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'relation' AND l.database = 0 AND l.granted AND l.mode = 'RowExclusiveLock'
  AND l.relation IN ('pg_db_role_setting'::regclass, 'pg_authid'::regclass)
  AND a.usename = %s AND l.pid <> pg_backend_pid()) changing
"""

# The setting `tartip.act` is `act:record`. It opens the rows of that record and no others.
# The setting `tartip.batch` is `batch:entry`. It lets new rows of that batch in, and new clocks that its entry started;
# it opens no row that is there.
GUARD = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  act text := coalesce(current_setting('tartip.act', true), '');
BEGIN
  {batch}
  IF act = '' THEN
    RAISE EXCEPTION 'table % changes only inside an act', TG_TABLE_NAME USING ERRCODE = 'TA001';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a row of % never disappears; a correction is a new act', TG_TABLE_NAME USING ERRCODE = 'TA002';
  END IF;
  IF split_part(act, ':', 2) <> NEW.{column}::text OR (TG_OP = 'UPDATE' AND NEW.{column} <> OLD.{column}) THEN
    RAISE EXCEPTION 'the act % changes no other row of %', act, TG_TABLE_NAME USING ERRCODE = 'TA004';
  END IF;
  RETURN NEW;
END $$;
"""
NEW_OF_BATCH = """IF TG_OP = 'INSERT' AND {condition} THEN
    RETURN NEW;
  END IF;"""
BATCH = "split_part(coalesce(current_setting('tartip.batch', true), ''), ':', {part})"
NEW_ROW = NEW_OF_BATCH.format(condition=f"NEW.version = 1 AND NEW.batch::text = {BATCH.format(part=1)}")
NEW_CLOCK = NEW_OF_BATCH.format(condition=f"NEW.state = 'running' AND NEW.started_by::text = {BATCH.format(part=2)}")
FUNCTIONS = f"""
{GUARD.format(function="tartip_guard", column="id", batch="")}
{GUARD.format(function="tartip_guard_imported", column="id", batch=NEW_ROW)}
{GUARD.format(function="tartip_guard_subject", column="subject", batch="")}
{GUARD.format(function="tartip_guard_started", column="subject", batch=NEW_CLOCK)}
CREATE OR REPLACE FUNCTION tartip_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the journal only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'TA003';
END $$;
"""


def guarded_tables() -> list[str]:
    return sorted({entry.model._meta.db_table for entry in REGISTERS.values()} | GUARDED_TABLES)


def install() -> None:
    """Put the triggers on every record table; run as the owner after each migration. Repeating it changes nothing."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        for table in guarded_tables():
            if table not in existing:
                continue
            function = _function_of(table)
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER tartip_guard BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {function}();"
                f'CREATE OR REPLACE TRIGGER tartip_no_truncate BEFORE TRUNCATE ON "{table}" '
                f"FOR EACH STATEMENT EXECUTE FUNCTION tartip_refuse();"
                # ALWAYS: session_replication_role = replica must not switch the guard off.
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER tartip_guard;'
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER tartip_no_truncate'
            )
        for table in sorted({*guarded_tables(), "journal_entry"} & existing):
            _keep_moments_readable(cursor, table)


def _function_of(table: str) -> str:
    if table in GUARDED_TABLES:
        return "tartip_guard_started" if table in STARTED_TABLES else "tartip_guard_subject"
    models = [entry.model for entry in REGISTERS.values() if entry.model._meta.db_table == table]
    return "tartip_guard_imported" if issubclass(models[0], Imported) else "tartip_guard"


def _keep_moments_readable(cursor: CursorWrapper, table: str) -> None:
    """PostgreSQL knows infinity and years that Python does not: one such value would end whatever reads the row.

    Rows that are there already are not looked at, so that an update of the program cannot fail here. The constraint
    names its columns in a comment; it is made anew when they have changed.
    """
    cursor.execute(COLUMNS_OF_MOMENTS, (table,))
    columns = cursor.fetchall()
    named = " ".join(name for name, _ in columns)
    cursor.execute(CONSTRAINT_COMMENT, (table, READABLE))
    found = cursor.fetchone()
    if not columns or (found and found[0] == named):
        return
    bounds = " AND ".join(f"\"{name}\" BETWEEN '0002-01-01'::{kind} AND '9999-01-01'::{kind}" for name, kind in columns)
    cursor.execute(
        f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {READABLE};'
        f'ALTER TABLE "{table}" ADD CONSTRAINT {READABLE} CHECK ({bounds}) NOT VALID;'
        f"COMMENT ON CONSTRAINT {READABLE} ON \"{table}\" IS '{named}'"
    )


def make_role() -> None:
    """The roles the processes work as: they may read and write tables, but own nothing and become nobody else.

    The sealing process may also work as the application; not the other way. Where the owner may not make roles, the
    database's administrator makes these beforehand.
    """
    with connection.cursor() as cursor:
        for role, password in ((APP_ROLE, settings.APP_PASSWORD), (SEALER_ROLE, settings.SEALER_PASSWORD)):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            if cursor.fetchone() is None:
                cursor.execute(
                    f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT; "
                    "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
                )
            # The owner may step down to the role; the role may not step up.
            _make_member("CURRENT_USER", role)
            if password is not None:
                hashed = _hashed(role, password)
                end_open_changes(role)
                with transaction.atomic():
                    cursor.execute("SELECT set_config('lock_timeout', '10s', true)")
                    cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), hashed))
        _make_member(SEALER_ROLE, APP_ROLE)


def end_open_changes(role: str) -> None:
    """End the role's own connections that changed its settings or password and did not commit: ours never do that."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", (role,))
        cursor.execute(END_OPEN_CHANGES, (role,))
        if ended := len(cursor.fetchall()):
            log.error("ALARM: ended %s open transactions of %s that held up its settings or password", ended, role)


def _make_member(member: str, role: str) -> None:
    with connection.cursor() as cursor:
        # Several databases of one server may be prepared at a time: the other one has granted it then.
        cursor.execute(
            f"DO $$ BEGIN GRANT {role} TO {member}; "
            "EXCEPTION WHEN insufficient_privilege OR unique_violation OR internal_error THEN NULL; END $$"
        )


def _hashed(role: str, password: str) -> sql.Literal:
    """The password as the server stores it: in clear it would stand in the server's log of statements."""
    hashed = connection.connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return sql.Literal(hashed.decode())


def _columns(table: str, *without: str) -> str:
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return ", ".join(name for name in names if name not in without)


def grant() -> None:
    role = APP_ROLE
    may_set = _columns("journal_entry", "xid")
    with connection.cursor() as cursor:
        cursor.execute(
            f"GRANT USAGE ON SCHEMA public TO {role};"  # noqa: S608 (a name of ours, no input)
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};"
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};"
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};"
            f"REVOKE ALL ON django_migrations FROM {role}; GRANT SELECT ON django_migrations TO {role};"
            f"REVOKE UPDATE, DELETE ON journal_entry, journal_payload FROM {role};"
            # The number of its transaction is given to an entry by the server: sealing goes by it.
            f"REVOKE INSERT ON journal_entry FROM {role}; GRANT INSERT ({may_set}) ON journal_entry TO {role};"
            # What is sealed and signed, and under which key, is written by the sealing process and read by all.
            f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(SEALING_TABLES)} FROM {role};"
            f"GRANT USAGE ON SCHEMA public TO {SEALER_ROLE};"
            f"GRANT SELECT ON journal_entry, {', '.join(SEALING_TABLES)} TO {SEALER_ROLE};"
            f"GRANT INSERT ON journal_seal, journal_tile, journal_checkpoint, journal_key TO {SEALER_ROLE};"
            f"GRANT UPDATE ON journal_tile, journal_state TO {SEALER_ROLE};"
            # What the journal said is erased by the background process, when its retention has ended.
            f"GRANT SELECT, DELETE ON journal_payload TO {SEALER_ROLE}"
        )

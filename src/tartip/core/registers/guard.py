"""The guard in the database: a record changes inside an act or not at all, raw SQL included."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from tartip.core.registers.register import REGISTERS

# Tables that are no records but change only inside acts as well.
GUARDED_TABLES: set[str] = set()

FUNCTION = """
CREATE OR REPLACE FUNCTION tartip_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('tartip.act', true), '') = '' THEN
    RAISE EXCEPTION 'table % changes only inside an act', TG_TABLE_NAME USING ERRCODE = 'TA001';
  END IF;
  IF TG_OP = 'DELETE' AND current_setting('tartip.act', true) <> 'retention.erase' THEN
    RAISE EXCEPTION 'a row of % never disappears; a correction is a new act', TG_TABLE_NAME USING ERRCODE = 'TA002';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
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
        cursor.execute(FUNCTION)
        for table in guarded_tables():
            if table not in existing:
                continue
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER tartip_guard BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION tartip_guard();"
                f'CREATE OR REPLACE TRIGGER tartip_no_truncate BEFORE TRUNCATE ON "{table}" '
                f"FOR EACH STATEMENT EXECUTE FUNCTION tartip_refuse();"
                # ALWAYS: session_replication_role = replica must not switch the guard off.
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER tartip_guard;'
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER tartip_no_truncate'
            )


def make_role() -> None:
    """The role the application works as: it may read and write tables, but owns nothing."""
    role = settings.DATABASES["default"]["APP_ROLE"] or "tartip_app"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER; EXCEPTION WHEN duplicate_object OR unique_violation "
            f"THEN NULL; END $$; GRANT {role} TO CURRENT_USER"
        )


def grant() -> None:
    role = "tartip_app"
    with connection.cursor() as cursor:
        cursor.execute(
            f"GRANT USAGE ON SCHEMA public TO {role};"  # noqa: S608 (a name of ours, no input)
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};"
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};"
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};"
            f"REVOKE ALL ON django_migrations FROM {role}; GRANT SELECT ON django_migrations TO {role};"
            f"REVOKE UPDATE, DELETE ON journal_entry, journal_seal, journal_checkpoint FROM {role};"
            f"REVOKE UPDATE ON journal_payload FROM {role};"
            f"REVOKE DELETE ON journal_tile, journal_state FROM {role}"
        )

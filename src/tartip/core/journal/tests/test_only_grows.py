"""The journal only grows, whoever asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tartip.core.registers import guard
from tartip.server.database_roles import as_owner


@pytest.mark.parametrize("table", ["journal_entry", "journal_seal", "journal_checkpoint"])
def test_the_application_may_not_touch_what_is_written(committed, table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("tartip_app",)
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_application_does_not_number_its_entries(committed):
    """Sealing goes by the numbers of transactions: an entry with one from the future would hold it up."""
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO journal_entry (id, xid) VALUES (gen_random_uuid(), '18446744073709551615')")


BOUNDS = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
MOMENTS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_name = ANY(%s) AND data_type IN ('timestamp with time zone', 'date')
"""


def test_no_record_clock_or_entry_holds_a_moment_that_no_program_reads(committed):
    """Every moment and day of every guarded table is within the bounds; the database refuses the rest to everybody."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(MOMENTS, ([*guard.guarded_tables(), "journal_entry"],))
        columns = cursor.fetchall()
        cursor.execute(BOUNDS, (guard.READABLE,))
        bounded = dict(cursor.fetchall())
    assert len(columns) > 50
    assert [name for name in columns if f"({name[1]} >= '0002" not in bounded[name[0]]] == []


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "0044-03-15 BC"])
def test_an_endless_term_is_refused(committed, dispatcher, moment):
    from tartip.operations.incidents import actions

    incident = actions.open_incident(dispatcher, territory="750000000", kind_code="fight")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"incident.close:{incident.pk}",))
        with pytest.raises(DatabaseError, match=guard.READABLE):
            cursor.execute("UPDATE clocks_clock SET due_at = %s WHERE subject = %s", (moment, incident.pk))
        transaction.set_rollback(True)

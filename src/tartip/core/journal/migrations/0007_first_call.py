"""An idempotency key is locked before it is looked up: the second of two calls at once finds what the first one did."""

from django.db import migrations

# Two statements of a volatile function see two moments: the entry that was committed while we waited is found.
FIRST_CALL = """
CREATE FUNCTION tartip_first_call(who text, with_key text)
  RETURNS TABLE (act varchar, subject uuid, request_hash bytea) LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(who || chr(10) || with_key, 706));
  RETURN QUERY
    SELECT e.act, e.subject, e.request_hash FROM journal_entry e WHERE e.actor = who AND e.key = with_key;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_keys_that_signed")]
    operations = [migrations.RunSQL(FIRST_CALL, "DROP FUNCTION tartip_first_call(text, text)")]

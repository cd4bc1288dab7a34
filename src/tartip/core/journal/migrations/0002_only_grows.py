"""The journal only grows: rights refuse the rest to the application, triggers that always fire to the owner."""

from django.db import migrations

APPEND_ONLY = ["journal_entry", "journal_seal", "journal_checkpoint"]

REFUSE = """
CREATE OR REPLACE FUNCTION tartip_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the journal only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'TA003';
END $$;
"""

TRIGGERS = """
CREATE TRIGGER tartip_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION tartip_refuse();
CREATE TRIGGER tartip_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION tartip_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tartip_no_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tartip_no_truncate;
"""

# A payload may go, by the act of retention only; it never changes.
PAYLOAD = """
CREATE FUNCTION tartip_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND coalesce(current_setting('tartip.act', true), '') = 'retention.erase' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% of journal_payload is refused: it may only be erased at the end of its retention', TG_OP
    USING ERRCODE = 'TA003';
END $$;
CREATE TRIGGER tartip_no_change BEFORE UPDATE OR DELETE ON journal_payload
  FOR EACH ROW EXECUTE FUNCTION tartip_erase_only();
CREATE TRIGGER tartip_no_truncate BEFORE TRUNCATE ON journal_payload
  FOR EACH STATEMENT EXECUTE FUNCTION tartip_refuse();
ALTER TABLE journal_payload ENABLE ALWAYS TRIGGER tartip_no_change;
ALTER TABLE journal_payload ENABLE ALWAYS TRIGGER tartip_no_truncate;
"""

# A tile only gets longer, and what it holds stays.
TILE = """
CREATE FUNCTION tartip_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.level = OLD.level AND NEW.n = OLD.n
     AND substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) = OLD.hashes THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% of a tile is refused: it may only grow', TG_OP USING ERRCODE = 'TA003';
END $$;
CREATE TRIGGER tartip_grows BEFORE UPDATE OR DELETE ON journal_tile FOR EACH ROW EXECUTE FUNCTION tartip_tile_grows();
ALTER TABLE journal_tile ENABLE ALWAYS TRIGGER tartip_grows;
"""

STATE = "INSERT INTO journal_state (one, size, xid) VALUES (true, 0, '0')"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
        *(migrations.RunSQL(TRIGGERS.format(table=table), migrations.RunSQL.noop) for table in APPEND_ONLY),
        migrations.RunSQL(PAYLOAD, migrations.RunSQL.noop),
        migrations.RunSQL(TILE, migrations.RunSQL.noop),
        migrations.RunSQL(STATE, migrations.RunSQL.noop),
    ]

"""An entry commits to its record's state, and a payload is erased only by the erasing act of that very record."""

from django.db import migrations, models

ERASE = """
CREATE OR REPLACE FUNCTION tartip_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- An entry without a subject is named by its own id.
  IF TG_OP = 'DELETE' AND coalesce(current_setting('tartip.act', true), '') = 'retention.erase:'
     || (SELECT coalesce(subject, id) FROM journal_entry WHERE id = OLD.entry_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% of journal_payload is refused: it may only be erased at the end of its retention', TG_OP
    USING ERRCODE = 'TA003';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_only_grows")]
    operations = [
        migrations.AddField("entry", "state_hash", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("entry", "state_salt", models.BinaryField(max_length=16, null=True)),
        migrations.RunSQL(ERASE, migrations.RunSQL.noop),
    ]

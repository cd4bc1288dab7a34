"""Each public key names the first checkpoint that it signed; what signed nothing was never a key of this log."""

from django.db import migrations, models

# A signature line begins with the name and the base64 of the key id: five digits of it are of the id alone.
FILL = """
ALTER TABLE journal_key DISABLE TRIGGER USER;
UPDATE journal_key k SET size = (
  SELECT min(c.size) FROM journal_checkpoint c WHERE position(
    chr(10) || chr(8212) || ' ' || split_part(k.key, '+', 1) || ' '
    || left(encode(decode(split_part(k.key, '+', 2), 'hex'), 'base64'), 5) IN c.note) > 0);
DELETE FROM journal_key WHERE size IS NULL;
ALTER TABLE journal_key ENABLE ALWAYS TRIGGER tartip_no_change;
ALTER TABLE journal_key ENABLE ALWAYS TRIGGER tartip_no_truncate;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_public_keys")]
    operations = [
        migrations.AddField("publickey", "size", models.BigIntegerField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("publickey", "size", models.BigIntegerField()),
    ]

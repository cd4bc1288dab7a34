"""Public keys of the log, so that only the sealing process needs the private one. They are added, never changed."""

from django.db import migrations, models

GROWS = """
CREATE TRIGGER tartip_no_change BEFORE UPDATE OR DELETE ON journal_key FOR EACH ROW EXECUTE FUNCTION tartip_refuse();
CREATE TRIGGER tartip_no_truncate BEFORE TRUNCATE ON journal_key FOR EACH STATEMENT EXECUTE FUNCTION tartip_refuse();
ALTER TABLE journal_key ENABLE ALWAYS TRIGGER tartip_no_change;
ALTER TABLE journal_key ENABLE ALWAYS TRIGGER tartip_no_truncate;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_request_hash")]
    operations = [
        migrations.CreateModel(
            "PublicKey",
            [
                ("key", models.CharField(max_length=300, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("valid_from", models.DateTimeField()),
            ],
            {"db_table": "journal_key"},
        ),
        migrations.RunSQL(GROWS, migrations.RunSQL.noop),
    ]

"""The board looks for failed jobs every few seconds: they are found without reading all jobs that ever ran."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS base_failed_jobs ON procrastinate_jobs (id) WHERE status = 'failed'",
            "DROP INDEX IF EXISTS base_failed_jobs",
        ),
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS base_running_jobs ON procrastinate_jobs (id) WHERE status = 'doing'",
            "DROP INDEX IF EXISTS base_running_jobs",
        ),
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS base_done_jobs ON procrastinate_jobs (id) WHERE status = 'succeeded'",
            "DROP INDEX IF EXISTS base_done_jobs",
        ),
    ]

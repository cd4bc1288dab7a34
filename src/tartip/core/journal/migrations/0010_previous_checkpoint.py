"""Each checkpoint names the one before it, so that the audit misses one that was taken away. Older ones name none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0009_rights")]
    operations = [migrations.AddField("checkpoint", "previous", models.BigIntegerField(null=True))]

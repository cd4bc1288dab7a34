"""The language of an account is the one the person chose; the shared log-ins of the demo choose none."""

from __future__ import annotations

from django.db import migrations, models


def forget_of_demo(apps, schema_editor):  # type: ignore[no-untyped-def]
    apps.get_model("people", "Account").objects.filter(demo=True).update(language="")


class Migration(migrations.Migration):
    dependencies = [("people", "0003_holder")]
    operations = [
        migrations.AlterField("account", "language", models.CharField(blank=True, default="", max_length=2)),
        migrations.RunPython(forget_of_demo, migrations.RunPython.noop),
    ]

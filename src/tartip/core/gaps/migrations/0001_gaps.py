import django.db.models.deletion
from django.db import migrations, models

import tartip.core.ids
import tartip.core.registers.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tartip.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("origin", models.SmallIntegerField(default=tartip.core.registers.models.this_node, editable=False)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("state", models.CharField(editable=False, max_length=32)),
                ("table", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=80)),
                ("missing_from", models.DateField()),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("table", "key", "missing_from"),
                        name="one_open_gap",
                    )
                ],
            },
        ),
    ]

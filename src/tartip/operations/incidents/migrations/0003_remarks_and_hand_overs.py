import django.db.models.deletion
from django.db import migrations, models

import tartip.core.ids
import tartip.core.registers.models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("incidents", "0002_waiting_since"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="highest_priority",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tartip.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("origin", models.SmallIntegerField(default=tartip.core.registers.models.this_node, editable=False)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("state", models.CharField(editable=False, max_length=32)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("handed_at", models.DateTimeField()),
                ("handed_by", models.CharField(max_length=64)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=64)),
                (
                    "call",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="calls.call",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="incidents.incident",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["territory", "state"], name="hand_over_waiting")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("incident", None), ("state", "handed_over")),
                        fields=("call",),
                        name="call_handed_over_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "handed_over")),
                        fields=("incident",),
                        name="incident_handed_over_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tartip.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("origin", models.SmallIntegerField(default=tartip.core.registers.models.this_node, editable=False)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("state", models.CharField(editable=False, max_length=32)),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("by", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=32)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="incidents.incident"
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["incident", "at"], name="remark_incident")],
            },
        ),
    ]

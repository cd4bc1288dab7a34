import django.db.models.deletion
from django.db import migrations, models

import tartip.core.ids
import tartip.core.registers.models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_initial"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="closed_for",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="continuing",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="decided_by_role",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="detected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="discount_used",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="enforcement_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="executed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="heard_by",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="in_force_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="pay_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="penalty_subject",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="received_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="relief",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="relief_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="rest_executed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="returned_tenge",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="sanctions",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="state_before_appeal",
            field=models.CharField(max_length=32, null=True),
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tartip.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("origin", models.SmallIntegerField(default=tartip.core.registers.models.this_node, editable=False)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("state", models.CharField(editable=False, max_length=32)),
                ("kind", models.CharField(choices=[("payment", "Payment"), ("return", "Return")], max_length=8)),
                ("amount_tenge", models.PositiveIntegerField()),
                ("paid_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField()),
                ("reference", models.CharField(max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="cases.case"
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
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "reference"), name="one_payment_per_reference")
                ],
            },
        ),
    ]

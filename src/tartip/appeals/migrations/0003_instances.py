from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0002_initial"),
        ("cases", "0003_whole_life"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appeal",
            name="one_open_appeal_per_act",
        ),
        migrations.AddField(
            model_name="appeal",
            name="handed_over_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appeal",
            name="instance",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="appeal",
            name="term_reason",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="appeal",
            name="term_restored_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["filed", "forwarded"])),
                fields=("attacked",),
                name="one_open_appeal_per_act",
            ),
        ),
    ]

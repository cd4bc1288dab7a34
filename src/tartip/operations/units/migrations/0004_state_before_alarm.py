from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0003_one_unit_an_account"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="state_before_alarm",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
    ]

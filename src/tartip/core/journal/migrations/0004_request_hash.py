from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_state_hash"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="request_hash",
            field=models.BinaryField(max_length=32, null=True),
        ),
    ]

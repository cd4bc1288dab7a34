from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="petition",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="petition_answer",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="petition_at",
            field=models.DateTimeField(null=True),
        ),
    ]

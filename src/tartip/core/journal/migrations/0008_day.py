from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_first_call")]
    operations = [migrations.AddField("entry", "day", models.DateField(null=True))]

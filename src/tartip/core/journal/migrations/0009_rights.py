"""Nothing in the tables: `tartip migrate` gives the roles their rights and the tables their guard after each migration.

Since here only the sealing process erases payloads, no process sets the transaction number of an entry, and no record,
clock or entry holds a moment that a program cannot read.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0008_day")]
    operations = []

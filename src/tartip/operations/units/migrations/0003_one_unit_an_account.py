from django.db import migrations, models

# Units entered before the rule may share a log-in. What an act wrote is not changed behind the journal's back, so such
# units stay as they are and are named here; the index leaves out all but the first of them. The rule holds for every
# unit entered or changed from now on, and an administrator gives the others a log-in of their own (`unit.give_tablet`).
SHARED = """
SELECT id, callsign, account_id FROM (
  SELECT id, callsign, account_id, row_number() OVER (PARTITION BY account_id ORDER BY id) AS place
  FROM units_unit WHERE account_id IS NOT NULL
) numbered WHERE place > 1 ORDER BY callsign
"""


def make_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SHARED)
        shared = cursor.fetchall()
        for unit, callsign, account in shared:
            print(f"  unit {callsign} ({unit}) shares the log-in {account} with another unit: give it its own")  # noqa: T201
        left_out = "".join(f" AND id <> '{unit}'" for unit, _, _ in shared)
        cursor.execute(
            f"CREATE UNIQUE INDEX unit_account ON units_unit (account_id) WHERE account_id IS NOT NULL{left_out}"
        )


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP INDEX unit_account")


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0002_alarm_level"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_index, drop_index)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="unit",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("account__isnull", False)), fields=("account",), name="unit_account"
                    ),
                ),
            ],
        ),
    ]

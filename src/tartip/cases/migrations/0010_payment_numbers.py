from importlib import import_module

from django.db import migrations, models

# The number of a document as it is compared keeps what stands between two digits: 1-12 and 11-2 are two documents.
# What an act wrote is not changed behind the journal's back: documents that were posted in two spellings stay posted
# twice, and are named here; the index leaves out all but the first of them. The money that came once goes back by
# `case.return_money`. Every number that is entered from now on is compared with all of them.
SIGNS = (
    "abcdefghijklmnopqrstuvwxyzаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZАӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
    " -‐‑‒–—―−№"
)
BECOME = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZAӘБBГҒДEEЖЗИЙKҚЛMHҢOӨПPCTYҰYФXHЦЧШЩЪЫIЬЭЮЯ"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZAӘБBГҒДEEЖЗИЙKҚЛMHҢOӨПPCTYҰYФXHЦЧШЩЪЫIЬЭЮЯ"
)
BETWEEN, KEPT = "([0-9])[- ‐‑‒–—―−№]+(?=[0-9])", r"\1·"
TIDIED = f"translate(regexp_replace(reference, '{BETWEEN}', '{KEPT}', 'g'), '{SIGNS}', '{BECOME}')"
TWICE = f"""
SELECT id, kind, reference FROM (
  SELECT id, kind, reference, row_number() OVER (PARTITION BY kind, {TIDIED} ORDER BY id) AS place FROM cases_payment
) numbered WHERE place > 1 ORDER BY kind, reference
"""  # noqa: S608


def make_index(apps, schema_editor):
    drop_index(apps, schema_editor)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TWICE)
        twice = cursor.fetchall()
        for row, kind, reference in twice:
            print(f"  {kind} {reference} ({row}) is posted in another spelling too: see which of them came")  # noqa: T201
        left_out = " AND ".join(f"id <> '{row}'" for row, _, _ in twice)
        cursor.execute(
            f"CREATE UNIQUE INDEX one_payment_per_reference ON cases_payment (kind, ({TIDIED}))"
            + (f" WHERE {left_out}" if left_out else "")
        )
        if left_out:
            # A search compares with the rows that are left out as well.
            cursor.execute(f"CREATE INDEX payment_reference ON cases_payment (kind, ({TIDIED}))")


def drop_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS one_payment_per_reference, payment_reference")


def make_index_of_before(apps, schema_editor):
    drop_index(apps, schema_editor)
    import_module("tartip.cases.migrations.0009_payment_spelling").make_index(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_payment_spelling"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_index, make_index_of_before)],
            state_operations=[
                migrations.RemoveConstraint(model_name="payment", name="one_payment_per_reference"),
                migrations.AddConstraint(
                    model_name="payment",
                    constraint=models.UniqueConstraint(
                        models.F("kind"),
                        models.Func(
                            models.Func(
                                models.F("reference"),
                                models.Value(BETWEEN),
                                models.Value(KEPT),
                                models.Value("g"),
                                function="regexp_replace",
                            ),
                            models.Value(SIGNS),
                            models.Value(BECOME),
                            function="translate",
                        ),
                        name="one_payment_per_reference",
                    ),
                ),
            ],
        ),
    ]

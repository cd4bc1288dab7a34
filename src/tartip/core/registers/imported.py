"""Records that may come in batches: from a file, many under one entry of the journal."""

from __future__ import annotations

from django.db import models


class Imported(models.Model):
    """Which batch a record came in and its row there, counted from 0; empty for one that an act of its own made."""

    batch = models.UUIDField(null=True, editable=False, db_index=True)
    batch_row = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        abstract = True

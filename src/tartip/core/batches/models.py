"""A batch: many records that came in together, from one file, under one entry of the journal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.registers.guard import GUARDED_TABLES
from tartip.core.registers.models import Record
from tartip.core.registers.register import register
from tartip.core.registers.sees import TERRITORY, Sees


class Batch(Record):
    """One import. The roots commit to the state of every row as it came in, and to the clocks that rows started.

    Of the file only its hash and size are kept: its name may name a person.
    """

    register = models.CharField(max_length=32)
    act = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    persons = models.PositiveIntegerField()
    clocks = models.PositiveIntegerField()
    file_hash = models.BinaryField(max_length=32)
    file_size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    persons_root = models.BinaryField(max_length=32)
    clocks_root = models.BinaryField(max_length=32)

    class Lifecycle:
        start = "entered"
        moves: ClassVar[dict[str, list[str]]] = {"entered": []}


register(
    Batch, plural=_("Imports"), columns=["register", "rows", "territory"],
    may_see=[Sees("supervisor inspector prosecutor administrator", where=TERRITORY)],
)  # fmt: skip

CLOCKS = "clock"


class Block(models.Model):
    """The hashes of one register's rows in a batch, 32 bytes each, in the order of `batch_row`.

    Those of the clocks (register "clock") are one per row of the batch's own register: all clocks that the row started.
    """

    subject = models.UUIDField()
    register = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    salt = models.BinaryField(max_length=16)
    leaves = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "register"], name="one_block_per_register")]


GUARDED_TABLES.add(Block._meta.db_table)

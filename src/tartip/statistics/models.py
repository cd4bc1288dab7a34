"""Sealed months: what the journal knows of each monthly file, and where the file is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.registers.models import Record
from tartip.core.registers.register import register


class SealedMonth(Record):
    """One sealed file: a month of a register, or one of its supplements. Never changed: what is late comes beside it.

    `manifest` is the canonical JSON whose hash `sha256` the journal holds; `entry` is the act that put it there.
    """

    counted = models.CharField(max_length=32)  # the register whose records were counted: calls, incidents
    month = models.CharField(max_length=7)
    supplement = models.PositiveSmallIntegerField()
    rows = models.PositiveIntegerField()
    file = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    manifest = models.TextField()
    entry = models.UUIDField()

    class Lifecycle:
        start = "sealed"
        moves: ClassVar[dict[str, list[str]]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["counted", "month", "supplement"], name="month_sealed_once"),
        ]


register(SealedMonth, plural=_("Sealed months"), columns=["counted", "month", "supplement", "rows"])

"""What the journal knows of statistics: each sealed monthly file, and how figures are defined."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.registers.models import Record
from tartip.core.registers.register import register
from tartip.core.registers.sees import ALWAYS, EVERYBODY, Sees


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

    clashes: ClassVar = {
        "sha256": ("sha256", gettext_noop("a file with this hash is sealed already")),
        "month_sealed_once": ("month", gettext_noop("this file of the month is sealed already")),
    }

    class Lifecycle:
        start = "sealed"
        moves: ClassVar[dict[str, list[str]]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["counted", "month", "supplement"], name="month_sealed_once"),
        ]


register(
    SealedMonth,
    plural=_("Sealed months"),
    columns=["counted", "month", "supplement", "rows"],
    may_see=[Sees(EVERYBODY, where=ALWAYS)],
    proofs_to_anyone=True,
)


class Definitions(Record):
    """Hashes of all that a figure may be counted by, as of a day: indicators and borders, by code.

    A figure whose definition or territory is not among them was not defined by us. Entered anew when one changes.
    """

    indicators = models.JSONField()
    territories = models.JSONField()

    class Lifecycle:
        start = "published"
        moves: ClassVar[dict[str, list[str]]] = {}


register(
    Definitions,
    plural=_("Definitions of figures"),
    columns=[],
    may_see=[Sees(EVERYBODY, where=ALWAYS)],
    proofs_to_anyone=True,
)

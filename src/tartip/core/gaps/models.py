"""A gap: from some day on the law tables hold no row, and a lawyer has to enter one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.registers.models import Record
from tartip.core.registers.register import register
from tartip.core.registers.sees import ALWAYS, Sees


class Gap(Record):
    """A task for the lawyer: the row `key` of the table ends, and none follows from `missing_from` on."""

    table = models.CharField(max_length=32)
    key = models.CharField(max_length=80)
    missing_from = models.DateField()
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    clashes: ClassVar = {"one_open_gap": ("key", gettext_noop("the task for this row is open already"))}

    class Lifecycle:
        start = "open"
        moves: ClassVar = {"open": ["entered", "dismissed"]}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "key", "missing_from"], condition=models.Q(state="open"), name="one_open_gap"
            )
        ]


register(
    Gap,
    plural=_("Gaps in the law tables"),
    columns=["table", "key", "missing_from"],
    may_see=[Sees("administrator analyst", where=ALWAYS)],
)

"""An appeal: a person attacks one entry of the journal, and the clocks of the law begin to run against us."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.cases.models import Case
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years


class Appeal(Record):
    """`attacked` is the journal entry appealed against; `result` says how it ended."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="appeals")
    attacked = models.UUIDField()
    attacked_act = models.CharField(max_length=64)
    receipt = models.CharField(max_length=10, unique=True)
    text = models.TextField()
    filed_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    forwarded_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=16, blank=True)
    reasons = models.TextField(blank=True)

    class Lifecycle:
        start = "filed"
        moves: ClassVar = {"filed": ["forwarded", "decided"], "forwarded": ["decided"]}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attacked"], condition=~models.Q(state="decided"), name="one_open_appeal_per_act"
            )
        ]


register(Appeal, plural=_("Appeals"), columns=["filed_at", "territory", "result"], retention=years(10))

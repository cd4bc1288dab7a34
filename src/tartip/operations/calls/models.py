"""A call to 102: its times, its place, what was asked and answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.people.models import Person
from tartip.core.places import Placed
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years


class Call(Placed, Record):
    """One call. `offered_at` it began to ring, `answered_at` an operator took it, `released_at` it ended.

    `card` holds the answers of the question card by the codes of its questions; it may name persons only by id.
    """

    channel = models.CharField(max_length=16, default="102")
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    caller = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=32, blank=True)
    card = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    # The source's own number, for imports and replays.
    source_number = models.CharField(max_length=64, blank=True)

    class Lifecycle:
        start = "offered"
        moves: ClassVar = {"offered": ["answered", "abandoned"], "answered": ["answered", "released"]}

    class Meta:
        indexes = [models.Index(fields=["-offered_at"], name="call_offered")]


register(Call, plural=_("Calls"), columns=["offered_at", "territory", "kind"], retention=years(3))

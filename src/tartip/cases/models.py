"""An administrative case: from the outcome of an incident to a paid, changed or cancelled decision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.people.models import Person
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.operations.incidents.models import Incident


class Case(Record):
    """One case about one person. `receipt` is the code by which the person reads it without a log-in."""

    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="cases")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(max_length=10, unique=True)
    offence_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    article = models.CharField(max_length=32, blank=True)
    # What happened, in the officer's words, without names: the person is told by `person`.
    facts = models.TextField(blank=True)
    protocol_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    # The penalty as decided: its part of the article, its kind, and for a fine the arithmetic.
    penalty_key = models.CharField(max_length=32, blank=True)
    penalty_kind = models.CharField(max_length=16, blank=True)
    mci_tenths = models.PositiveIntegerField(null=True)
    base_rate = models.PositiveIntegerField(null=True)
    amount_tenge = models.PositiveIntegerField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    paid_tenge = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Lifecycle:
        start = "opened"
        moves: ClassVar = {
            "opened": ["protocol", "closed"],
            "protocol": ["decided", "closed"],
            "decided": ["handed_over"],
            "handed_over": ["paid", "under_appeal"],
            "under_appeal": ["handed_over", "cancelled"],
            "paid": ["under_appeal"],
        }

    class Meta:
        indexes = [models.Index(fields=["-opened_at"], name="case_opened")]


register(Case, plural=_("Administrative cases"), columns=["opened_at", "territory", "article"], retention=years(10))

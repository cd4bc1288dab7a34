"""An incident: something that happens and needs the police; and the calls that speak of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.places import Placed
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.operations.calls.models import Call


class Incident(Placed, Record):
    """One incident. Its calls are `first_call` and those joined to it; its units are the assignments of dispatch."""

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=32)
    priority = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    first_call = models.OneToOneField(Call, models.PROTECT, null=True, related_name="opened_incident")
    outcome = models.CharField(max_length=32, blank=True)
    # Two people stand a priority-1 incident down: who asked, until the second confirms.
    stand_down_by = models.CharField(max_length=64, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Lifecycle:
        start = "opened"
        moves: ClassVar = {
            "opened": ["assigned", "closed", "merged"],
            "assigned": ["opened", "closed", "merged"],
            "merged": ["opened"],
        }

    class Meta:
        indexes = [
            models.Index(
                fields=["territory", "priority", "opened_at"],
                condition=models.Q(state__in=["opened", "assigned"]),
                name="incident_open",
            ),
            models.Index(fields=["-opened_at"], name="incident_opened"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(priority__range=(1, 4)), name="incident_priority")]


register(Incident, plural=_("Incidents"), columns=["opened_at", "territory", "kind", "priority"], retention=years(10))


class Joining(Record):
    """A later call that speaks of an incident already open. Parting is an act too: nothing is overwritten."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="joinings")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="joinings")

    class Lifecycle:
        start = "joined"
        moves: ClassVar = {"joined": ["parted"]}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call"], condition=models.Q(state="joined"), name="call_joined_once")
        ]


register(Joining, plural=_("Joined calls"), columns=["call", "incident"], retention=years(10))

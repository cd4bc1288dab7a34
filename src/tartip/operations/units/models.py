"""A unit: a crew that can be sent. Whether it is busy is told by its open assignment, not written here again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.people.models import Account
from tartip.core.registers.models import Record
from tartip.core.registers.register import register


class Unit(Record):
    """A crew with a call sign. `account` is the tablet's log-in; `skills` are codes such as "dog", "traffic"."""

    callsign = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, default="car")
    crew = models.PositiveSmallIntegerField(default=2)
    skills = models.JSONField(default=list)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="units")
    # Who accepted the crew's alarm; empty while nobody has.
    alarm_taken_by = models.CharField(max_length=64, blank=True)

    class Lifecycle:
        start = "off"
        moves: ClassVar = {"off": ["on_duty"], "on_duty": ["off", "alarm"], "alarm": ["alarm", "on_duty"]}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "callsign"], name="unit_callsign")]


register(Unit, plural=_("Units"), columns=["callsign", "territory", "kind"])


class Position(models.Model):
    """Where a unit was last seen. Telemetry: overwritten in bulk, no record of the state."""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="position")
    lon_e6 = models.IntegerField()
    lat_e6 = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.unit_id} {self.lon_e6} {self.lat_e6}"

"""A unit: a crew that can be sent. Whether it is busy is told by its open assignment, not written here again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.people.models import Account
from tartip.core.registers.models import Record
from tartip.core.registers.register import register
from tartip.core.registers.sees import Sees
from tartip.operations.relations import FLOOR_SEES, own_crew


class Unit(Record):
    """A crew with a call sign. `account` is the tablet's log-in; `skills` are codes such as "dog", "traffic"."""

    lock_order: ClassVar[int] = 40

    callsign = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, default="car")
    crew = models.PositiveSmallIntegerField(default=2)
    skills = models.JSONField(default=list)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="units")
    # Who accepted the crew's alarm; empty while nobody has.
    alarm_taken_by = models.CharField(max_length=64, blank=True)
    # When the button was last pressed, and who has to answer: 1 the desk, 2 the supervisor, 3 the region.
    alarm_at = models.DateTimeField(null=True)
    alarm_level = models.PositiveSmallIntegerField(null=True)
    # Since when the alarm stands at this level: from here the time to accept it runs. Empty where no level follows.
    alarm_level_at = models.DateTimeField(null=True)

    # What the crew was when it pressed the button, off or on_duty; it is that again when it is safe.
    state_before_alarm = models.CharField(max_length=16, blank=True, default="", db_default="")

    moments: ClassVar = {"alarm_level_at": "alarm_at"}
    clashes: ClassVar = {
        "unit_callsign": ("callsign", gettext_noop("another unit of this territory has it already")),
        "unit_account": ("account", gettext_noop("another unit has it already")),
    }

    class Lifecycle:
        start = "off"
        moves: ClassVar = {
            "off": ["on_duty", "alarm"],
            "on_duty": ["off", "alarm"],
            "alarm": ["alarm", "on_duty", "off"],
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "callsign"], name="unit_callsign"),
            models.UniqueConstraint(fields=["account"], condition=models.Q(account__isnull=False), name="unit_account"),
        ]


register(
    Unit,
    plural=_("Units"),
    columns=["callsign", "territory", "kind"],
    may_see=[FLOOR_SEES, Sees("patrol", where=own_crew)],
)


class Position(models.Model):
    """Where a unit was last seen. Telemetry: overwritten in bulk, no record of the state."""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="position")
    lon_e6 = models.IntegerField()
    lat_e6 = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.unit_id} {self.lon_e6} {self.lat_e6}"

"""An assignment: one unit sent to one incident, from the sending to the clearing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import TERRITORY, Sees
from tartip.operations.incidents.models import Incident
from tartip.operations.relations import FLOOR_SEES, of_a_case, sent_to_own_crew
from tartip.operations.units.models import Unit

OPEN_STATES = ["sent", "acknowledged", "en_route", "on_scene"]


class Assignment(Record):
    """The database itself keeps a unit from two open assignments, whatever two dispatchers do at once."""

    lock_order: ClassVar[int] = 30

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    priority = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    en_route_at = models.DateTimeField(null=True)
    on_scene_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    erases: ClassVar = ("reason",)
    moments: ClassVar = {"sent_at": "dispatched_at"}
    clashes: ClassVar = {"one_open_assignment_per_unit": ("unit", gettext_noop("is on its way or at work already"))}

    class Lifecycle:
        start = "sent"
        moves: ClassVar = {
            "sent": ["acknowledged", "released"],
            "acknowledged": ["en_route", "on_scene", "released"],
            "en_route": ["on_scene", "released"],
            "on_scene": ["cleared"],
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(state__in=OPEN_STATES), name="one_open_assignment_per_unit"
            )
        ]
        indexes = [
            models.Index(fields=["incident"], condition=models.Q(state__in=OPEN_STATES), name="assignment_open"),
            # The median of arrivals of the day reads one day, whatever the year holds.
            models.Index(
                fields=["on_scene_at"], condition=models.Q(on_scene_at__isnull=False), name="assignment_arrived"
            ),
        ]


register(
    Assignment,
    plural=_("Assignments"),
    columns=["sent_at", "incident", "unit"],
    retention=years(10),
    may_see=[
        FLOOR_SEES,
        Sees("patrol", where=sent_to_own_crew("")),
        Sees("inspector prosecutor", where=TERRITORY & of_a_case("incident__")),
    ],
)

"""A clock: one running deadline of one record, started and stopped by acts."""

from __future__ import annotations

from django.db import models

from tartip.core.ids import new_id
from tartip.core.registers.guard import GUARDED_TABLES, STARTED_TABLES


class Clock(models.Model):
    """A deadline that runs. Its life is told by the entries that started, stopped, paused or found it breached."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=new_id)
    rule = models.CharField(max_length=64)
    edition = models.DateField()
    register = models.CharField(max_length=32)
    subject = models.UUIDField()
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    started_by = models.UUIDField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.UUIDField(null=True)
    paused_at = models.DateTimeField(null=True)
    # Pauses that have ended, as [paused, resumed] in UTC text: a change of the calendar recounts the term with them.
    pauses = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # The entry of the breach; a clock may be stopped late, the breach stays.
    breached_by = models.UUIDField(null=True)
    # Why the background process could not judge the clock and leaves it alone; empty for all others.
    set_aside = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="clock_subject"),
            models.Index(fields=["due_at"], name="clock_due", condition=models.Q(state="running", breached_by=None)),
            # What is late now, breached or not: the menu counts it.
            models.Index(fields=["due_at"], name="clock_running", condition=models.Q(state="running")),
            models.Index(fields=["id"], name="clock_set_aside", condition=~models.Q(set_aside="")),
        ]


GUARDED_TABLES.add(Clock._meta.db_table)
STARTED_TABLES.add(Clock._meta.db_table)

"""What the parts of the system say about themselves, for the duty engineer's board. No records of the state."""

from __future__ import annotations

from django.db import models


class Duty(models.Model):
    """One duty of a background process, or the stream: when it last ended well, and what went wrong since."""

    name = models.CharField(primary_key=True, max_length=32)
    reported_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # In a row; 0 while all is well.
    failures = models.PositiveIntegerField(default=0)
    # Kind of error and place in the code. Never its text: that may quote what somebody typed.
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "base_duty"


class JobTrouble(models.Model):
    """Why a job failed the last time it was tried."""

    job = models.BigIntegerField(primary_key=True)
    error = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "base_job_trouble"

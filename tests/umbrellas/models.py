from __future__ import annotations

from typing import ClassVar

from django.db import models

from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import Sees


class Umbrella(Record):
    """An umbrella handed in to the police."""

    colour = models.CharField(max_length=32)
    found_at = models.DateTimeField()

    class Lifecycle:
        start = "kept"
        moves: ClassVar = {"kept": ["returned"]}


register(
    Umbrella,
    plural="Umbrellas",
    columns=["found_at", "territory"],
    retention=years(3),
    counted_by="found_at",
    may_see=[Sees("supervisor")],
)

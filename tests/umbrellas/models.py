from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.registers.models import Record
from tartip.core.registers.register import Pages, register, years
from tartip.core.registers.sees import Sees


class Umbrella(Record):
    """An umbrella handed in to the police."""

    colour = models.CharField(_("Colour"), max_length=32)
    found_at = models.DateTimeField(_("When it was found"))

    class Lifecycle:
        start = "kept"
        moves: ClassVar = {"kept": ["returned"]}
        names: ClassVar = {"kept": _("kept"), "returned": _("returned")}


register(
    Umbrella,
    plural=_("Umbrellas"),
    columns=["colour", "found_at", "territory"],
    retention=years(3),
    counted_by="found_at",
    may_see=[Sees("supervisor")],
    pages=Pages(order="-found_at", search=("colour",), title="colour"),
)

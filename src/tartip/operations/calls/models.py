"""A call to 102: its times, its place, what was asked and answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.people.models import Person
from tartip.core.places import WHERE, Placed
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import TERRITORY, Sees
from tartip.operations.relations import FLOOR_SEES, entered_by_self, of_a_case, sent_to_own_crew


class Call(Placed, Record):
    """One call. `offered_at` it began to ring, `answered_at` an operator took it, `released_at` it ended.

    `card` holds the answers of the question card by the codes of its questions; it may name persons only by id.
    """

    lock_order: ClassVar[int] = 10
    drawn: ClassVar[tuple[str, ...]] = ("receipt",)
    # Of the call that was just handed over: the field for which its position could not be kept.
    place_refused: str = ""

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
    # The code by which the caller follows what became of the call; none in calls from before it was drawn.
    receipt = models.CharField(max_length=10, null=True, unique=True)
    # What the caller spoke: kk, ru or en; empty where nobody said.
    language = models.CharField(max_length=2, blank=True)
    # When it was first said what it is and how urgent: by the question card, or by opening or joining an incident.
    rated_at = models.DateTimeField(null=True)

    # Where the caller was: often at home, and a point on the map tells it as well as the address does.
    erases: ClassVar = ("card", "note", "source_number", *WHERE)

    class Lifecycle:
        start = "offered"
        moves: ClassVar = {"offered": ["answered", "abandoned"], "answered": ["answered", "released"]}

    class Meta:
        indexes = [models.Index(fields=["-offered_at"], name="call_offered")]


register(
    Call,
    plural=_("Calls"),
    columns=["offered_at", "territory", "kind"],
    retention=years(3),
    counted_by="offered_at",
    may_see=[
        FLOOR_SEES,
        Sees("patrol", where=sent_to_own_crew("opened_incident__assignments__", "joinings__incident__assignments__")),
        Sees("inspector prosecutor", where=TERRITORY & of_a_case("opened_incident__", "joinings__incident__")),
        Sees("gateway", where=TERRITORY & entered_by_self("call.receive")),
    ],
)

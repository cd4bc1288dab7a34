"""An incident: something that happens and needs the police; and the calls that speak of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.places import POINT, Placed
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import ON_SHIFT, TERRITORY, Sees
from tartip.operations.calls.models import Call
from tartip.operations.relations import (
    FLOOR,
    FLOOR_SEES,
    entered_by_self,
    of_a_case,
    sent_from_own_territory,
    sent_to_own_crew,
)


class Incident(Placed, Record):
    """One incident. Its calls are `first_call` and those joined to it; its units are the assignments of dispatch."""

    lock_order: ClassVar[int] = 20
    drawn: ClassVar[tuple[str, ...]] = ("code",)

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=32)
    priority = models.PositiveSmallIntegerField()
    # The most urgent it ever was (1 is the most urgent): rules for two people look at this one. Empty in incidents from
    # before it was kept: `actions.highest_of` asks the journal for those.
    highest_priority = models.PositiveSmallIntegerField(null=True)
    opened_at = models.DateTimeField()
    # Since when it waits for a unit: from its opening, from that of a merged one which waits longer, or from the moment
    # it lost the units that had taken it on.
    waiting_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    first_call = models.OneToOneField(Call, models.PROTECT, null=True, related_name="opened_incident")
    outcome = models.CharField(max_length=32, blank=True)
    # Two people stand a priority-1 incident down: who asked, until the second confirms.
    stand_down_by = models.CharField(max_length=64, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    erases: ClassVar = ("note", "address")
    moments: ClassVar = {"waiting_since": "assessed_at"}
    clashes: ClassVar = {"first_call": ("call", gettext_noop("an incident was opened by this call already"))}

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


def place_of_the_caller(incident: Incident) -> tuple[str, ...]:
    """The point of an incident that a caller reported goes with its words; of any other it stays.

    Where something happened is not personal data by itself: the point of what a crew or a device found is kept. What a
    caller reports lies where the caller is, often at home, and the kind of event beside the point would name a
    household. Whether it was a home cannot be looked up any more: the call is erased years before the incident, and a
    point corrected by the desk may be the same home, only better known. So in doubt it goes. The territory stays.
    The address goes always: its words name flats and people.
    """
    return POINT if incident.first_call_id is not None else ()


register(
    Incident,
    plural=_("Incidents"),
    columns=["opened_at", "territory", "kind", "priority"],
    retention=years(10),
    erases_also=place_of_the_caller,
    counted_by="opened_at",
    may_see=[
        FLOOR_SEES,
        Sees("patrol", where=sent_to_own_crew("assignments__")),
        Sees("inspector prosecutor", where=TERRITORY & of_a_case("")),
        # A neighbouring system follows what became of the calls it handed over.
        Sees("gateway", where=TERRITORY & entered_by_self("incident.open")),
        Sees("gateway", where=TERRITORY & entered_by_self("call.receive", "first_call_id")),
        Sees("gateway", where=TERRITORY & entered_by_self("call.receive", "joinings__call_id")),
    ],
)


class Joining(Record):
    """A later call that speaks of an incident already open. Parting is an act too: nothing is overwritten."""

    lock_order: ClassVar[int] = 25

    call = models.ForeignKey(Call, models.PROTECT, related_name="joinings")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="joinings")

    clashes: ClassVar = {"call_joined_once": ("call", gettext_noop("is joined to an incident already"))}

    class Lifecycle:
        start = "joined"
        moves: ClassVar = {"joined": ["parted"]}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call"], condition=models.Q(state="joined"), name="call_joined_once")
        ]


register(
    Joining,
    plural=_("Joined calls"),
    columns=["call", "incident"],
    retention=years(10),
    may_see=[
        FLOOR_SEES,
        Sees("patrol", where=sent_to_own_crew("incident__assignments__")),
        Sees("inspector prosecutor", where=TERRITORY & of_a_case("incident__")),
        Sees("gateway", where=TERRITORY & entered_by_self("call.receive", "call_id")),
    ],
)


class Remark(Record):
    """A timed line of an incident's story: what somebody learned or did. Lines are added, never changed."""

    lock_order: ClassVar[int] = 26

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="remarks")
    at = models.DateTimeField()
    text = models.TextField()
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=32)

    erases: ClassVar = ("text",)

    class Lifecycle:
        start = "noted"
        moves: ClassVar[dict[str, list[str]]] = {}

    class Meta:
        indexes = [models.Index(fields=["incident", "at"], name="remark_incident")]


register(
    Remark,
    plural=_("Remarks"),
    columns=["at", "incident", "role"],
    retention=years(10),
    may_see=[
        FLOOR_SEES,
        Sees("patrol", where=sent_to_own_crew("incident__assignments__")),
        Sees("inspector prosecutor", where=TERRITORY & of_a_case("incident__")),
    ],
)


class HandOver(Record):
    """A call or an incident that belongs to another territory. Its own territory is the one that has to take it.

    Until it is taken the sender stays the owner, and both sides see that it waits.
    """

    lock_order: ClassVar[int] = 27

    sender = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="hand_overs")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="hand_overs")
    reason = models.CharField(max_length=200, blank=True)
    handed_at = models.DateTimeField()
    handed_by = models.CharField(max_length=64)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)

    erases: ClassVar = ("reason",)
    clashes: ClassVar = {
        "call_handed_over_once": ("call", gettext_noop("is handed over already and waits for the other side")),
        "incident_handed_over_once": ("incident", gettext_noop("is handed over already and waits for the other side")),
    }

    class Lifecycle:
        start = "handed_over"
        moves: ClassVar = {"handed_over": ["taken", "returned"]}

    class Meta:
        indexes = [models.Index(fields=["territory", "state"], name="hand_over_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=models.Q(state="handed_over", incident=None), name="call_handed_over_once"
            ),
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(state="handed_over"), name="incident_handed_over_once"
            ),
        ]


register(
    HandOver,
    plural=_("Hand-overs"),
    columns=["handed_at", "sender", "territory"],
    retention=years(10),
    may_see=[FLOOR_SEES, Sees(FLOOR, where=ON_SHIFT & sent_from_own_territory)],
)

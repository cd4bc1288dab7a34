"""What became of a call, as its caller may know it: steps and times, no names, no units, no place, no kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext as _

from tartip.core.acts import NotFound
from tartip.operations.calls.kinds import kinds
from tartip.operations.calls.models import Call
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import last_of
from tartip.operations.incidents.errors import NotJoinable
from tartip.operations.incidents.models import Incident, Joining

# Answers of the question card after which no phone may ring: the danger is still there, or was there before.
DANGERS = ("danger_now", "weapon", "order_in_force")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the receipt. `at` is None for what has not happened yet."""

    code: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Followed:
    """`joined`: others reported the same, and all follow one report. `over`: nothing more will happen."""

    code: str
    territory: str
    steps: tuple[Step, ...]
    joined: bool = False
    over: bool = False

    @property
    def now(self) -> str:
        """The newest step that has happened."""
        return [step.code for step in self.steps if step.at is not None][-1]


def call_by_receipt(code: str) -> Call:
    """The call of a code. Raises NotFound."""
    call = Call.objects.filter(receipt=code).first()
    if call is None:
        raise NotFound(register="call", id=code)
    return call


def follow(code: str) -> Followed:
    """What became of the call of this code; it follows joinings, mergings and hand-overs. Raises NotFound."""
    call = call_by_receipt(code)
    incident, joined = incident_of(call)
    received = Step("received", call.offered_at)
    if incident is None:
        over = call.state in ("released", "abandoned")
        ended = Step("ended", call.released_at if over else None)
        return Followed(code, call.territory_id, (received, ended), over=over)
    units = Assignment.objects.filter(incident=incident).exclude(state="released")
    came = units.aggregate(sent=Min("sent_at"), on_way=Min("en_route_at"), arrived=Min("on_scene_at"))
    steps = [
        received,
        Step("registered", incident.opened_at),
        Step("sent", came["sent"]),
        Step("on_way", came["on_way"]),
        Step("arrived", came["arrived"]),
        Step("finished", incident.closed_at),
    ]
    over = incident.state == "closed"
    # What did not happen before the end will not happen any more.
    shown = tuple(step for step in steps if step.at is not None or not over)
    return Followed(code, incident.territory_id, shown, joined, over)


def incident_of(call: Call) -> tuple[Incident | None, bool]:
    """The incident the call belongs to now, and whether it came there by joining or merging."""
    joining = Joining.objects.filter(call=call, state="joined").select_related("incident").first()
    first = joining.incident if joining else Incident.objects.filter(first_call=call).first()
    if first is None:
        return None, False
    try:
        last = last_of(first)
    except NotJoinable:  # stored in a circle long ago: what is known of the first is told
        last = first
    return last, joining is not None or last.pk != first.pk


def may_ring(call: Call) -> bool:
    """Whether a message may go to the caller's phone at all. In doubt it may not: a sound or a screen can endanger.

    Not where nobody spoke, not after a kind of event in which the caller may have somebody to fear nearby, whether the
    call or its incident is of that kind, and not while the card speaks of danger, a weapon or a protective order.
    """
    if call.answered_at is None or call.state == "abandoned":
        return False
    if any(call.card.get(question) for question in DANGERS):
        return False
    incident, _joined = incident_of(call)
    own = Incident.objects.filter(first_call=call).values_list("kind", flat=True)
    said = {call.kind, *own, *([incident.kind] if incident else [])} - {""}
    return bool(said) and not any(kinds()[kind].quiet for kind in said if kind in kinds())


def words() -> dict[str, str]:
    """Each step in the reader's language."""
    return {
        "received": _("The call was received"),
        "registered": _("The report was registered"),
        "sent": _("A unit was sent"),
        "on_way": _("The unit is on its way"),
        "arrived": _("The unit arrived"),
        "finished": _("The work at the place is finished"),
        "ended": _("The call ended"),
    }


def waiting() -> dict[str, str]:
    """The same steps while they have not happened."""
    return {
        "received": "",
        "registered": _("The report will be registered"),
        "sent": _("A unit will be sent"),
        "on_way": _("The unit will start"),
        "arrived": _("The unit will arrive"),
        "finished": _("The work at the place will be finished"),
        "ended": _("The call goes on"),
    }

"""Several calls about one event: joined, merged, and parted again."""

from __future__ import annotations

from datetime import datetime

from tartip.core.acts import Actor, Clocks, act, lock
from tartip.core.journal.models import Entry
from tartip.operations.calls.actions import is_to_be_rated, rate_call
from tartip.operations.calls.models import Call
from tartip.operations.incidents.actions.closing import keep_open
from tartip.operations.incidents.actions.course import inherit
from tartip.operations.incidents.errors import NotJoinable
from tartip.operations.incidents.models import Incident, Joining
from tartip.operations.incidents.priority import (
    by_priority,
    highest_of,
    is_waiting,
    waited_when_merged,
    waiting_since,
)
from tartip.operations.incidents.rights import (
    decides,
    leads,
)


@act(
    "call.join",
    names={"kk": "Қоңырауды қосу", "ru": "Присоединить вызов", "en": "Join the call"},
    done={"kk": "Қоңырау қосылды", "ru": "Вызов присоединён", "en": "The call was joined"},
    ground="order-706",
    creates=Joining,
    may=leads,
    locks=["incident", "call"],
)
def join_call(actor: Actor, call: Call, incident: Incident) -> Joining:
    """The call speaks of an incident already open: its caller follows that one."""
    if incident.state == "closed":
        raise NotJoinable(rule="is closed")
    if incident.state == "merged":
        raise NotJoinable(rule="is merged into another")
    if Joining.objects.filter(call=call, state="joined").exists():
        raise NotJoinable(rule="has this call already, or another one has it: part it first")
    if incident.stand_down_by:
        keep_open(actor, incident)
    if is_to_be_rated(call):
        rate_call(actor, call)
    return Joining(territory_id=incident.territory_id, call=call, incident=incident)


@act(
    "call.part",
    names={"kk": "Қоңырауды бөлу", "ru": "Отсоединить вызов", "en": "Part the call"},
    done={"kk": "Қоңырау бөлінді", "ru": "Вызов отсоединён", "en": "The call was parted"},
    ground="order-706",
    of=Joining,
    may=leads,
    moves={"joined": "parted"},
)
def part_call(actor: Actor, joining: Joining) -> Joining:
    return joining


@act(
    "incident.merge",
    names={"kk": "Қайталанған деп біріктіру", "ru": "Объединить как дубль", "en": "Merge as a duplicate"},
    done={"kk": "Қайталанған деп біріктірілді", "ru": "Объединено как дубль", "en": "Merged as a duplicate"},
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"opened": "merged"},
    clocks=Clocks(stops=["ops-dispatch"]),
    locks=["into"],
    key="KeyD",
)
def merge(actor: Actor, incident: Incident, *, into: Incident) -> Incident:
    """This incident is another one, already known. Chains resolve to the last: A into B into C is A into C."""
    target = last_of(into)
    if target.pk == incident.pk:
        raise NotJoinable(rule="cannot be merged into itself")
    if target.pk != into.pk:
        target = lock(target)
    if target.state == "closed":
        raise NotJoinable(rule="is closed")
    if target.state == "merged":
        raise NotJoinable(rule="was merged into another at this moment; try again")
    highest, waits = highest_of(incident), is_waiting(incident)
    # Where a crew has come the wait is over: what is merged then raises no term of the other, only its two-person rule.
    priority, since = (incident.priority, waiting_since(incident)) if waits else (target.priority, None)
    more_urgent = priority < target.priority or highest < highest_of(target)
    if more_urgent or (since is not None and since < waiting_since(target)):
        inherit(actor, target, priority=priority, highest=highest, since=since or waiting_since(target))
    elif target.stand_down_by:
        keep_open(actor, target)
    incident.stand_down_by = ""
    incident.merged_into = target
    return incident


def merged_at(incident: Incident) -> datetime | None:
    """When it was merged into another for the last time."""
    entries = Entry.objects.filter(subject=incident.pk, act="incident.merge").order_by("-version")
    return entries.values_list("occurred_at", flat=True).first()


def last_of(incident: Incident) -> Incident:
    """Where a chain of mergings ends. Raises NotJoinable where it goes round: such rows may be stored from before."""
    met = {incident.pk}
    while incident.state == "merged" and incident.merged_into is not None:
        incident = incident.merged_into
        if incident.pk in met:
            raise NotJoinable(rule="is merged in a circle; undo one of the mergings first")
        met.add(incident.pk)
    return incident


@act(
    "incident.unmerge",
    names={"kk": "Біріктіруді болдырмау", "ru": "Отменить объединение", "en": "Undo the merging"},
    done={"kk": "Біріктіру жойылды", "ru": "Объединение отменено", "en": "The merging was undone"},
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"merged": "opened"},
    clocks=Clocks(starts={by_priority("ops-dispatch", waited_when_merged): "waiting_since"}),
)
def unmerge(actor: Actor, incident: Incident) -> Incident:
    """It waits again, and since when it always did: merging and parting it gives nobody more time.

    One that a crew had come to before it was merged waits for nobody.
    """
    incident.merged_into = None
    incident.waiting_since = waiting_since(incident)
    return incident

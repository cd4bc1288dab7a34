"""What may be done with an incident."""

from __future__ import annotations

from tartip.core.acts import Actor, Clocks, act, doing
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate
from tartip.core.places import place
from tartip.errors import TartipError
from tartip.operations.calls.actions import check_length
from tartip.operations.calls.kinds import kind
from tartip.operations.calls.models import Call
from tartip.operations.incidents.codes import new_code
from tartip.operations.incidents.models import Incident, Joining
from tartip.operations.incidents.outcomes import outcome as known_outcome

leads = in_territory & has_role("operator", "dispatcher", "supervisor", "gateway")
decides = in_territory & has_role("dispatcher", "supervisor")
closes = (in_territory & has_role("dispatcher", "supervisor", "patrol")) | is_system


@predicate("priority 1")
def is_immediate(actor: Actor, incident: Incident | None = None) -> bool:
    return incident is None or incident.priority == 1


@predicate("asked by another person")
def is_asked_by_another(actor: Actor, incident: Incident | None = None) -> bool:
    return incident is None or incident.stand_down_by not in ("", actor.name)


class BadPriority(TartipError):
    code = "priority.bad"
    text = "priority: must be from 1 to 4, not %(priority)s."
    http_status = 422


class NotJoinable(TartipError):
    code = "incident.not_joinable"
    text = "incident: %(rule)s."
    http_status = 409


def by_priority(prefix: str):  # type: ignore[no-untyped-def]
    """A clock rule that depends on the priority of the record."""
    return lambda record: f"{prefix}-{record.priority}"


@act(
    "incident.open",
    names={"kk": "Оқиғаны ашу", "ru": "Открыть происшествие", "en": "Open an incident"},
    ground="order-706",
    creates=Incident,
    may=leads,
    clocks=Clocks(starts=[by_priority("ops-dispatch")]),
)
def open_incident(
    actor: Actor,
    *,
    territory: str,
    kind_code: str,
    priority: int | None = None,
    call: Call | None = None,
    lon: float | None = None,
    lat: float | None = None,
    radius_m: int = 0,
    address: str = "",
    note: str = "",
) -> Incident:
    """Open an incident, usually from a call; without a priority the kind's own is taken."""
    known = kind(kind_code)
    check_length("note", note)
    if priority is not None and priority not in (1, 2, 3, 4):
        raise BadPriority(priority=priority)
    where = place(lon, lat, radius_m, address)
    return Incident(
        territory_id=territory,
        code=new_code(),
        kind=known.code,
        priority=priority or known.priority,
        opened_at=doing().at,
        first_call=call,
        note=note,
        **where,
    )


@act(
    "incident.assess",
    names={"kk": "Басымдықты өзгерту", "ru": "Изменить оценку", "en": "Assess again"},
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"opened": None, "assigned": None},
)
def assess(actor: Actor, incident: Incident, *, kind_code: str, priority: int, note: str = "") -> Incident:
    if priority not in (1, 2, 3, 4):
        raise BadPriority(priority=priority)
    check_length("note", note)
    incident.kind = kind(kind_code).code
    incident.priority = priority
    incident.note = note or incident.note
    return incident


@act(
    "incident.assign",
    names={"kk": "Жасақ жіберілді", "ru": "Наряд назначен", "en": "A unit is assigned"},
    ground="order-706",
    of=Incident,
    may=closes | decides,
    moves={"opened": "assigned", "assigned": None},
    clocks=Clocks(stops=["ops-dispatch"]),
)
def mark_assigned(actor: Actor, incident: Incident) -> Incident:
    """Part of sending a unit; dispatch calls it."""
    return incident


@act(
    "incident.wait",
    names={"kk": "Жасақсыз қалды", "ru": "Остался без наряда", "en": "Left without a unit"},
    ground="order-706",
    of=Incident,
    may=closes | decides,
    moves={"assigned": "opened"},
    clocks=Clocks(starts=[by_priority("ops-dispatch")]),
)
def mark_waiting(actor: Actor, incident: Incident) -> Incident:
    """Part of releasing the last unit before it arrived; dispatch calls it."""
    return incident


@act(
    "incident.close",
    names={"kk": "Нәтижемен жабу", "ru": "Закрыть с итогом", "en": "Close with an outcome"},
    ground="order-706",
    of=Incident,
    may=closes,
    moves={"opened": "closed", "assigned": "closed"},
    clocks=Clocks(stops=["ops"]),
    grave=True,
)
def close_incident(actor: Actor, incident: Incident, *, outcome: str, note: str = "") -> Incident:
    """Close with a coded outcome. No unit may still be on its way: dispatch sees to that before it calls."""
    incident.outcome = known_outcome(outcome).code
    incident.closed_at = doing().at
    check_length("note", note)
    if note:
        doing().note(note=note)
    return incident


@act(
    "incident.ask_stand_down",
    names={"kk": "Қайтаруды сұрау", "ru": "Запросить отбой", "en": "Ask to stand down"},
    ground="order-706",
    of=Incident,
    may=decides & is_immediate,
    moves={"opened": None, "assigned": None},
    grave=True,
    key="KeyX",
)
def ask_stand_down(actor: Actor, incident: Incident, *, reason: str) -> Incident:
    """At priority 1 standing down takes two people: this is the first."""
    doing().note(reason=known_outcome(reason).code)
    incident.stand_down_by = actor.name
    return incident


@act(
    "incident.stand_down",
    names={"kk": "Қайтару", "ru": "Отбой", "en": "Stand down"},
    ground="order-706",
    of=Incident,
    may=decides & (~is_immediate | is_asked_by_another),
    moves={"opened": "closed", "assigned": "closed"},
    clocks=Clocks(stops=["ops"]),
    grave=True,
    key="KeyX",
)
def stand_down(actor: Actor, incident: Incident, *, reason: str) -> Incident:
    """Call it off; units on their way are released by dispatch, which calls this."""
    incident.outcome = known_outcome(reason).code
    incident.closed_at = doing().at
    return incident


@act(
    "call.join",
    names={"kk": "Қоңырауды қосу", "ru": "Присоединить вызов", "en": "Join the call"},
    ground="order-706",
    creates=Joining,
    may=leads,
)
def join_call(actor: Actor, call: Call, incident: Incident) -> Joining:
    """The call speaks of an incident already open: its caller follows that one."""
    if incident.state == "closed":
        raise NotJoinable(rule="is closed")
    return Joining(territory_id=incident.territory_id, call=call, incident=incident)


@act(
    "call.part",
    names={"kk": "Қоңырауды бөлу", "ru": "Отсоединить вызов", "en": "Part the call"},
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
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"opened": "merged"},
    clocks=Clocks(stops=["ops-dispatch"]),
    key="KeyD",
)
def merge(actor: Actor, incident: Incident, *, into: Incident) -> Incident:
    """This incident is another one, already known. Chains resolve to the last: A into B into C is A into C."""
    while into.merged_into is not None and into.state == "merged":
        into = into.merged_into
    if into.pk == incident.pk:
        raise NotJoinable(rule="cannot be merged into itself")
    if into.state == "closed":
        raise NotJoinable(rule="is closed")
    incident.merged_into = into
    return incident


@act(
    "incident.unmerge",
    names={"kk": "Біріктіруді болдырмау", "ru": "Отменить объединение", "en": "Undo the merging"},
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"merged": "opened"},
    clocks=Clocks(starts=[by_priority("ops-dispatch")]),
)
def unmerge(actor: Actor, incident: Incident) -> Incident:
    incident.merged_into = None
    return incident

"""Sending units to incidents, and what the units answer."""

from __future__ import annotations

from tartip.core.acts import Actor, Clocks, act, doing, together
from tartip.core.acts.rights import has_role, in_territory, is_system
from tartip.errors import TartipError
from tartip.operations.dispatch.models import OPEN_STATES, Assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit

sends = in_territory & has_role("dispatcher", "supervisor")
answers = in_territory & has_role("patrol", "dispatcher", "supervisor")


class UnitBusy(TartipError):
    """The unit has an open assignment; the database guarantees that it has no two."""

    code = "unit.busy"
    text = "%(callsign)s is busy with %(incident)s."
    http_status = 409
    again = True


class UnitOff(TartipError):
    code = "unit.off"
    text = "%(callsign)s is off duty."
    http_status = 409


class StillOut(TartipError):
    code = "dispatch.still_out"
    text = "%(incident)s: %(callsigns)s has not been cleared or released yet."
    http_status = 409


def open_assignment(unit: Unit) -> Assignment | None:
    return Assignment.objects.select_related("incident").filter(unit=unit, state__in=OPEN_STATES).first()


@act(
    "dispatch.send",
    names={"kk": "Жасақты жіберу", "ru": "Назначить наряд", "en": "Send the unit"},
    ground="order-706",
    creates=Assignment,
    may=sends,
    clocks=Clocks(starts=[incidents.by_priority("ops-acknowledge"), incidents.by_priority("ops-arrive")]),
)
def send_unit(actor: Actor, incident: Incident, unit: Unit, *, reason: str = "") -> Assignment:
    """Send one unit. It must be on duty and free: the lock on its row makes two senders take turns."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.state == "off":
        raise UnitOff(callsign=unit.callsign)
    if taken := open_assignment(unit):
        raise UnitBusy(callsign=unit.callsign, incident=taken.incident.code)
    incidents.mark_assigned(actor, incident)
    return Assignment(
        territory_id=incident.territory_id,
        incident=incident,
        unit=unit,
        priority=incident.priority,
        sent_at=doing().at,
        reason=reason,
    )


@act(
    "dispatch.acknowledge",
    names={"kk": "Қабылдадым", "ru": "Принял", "en": "Acknowledge"},
    ground="order-706",
    of=Assignment,
    may=answers,
    moves={"sent": "acknowledged"},
    clocks=Clocks(stops=["ops-acknowledge"]),
)
def acknowledge(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.acknowledged_at = doing().at
    return assignment


@act(
    "dispatch.en_route",
    names={"kk": "Жолдамын", "ru": "Выехал", "en": "En route"},
    ground="order-706",
    of=Assignment,
    may=answers,
    moves={"acknowledged": "en_route"},
)
def en_route(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.en_route_at = doing().at
    return assignment


@act(
    "dispatch.arrive",
    names={"kk": "Орнындамын", "ru": "На месте", "en": "On scene"},
    ground="order-706",
    of=Assignment,
    may=answers,
    moves={"acknowledged": "on_scene", "en_route": "on_scene"},
    clocks=Clocks(stops=["ops-arrive"]),
)
def arrive(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.on_scene_at = doing().at
    return assignment


@act(
    "dispatch.clear",
    names={"kk": "Босадым", "ru": "Освободился", "en": "Clear"},
    ground="order-706",
    of=Assignment,
    may=answers | is_system,
    moves={"on_scene": "cleared"},
)
def clear(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.ended_at = doing().at
    return assignment


@act(
    "dispatch.release",
    names={"kk": "Жасақты босату", "ru": "Снять наряд", "en": "Release the unit"},
    ground="order-706",
    of=Assignment,
    may=sends,
    moves={"sent": "released", "acknowledged": "released", "en_route": "released"},
    clocks=Clocks(stops=["ops-acknowledge", "ops-arrive"]),
)
def release(actor: Actor, assignment: Assignment, *, reason: str = "") -> Assignment:
    """Take the unit off before it arrived. An incident left without units waits again, and its clock starts anew."""
    assignment.ended_at = doing().at
    if reason:
        doing().note(reason=reason)
    others = assignment.incident.assignments.filter(state__in=OPEN_STATES).exclude(pk=assignment.pk)
    if assignment.incident.state == "assigned" and not others.exists():
        incidents.mark_waiting(actor, assignment.incident)
    return assignment


def close(actor: Actor, incident: Incident, *, outcome: str, note: str = "") -> Incident:
    """Close with an outcome; every unit must have been cleared or released. `incident.close` does the work."""
    out = [row.unit.callsign for row in _open(incident)]
    if out:
        raise StillOut(incident=incident.code, callsigns=", ".join(out))
    return incidents.close_incident(actor, incident, outcome=outcome, note=note)


def stand_down(actor: Actor, incident: Incident, *, reason: str) -> Incident:
    """Call the incident off: the units on their way are released, those on the scene cleared."""
    with together():
        incident = incidents.stand_down(actor, incident, reason=reason)
        follow = actor.inside()
        for assignment in _open(incident):
            if assignment.state == "on_scene":
                clear(follow, assignment)
            else:
                release(follow, assignment, reason=reason)
    return incident


def end_duty(actor: Actor, unit: Unit) -> Unit:
    if taken := open_assignment(unit):
        raise UnitBusy(callsign=unit.callsign, incident=taken.incident.code)
    return units.end_duty(actor, unit)


def _open(incident: Incident) -> list[Assignment]:
    return list(incident.assignments.select_related("unit").filter(state__in=OPEN_STATES))

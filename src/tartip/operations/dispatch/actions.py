"""Sending units to incidents, and what the units answer."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from datetime import datetime

from django.db.models import Q

from tartip.core.acts import Actor, Clocks, act, called_through, doing, perform_together
from tartip.core.acts.rights import in_territory, is_system, on_duty, predicate
from tartip.core.checks import check_times, not_before
from tartip.core.territory import tree
from tartip.errors import TartipError
from tartip.operations.dispatch.models import OPEN_STATES, Assignment
from tartip.operations.dispatch.visits import attended, confirmed
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.relations import crew_of
from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit

sends = in_territory & on_duty("dispatcher", "supervisor")


@predicate("own crew")
def is_own_crew(actor: Actor, assignment: Assignment | None = None) -> bool:
    """The unit of the assignment is the actor's own crew."""
    return assignment is None or units.is_own_crew.test(actor, assignment.unit)


# The desk enters what a crew says by radio; a crew answers for itself, wherever it was sent.
answers = (on_duty("patrol") & is_own_crew) | (in_territory & on_duty("dispatcher", "supervisor"))


@predicate("took over its incident")
def has_taken_over(actor: Actor, assignment: Assignment | None = None) -> bool:
    """The incident is the actor's territory's by now, the unit another's: it was sent before the hand-over."""
    if assignment is None:
        return True
    return tree.contains(actor.territory, assignment.incident.territory_id) and (
        assignment.incident.territory_id != assignment.territory_id
    )


frees = on_duty("operator", "dispatcher", "supervisor") & has_taken_over

# The incident that is being stood down: its units are freed after it, in the same transaction.
_freeing: ContextVar[uuid.UUID | None] = ContextVar("tartip_freeing", default=None)


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


class UnitInAlarm(TartipError):
    code = "unit.in_alarm"
    text = "%(callsign)s is in alarm: only a supervisor may send it elsewhere, with a reason."
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
    done={"kk": "Жасақ жіберілді", "ru": "Наряд назначен", "en": "The unit was sent"},
    ground="order-706",
    creates=Assignment,
    may=sends,
    clocks=Clocks(
        starts={incidents.by_priority("ops-acknowledge"): "sent_at", incidents.by_priority("ops-arrive"): "sent_at"}
    ),
    locks=["incident", "unit"],
)
def send_unit(actor: Actor, incident: Incident, unit: Unit, *, reason: str = "") -> Assignment:
    """Send one unit. It must be on duty and free: the lock on its row makes two senders take turns."""
    if "off" in (unit.state, unit.state_before_alarm):
        raise UnitOff(callsign=unit.callsign)
    if taken := open_assignment(unit):
        raise UnitBusy(callsign=unit.callsign, incident=taken.incident.code)
    if unit.state == "alarm" and not _may_leave_alarm(actor, unit, incident, reason):
        raise UnitInAlarm(callsign=unit.callsign)
    incidents.mark_assigned(actor, incident)
    return Assignment(
        territory_id=incident.territory_id,
        incident=incident,
        unit=unit,
        priority=incident.priority,
        sent_at=not_before(doing().at, incident.opened_at),
        reason=reason,
    )


def _may_leave_alarm(actor: Actor, unit: Unit, incident: Incident, reason: str) -> bool:
    """To the incident where the crew pressed the button, or by a supervisor who says why."""
    if actor.role == "supervisor" and reason.strip():
        return True
    at = unit.alarm_at
    own = unit.assignments.filter(incident=incident, sent_at__lte=at) if at else unit.assignments.none()
    return own.filter(Q(ended_at=None) | Q(ended_at__gte=at)).exists()


@act(
    "dispatch.reprioritize",
    names={
        "kk": "Жасақ үшін басымдық өзгерді",
        "ru": "Приоритет для наряда изменён",
        "en": "The priority changed for the unit",
    },
    ground="order-706",
    of=Assignment,
    may=sends,
    moves={"sent": None, "acknowledged": None, "en_route": None, "on_scene": None},
    clocks=Clocks(
        follows={incidents.by_priority("ops-acknowledge"): "sent_at", incidents.by_priority("ops-arrive"): "sent_at"}
    ),
    inner=True,
)
def reprioritize(actor: Actor, assignment: Assignment, *, priority: int) -> Assignment:
    """Part of assessing the incident again: the unit's clocks follow, from the moment it was sent."""
    assignment.priority = priority
    return assignment


def _step(assignment: Assignment) -> datetime:
    """The moment of this step: never before the step it follows, however wrong the clock of a tablet is.

    Raises BadTime where it lies in the future, or before the earlier step by more than two clocks differ.
    """
    steps = ("sent_at", "acknowledged_at", "en_route_at", "on_scene_at")
    last, earlier = max(
        ((moment, name) for name in steps if (moment := getattr(assignment, name)) is not None), default=(None, "")
    )
    moment = not_before(doing().at, last)
    check_times(**({earlier: last} if last else {}), at=moment)
    return moment


@act(
    "dispatch.acknowledge",
    names={"kk": "Қабылдау", "ru": "Принял", "en": "Acknowledge"},
    done={"kk": "Қабылдады", "ru": "Принял", "en": "Acknowledged"},
    ground="order-706",
    of=Assignment,
    may=answers,
    moves={"sent": "acknowledged"},
    clocks=Clocks(stops=["ops-acknowledge"]),
)
def acknowledge(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.acknowledged_at = _step(assignment)
    return assignment


@act(
    "dispatch.en_route",
    names={"kk": "Жолға шығу", "ru": "Выехал", "en": "En route"},
    done={"kk": "Жолға шықты", "ru": "Выехал", "en": "Set off"},
    ground="order-706",
    of=Assignment,
    may=answers,
    moves={"acknowledged": "en_route"},
)
def en_route(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.en_route_at = _step(assignment)
    return assignment


@act(
    "dispatch.arrive",
    names={"kk": "Орнына жету", "ru": "На месте", "en": "On scene"},
    done={"kk": "Орнына жетті", "ru": "Прибыл на место", "en": "Arrived on scene"},
    ground="order-706",
    of=Assignment,
    may=answers,
    moves={"acknowledged": "on_scene", "en_route": "on_scene"},
    clocks=Clocks(stops=["ops-arrive"]),
)
def arrive(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.on_scene_at = _step(assignment)
    return assignment


@act(
    "dispatch.clear",
    names={"kk": "Босау", "ru": "Освободился", "en": "Clear"},
    done={"kk": "Босады", "ru": "Освободился", "en": "Cleared"},
    ground="order-706",
    of=Assignment,
    may=answers | frees | is_system,
    moves={"on_scene": "cleared"},
)
def clear(actor: Actor, assignment: Assignment) -> Assignment:
    assignment.ended_at = _step(assignment)
    return assignment


@act(
    "dispatch.release",
    names={"kk": "Жасақты босату", "ru": "Снять наряд", "en": "Release the unit"},
    done={"kk": "Жасақ босатылды", "ru": "Наряд снят", "en": "The unit was released"},
    ground="order-706",
    of=Assignment,
    may=sends | frees,
    moves={"sent": "released", "acknowledged": "released", "en_route": "released"},
    clocks=Clocks(stops=["ops-acknowledge", "ops-arrive"]),
    # Two released at once: the second one must see that it was the last.
    locks=["assignment.incident"],
)
def release(actor: Actor, assignment: Assignment, *, reason: str = "") -> Assignment:
    """Take the unit off before it arrived. An incident left without units waits again.

    Its clock starts anew where a crew had taken it on. Where a crew had come and gone before this unit was sent, the
    waiting began with the sending. Else nobody was coming, and it runs on from where it began.
    """
    assignment.ended_at = _step(assignment)
    if reason:
        doing().note(reason=reason)
    incident = assignment.incident
    others = incident.assignments.exclude(pk=assignment.pk)
    if incident.state == "assigned" and not others.filter(state__in=OPEN_STATES).exists():
        incidents.mark_waiting(actor, incident, since=_waits_since(actor, assignment, list(others)))
    return assignment


def _waits_since(actor: Actor, last: Assignment, others: list[Assignment]) -> datetime | None:
    """From when the incident waits for a unit after its last one is released; None where its waiting goes on."""
    beside = [row for row in others if row.ended_at is not None and row.ended_at >= last.sent_at]
    taken = [row for row in (last, *beside) if row.acknowledged_at is not None]
    if confirmed(actor, taken, "dispatch.acknowledge"):
        return doing().at
    began = incidents.waiting_since(last.incident)
    # Whoever came ended that waiting. Sending and releasing again and again moves it no further: it began after them.
    came = [row for row in others if row.on_scene_at is not None and row.on_scene_at > began]
    return last.sent_at if confirmed(actor, came, "dispatch.arrive") else None


def close(actor: Actor, incident: Incident, *, outcome: str, note: str = "") -> Incident:
    """Close with an outcome; every unit must have been cleared or released. `incident.close` does the work."""
    return incidents.close_incident(actor, incident, outcome=outcome, note=note)


@called_through("incident.stand_down")
def stand_down(actor: Actor, incident: Incident, *, reason: str) -> Incident:
    """Call the incident off: the units on their way are released, those on the scene cleared."""

    def work() -> Incident:
        token = _freeing.set(incident.pk)
        try:
            done = incidents.stand_down(actor, incident, reason=reason)
        finally:
            _freeing.reset(token)
        if done.repeated:
            return done
        follow = actor.inside()
        for assignment in _open(incident):
            if assignment.state == "on_scene":
                clear(follow, assignment)
            else:
                release(follow, assignment, reason=reason)
        return done

    return perform_together(work, actor)


def end_duty(actor: Actor, unit: Unit) -> Unit:
    """Go off duty; refused while the unit is out."""
    return units.end_duty(actor, unit)


def _nobody_out(incident: Incident) -> None:
    """An incident is closed when every unit has been cleared or released; standing down frees them itself."""
    if _freeing.get() == incident.pk:
        return
    if out := [row.unit.callsign for row in _open(incident)]:
        raise StillOut(incident=incident.code, callsigns=", ".join(out))


def _not_out(unit: Unit) -> None:
    if taken := open_assignment(unit):
        raise UnitBusy(callsign=unit.callsign, incident=taken.incident.code)


def _crew_was_sent(actor: Actor, incident: Incident) -> bool:
    return incident.assignments.filter(crew_of(actor, "unit__")).exists()


def _has_come(actor: Actor, incident: Incident) -> bool:
    arrived = incident.assignments.filter(on_scene_at__isnull=False)
    return bool(confirmed(actor, list(arrived), "dispatch.arrive"))


def _is_taken_on(actor: Actor, incident: Incident) -> bool:
    """A crew said during this waiting that it was coming."""
    taken = incident.assignments.filter(acknowledged_at__gte=incidents.waiting_since(incident))
    return bool(confirmed(actor, list(taken), "dispatch.acknowledge"))


def _free_handed_over(actor: Actor, incident: Incident) -> None:
    """The other side sends its own: those of the sender are free, and told so by the end of their assignment."""
    for assignment in _open(incident):
        if assignment.state == "on_scene":
            clear(actor, assignment)
        else:
            release(actor, assignment, reason="handed_over")


def _reprioritize(actor: Actor, incident: Incident) -> None:
    for assignment in _open(incident):
        reprioritize(actor, assignment, priority=incident.priority)


incidents.BEFORE_CLOSING.append(_nobody_out)
incidents.ATTENDED.append(attended)
incidents.CREW_WAS_SENT.append(_crew_was_sent)
incidents.ATTENDED_BY_CREW.append(_has_come)
incidents.TAKEN_ON.append(_is_taken_on)
incidents.AFTER_PRIORITY.append(_reprioritize)
incidents.AFTER_MOVE.append(_free_handed_over)
units.BEFORE_END.append(_not_out)


def _open(incident: Incident) -> list[Assignment]:
    return list(incident.assignments.select_related("unit").filter(state__in=OPEN_STATES))

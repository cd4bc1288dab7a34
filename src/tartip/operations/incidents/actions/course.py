"""From the opening of an incident to a unit on its way: rating, place, remarks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tartip.core.acts import Actor, Clocks, act, called_through, doing
from tartip.core.acts.errors import Unchanged
from tartip.core.acts.rights import is_system
from tartip.core.checks import EmptyText, check_length
from tartip.core.codes import new_code
from tartip.core.places import BadPlace, Where, place
from tartip.core.territory.locate import near
from tartip.operations.calls.actions import is_to_be_rated, owner_of, rate_call
from tartip.operations.calls.kinds import kind
from tartip.operations.calls.models import Call
from tartip.operations.incidents.errors import BadPriority
from tartip.operations.incidents.hooks import (
    AFTER_PRIORITY,
)
from tartip.operations.incidents.models import Incident, Remark
from tartip.operations.incidents.places import same_words
from tartip.operations.incidents.priority import by_priority, highest_of, waiting_since
from tartip.operations.incidents.rights import (
    decides,
    leads,
    remarks,
)


@act(
    "incident.open",
    names={"kk": "Оқиғаны ашу", "ru": "Открыть происшествие", "en": "Open an incident"},
    done={"kk": "Оқиға ашылды", "ru": "Происшествие открыто", "en": "The incident was opened"},
    ground="order-706",
    creates=Incident,
    may=leads,
    clocks=Clocks(starts={by_priority("ops-dispatch"): "waiting_since"}),
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
    """Open an incident, usually from a call; without a priority the kind's own is taken.

    It may lie abroad, as a call may: what came in is never lost for its position.
    """
    known = kind(kind_code)
    check_length("note", note)
    if priority is not None and priority not in (1, 2, 3, 4):
        raise BadPriority(priority=priority)
    where = place(lon, lat, radius_m, address)
    owner = owner_of(actor, territory)
    if owner != territory:
        doing().note(belongs_to=territory)
    if call is not None and is_to_be_rated(call):
        # The incident may be dated back to the ringing; what was said of it too late stays late.
        rate_call(actor.saying(at=call.rated_at or doing().at), call)
    return Incident(
        territory_id=owner,
        code=new_code(),
        kind=known.code,
        priority=priority or known.priority,
        highest_priority=priority or known.priority,
        opened_at=doing().at,
        waiting_since=doing().at,
        first_call=call,
        note=note,
        **where,
    )


@act(
    "incident.assess",
    names={"kk": "Басымдықты өзгерту", "ru": "Изменить оценку", "en": "Assess again"},
    done={"kk": "Басымдық өзгертілді", "ru": "Оценка изменена", "en": "Assessed again"},
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"opened": None, "assigned": None},
    # Raised: the shorter term, from the moment it should have run. Lowered: never longer than one that is over.
    clocks=Clocks(follows={by_priority("ops-dispatch"): "waiting_since"}),
)
def assess(actor: Actor, incident: Incident, *, kind_code: str, priority: int, note: str = "") -> Incident:
    """Say again what it is and how urgent. The clocks of the incident and of its units follow the priority."""
    if priority not in (1, 2, 3, 4):
        raise BadPriority(priority=priority)
    check_length("note", note)
    known = kind(kind_code).code
    said = note if note.strip() else incident.note
    if (known, priority, said) == (incident.kind, incident.priority, incident.note):
        raise Unchanged(field="priority")
    incident.kind, incident.note = known, said
    _set_priority(actor, incident, priority, highest_of(incident))
    return incident


def _set_priority(actor: Actor, incident: Incident, priority: int, highest: int) -> None:
    """What was asked about the incident before it changed is asked no longer."""
    incident.stand_down_by = ""
    incident.highest_priority = min(priority, highest)
    if incident.priority != priority:
        incident.priority = priority
        for follow in AFTER_PRIORITY:
            follow(actor, incident)


@act(
    "incident.inherit",
    names={
        "kk": "Біріктірілген оқиғаның басымдығын алу",
        "ru": "Принять приоритет объединённого происшествия",
        "en": "Take over the priority of a merged incident",
    },
    done={
        "kk": "Біріктірілген оқиғаның басымдығы алынды",
        "ru": "Принят приоритет объединённого происшествия",
        "en": "The priority of a merged incident was taken over",
    },
    ground="order-706",
    of=Incident,
    may=decides,
    moves={"opened": None, "assigned": None},
    clocks=Clocks(follows={by_priority("ops-dispatch"): "waiting_since"}),
    inner=True,
)
def inherit(actor: Actor, incident: Incident, *, priority: int, highest: int, since: datetime) -> Incident:
    """Part of merging: what is merged may be more urgent, or wait for longer, and its rules and its clock go along."""
    incident.waiting_since = min(since, waiting_since(incident))
    _set_priority(actor, incident, min(priority, incident.priority), min(highest, highest_of(incident)))
    return incident


@act(
    "incident.correct_place",
    names={"kk": "Орнын түзету", "ru": "Исправить место", "en": "Correct the place"},
    done={"kk": "Орны түзетілді", "ru": "Место исправлено", "en": "The place was corrected"},
    ground="order-706",
    of=Incident,
    may=leads,
    moves={"opened": None, "assigned": None},
)
def correct_place(
    actor: Actor,
    incident: Incident,
    *,
    lon: float | None = None,
    lat: float | None = None,
    radius_m: int | None = None,
    address: str = "",
    no_address: bool = False,
    no_position: bool = False,
) -> Incident:
    """Say where it is. What was said before stays in the entry, and the history shows both.

    What is known is never removed by leaving it out: `no_address` and `no_position` say that it is unknown after all.
    Another address instead of a known one, without a position, is the whole place: the old position goes with the old
    address. A first address takes no position away.
    Without a radius the same position keeps the one it has. One in another territory stays ours until it is handed
    over, as at the opening; the entry says where it belongs. One at sea or just over the border is taken, and the card
    says that it lies in no territory; one farther away is refused.
    """
    where = _corrected(incident, place(lon, lat, radius_m or 0, address), no_address, no_position)
    if where["lon_e6"] is None and not where["address"] and not (no_address or no_position):
        raise BadPlace(field="address", rule="give a position or an address")
    if radius_m is None and _same_point(incident, where):
        where["radius_m"] = incident.radius_m
    if all(getattr(incident, name) == value for name, value in where.items()):
        raise Unchanged(field="address")
    found = near(where, typed=not _same_point(incident, where))
    if found is not None and owner_of(actor, found.code) != found.code:
        doing().note(belongs_to=found.code)
    doing().note(before={name: getattr(incident, name) for name in ("lon_e6", "lat_e6", "radius_m", "address")})
    incident.stand_down_by = ""
    for name, value in where.items():
        setattr(incident, name, value)
    return incident


@called_through("incident.correct_place")
def correct_place_to(
    actor: Actor, incident: Incident, *, place: Where = Where(), no_address: bool = False, no_position: bool = False
) -> Incident:
    """`correct_place` with the place as one value."""
    return correct_place(
        actor, incident, lon=place.lon, lat=place.lat, radius_m=place.radius_m, address=place.address,
        no_address=no_address, no_position=no_position,
    )  # fmt: skip


def _same_point(incident: Incident, where: dict[str, Any]) -> bool:
    return (where["lon_e6"], where["lat_e6"]) == (incident.lon_e6, incident.lat_e6)


def _corrected(incident: Incident, where: dict[str, Any], no_address: bool, no_position: bool) -> dict[str, Any]:
    """The place as it is to be. Raises BadPlace where a known part would be lost unsaid, or is both given and unknown.

    What a form shows as it was until now does not contradict the word that it is unknown.
    """
    another, first = not same_words(where["address"], incident.address), not incident.address.strip()
    if no_address:
        if where["address"] and another:
            raise BadPlace(field="address", rule="is written and said to be unknown: leave one of the two")
        where["address"] = ""
    elif incident.address.strip() and not where["address"]:
        raise BadPlace(field="address", rule="the known address would be lost: write it, or say that it is unknown")
    if no_position:
        if where["lon_e6"] is not None and not _same_point(incident, where):
            raise BadPlace(field="lon", rule="is written and said to be unknown: leave one of the two")
        where |= place(None, None, 0, where["address"])
    elif incident.lon_e6 is not None and where["lon_e6"] is None and (first or not (where["address"] and another)):
        raise BadPlace(field="lon", rule="the known position would be lost: write it, or say that it is unknown")
    return where


@act(
    "incident.remark",
    names={"kk": "Ескертпе қосу", "ru": "Добавить запись", "en": "Add a remark"},
    done={"kk": "Ескертпе қосылды", "ru": "Добавлена запись", "en": "A remark was added"},
    ground="order-706",
    creates=Remark,
    may=remarks,
)
def add_remark(actor: Actor, incident: Incident, *, text: str) -> Remark:
    """A timed line of the story: who learned or did what. It may come after the incident was closed."""
    check_length("text", text)
    if not text.strip():
        raise EmptyText(field="text", rule="must not be empty")
    return Remark(
        territory_id=incident.territory_id,
        incident=incident,
        at=doing().at,
        text=text.strip(),
        by=actor.name,
        role=actor.role,
    )


@act(
    "incident.assign",
    names={"kk": "Жасақ жіберілді", "ru": "Наряд назначен", "en": "A unit is assigned"},
    done={"kk": "Жасақ жіберілді", "ru": "Наряд назначен", "en": "A unit was assigned"},
    ground="order-706",
    of=Incident,
    may=decides | is_system,
    moves={"opened": "assigned", "assigned": None},
    clocks=Clocks(stops=["ops-dispatch"]),
    inner=True,
)
def mark_assigned(actor: Actor, incident: Incident) -> Incident:
    """Part of sending a unit; dispatch calls it."""
    incident.stand_down_by = ""
    return incident


@act(
    "incident.wait",
    names={"kk": "Жасақсыз қалды", "ru": "Остался без наряда", "en": "Left without a unit"},
    ground="order-706",
    of=Incident,
    may=decides | is_system,
    moves={"assigned": "opened"},
    clocks=Clocks(starts={by_priority("ops-dispatch"): "waiting_since"}),
    inner=True,
)
def mark_waiting(actor: Actor, incident: Incident, *, since: datetime | None) -> Incident:
    """Part of releasing the last unit before it arrived; dispatch calls it.

    Without a moment the waiting goes on from where it began: nobody was coming.
    """
    incident.waiting_since = since or waiting_since(incident)
    return incident

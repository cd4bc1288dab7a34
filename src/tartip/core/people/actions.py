"""Appointments, shifts and persons: what may be done, and the reading of personal data."""

from __future__ import annotations

from datetime import datetime

from tartip.core.acts import Actor, act, doing
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate
from tartip.core.people import identifiers, sessions
from tartip.core.people.holders import must_be_held
from tartip.core.people.models import Account, Appointment, Person, Shift


@predicate("own shift")
def own_shift(actor: Actor, shift: Shift | None = None) -> bool:
    """Under one's own appointment; nobody works in another's name."""
    return shift is None or shift.appointment.account_id == actor.account


appoints = is_system | (in_territory & has_role("administrator"))
enters_people = is_system | has_role(
    "operator", "dispatcher", "supervisor", "inspector", "patrol", "gateway", "citizen"
)


@act(
    "people.appoint",
    names={"kk": "Қызметке тағайындау", "ru": "Назначить на роль", "en": "Appoint to a role"},
    done={"kk": "Қызметке тағайындалды", "ru": "Роль назначена", "en": "Appointed to a role"},
    ground="order-706",
    creates=Appointment,
    may=appoints,
    grave=True,
    inner=True,
)
def appoint(
    actor: Actor, *, account: Account, role: str, territory: str, valid_to: datetime | None = None
) -> Appointment:
    if actor.role != "system":  # whatever the house appoints itself is checked where it is opened (`accounts.add`)
        must_be_held(account.holder, role)
    return Appointment(account=account, role=role, territory_id=territory, valid_from=doing().at, valid_to=valid_to)


@act(
    "people.dismiss",
    names={"kk": "Қызметтен босату", "ru": "Снять с роли", "en": "End the appointment"},
    done={"kk": "Қызметтен босатылды", "ru": "Роль снята", "en": "The appointment was ended"},
    ground="order-706",
    of=Appointment,
    may=appoints,
    moves={"in_force": "ended"},
    grave=True,
    inner=True,
)
def dismiss(actor: Actor, appointment: Appointment) -> Appointment:
    appointment.valid_to = doing().at
    return appointment


@act(
    "shift.begin",
    names={"kk": "Ауысымды бастау", "ru": "Начать смену", "en": "Begin the shift"},
    done={"kk": "Ауысым басталды", "ru": "Смена начата", "en": "The shift was begun"},
    ground="order-706",
    creates=Shift,
    may=in_territory & own_shift,
)
def begin_shift(actor: Actor, *, appointment: Appointment) -> Shift:
    return Shift(territory_id=appointment.territory_id, appointment=appointment, began_at=doing().at)


@act(
    "shift.end",
    names={"kk": "Ауысымды аяқтау", "ru": "Закончить смену", "en": "End the shift"},
    done={"kk": "Ауысым аяқталды", "ru": "Смена закончена", "en": "The shift was ended"},
    ground="order-706",
    of=Shift,
    may=in_territory & (own_shift | has_role("supervisor", "administrator")),
    moves={"on": "off"},
)
def end_shift(actor: Actor, shift: Shift) -> Shift:
    """From the next request on nothing of the floor is open; an end by somebody else is told to the owner's screens."""
    shift.ended_at = doing().at
    owner = shift.appointment.account
    if owner.pk != actor.account:
        told = {"shift": str(shift.pk)}
        sessions.record("account.shift_ended", owner, actor=actor.name, payload=told, role=actor.role)
    return shift


@act(
    "person.enter",
    names={"kk": "Адамды тіркеу", "ru": "Завести лицо", "en": "Enter a person"},
    done={"kk": "Адам тіркелді", "ru": "Лицо заведено", "en": "A person was entered"},
    ground="order-706",
    creates=Person,
    may=enters_people,
    inner=True,
)
def enter_person(actor: Actor, *, territory: str, name: str = "", iin: str = "", phone: str = "") -> Person:
    """A new person; identifiers are checked, encrypted, and found again by a keyed hash (`reading.find`)."""
    return Person(territory_id=territory, **identifiers.fields(name=name, iin=iin, phone=phone))

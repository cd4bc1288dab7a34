"""The people of the demo and of tests: one log-in a role. Never made where TARTIP_DEMO is not set, but by tests."""

from __future__ import annotations

from dataclasses import dataclass

from tartip.core.acts import Actor, system
from tartip.core.people.actions import appoint, begin_shift
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account, Appointment

PASSWORD = "tartip-demo"  # noqa: S105 (printed by the demo)


@dataclass(frozen=True, slots=True)
class Persona:
    username: str
    name: str
    role: str
    territory: str
    holder: str = ""


# A crew's tablet has no personnel number: whoever is on duty has it.
# Almaty (750000000) is where the demo lives; the stranger works in Kostanay.
PERSONAS = [
    Persona("operator", "Айгерім Нұрланова", "operator", "750000000", holder="750101"),
    Persona("dispatcher", "Қарлығаш Смағұлова", "dispatcher", "750000000", holder="750102"),
    Persona("supervisor", "Ержан Оспанов", "supervisor", "750000000", holder="750103"),
    Persona("patrol", "Барс-14", "patrol", "750000000"),
    Persona("inspector", "Марат Әбенов", "inspector", "750000000", holder="750201"),
    Persona("analyst", "Дина Ли", "analyst", "KZ", holder="000301"),
    Persona("prosecutor", "Светлана Ким", "prosecutor", "KZ", holder="000401"),
    Persona("judge", "Бауыржан Сейтқали", "judge", "750000000", holder="750501"),
    Persona("administrator", "Administrator", "administrator", "KZ", holder="000601"),
    Persona("charlie", "Чарли Қостанайдан", "dispatcher", "390000000", holder="390102"),
]


def make(persona: Persona, *, password: str = PASSWORD) -> Actor:
    """The account, its appointment and a begun shift; what exists already is kept."""
    account = Account.objects.filter(username=persona.username).first()
    if account is None:
        account = Account.objects.create_user(
            persona.username,
            password,
            display_name=persona.name,
            demo=True,
            holder=persona.holder,
        )
    appointment = Appointment.objects.filter(account=account, role=persona.role, state="in_force").first()
    if appointment is None:
        appointment = appoint(system("personas"), account=account, role=persona.role, territory=persona.territory)
        begin_shift(appointment_actor(appointment), appointment=appointment)
    return appointment_actor(appointment)


def make_all(*, password: str = PASSWORD) -> dict[str, Actor]:
    return {persona.username: make(persona, password=password) for persona in PERSONAS}

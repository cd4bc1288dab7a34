"""What may be done with a unit."""

from __future__ import annotations

from tartip.core.acts import Actor, act
from tartip.core.acts.rights import has_role, in_territory
from tartip.core.people.models import Account
from tartip.operations.units.models import Unit

keeps_units = in_territory & has_role("supervisor", "dispatcher", "administrator")
crews = in_territory & has_role("patrol", "dispatcher", "supervisor")


@act(
    "unit.enter",
    names={"kk": "Жасақты тіркеу", "ru": "Завести наряд", "en": "Enter a unit"},
    ground="order-706",
    creates=Unit,
    may=keeps_units,
)
def enter_unit(
    actor: Actor,
    *,
    territory: str,
    callsign: str,
    kind: str = "car",
    crew: int = 2,
    skills: list[str] | None = None,
    account: Account | None = None,
) -> Unit:
    return Unit(territory_id=territory, callsign=callsign, kind=kind, crew=crew, skills=skills or [], account=account)


@act(
    "unit.begin",
    names={"kk": "Ауысымға шығу", "ru": "Выйти на смену", "en": "Go on duty"},
    ground="order-706",
    of=Unit,
    may=crews,
    moves={"off": "on_duty"},
)
def begin_duty(actor: Actor, unit: Unit) -> Unit:
    return unit


@act(
    "unit.end",
    names={"kk": "Ауысымнан кету", "ru": "Уйти со смены", "en": "Go off duty"},
    ground="order-706",
    of=Unit,
    may=crews,
    moves={"on_duty": "off"},
)
def end_duty(actor: Actor, unit: Unit) -> Unit:
    """Ends the duty of a free unit; dispatch refuses it for one that is still out."""
    return unit


@act(
    "unit.alarm",
    names={"kk": "Экипаж дабылы", "ru": "Тревога экипажа", "en": "Crew alarm"},
    ground="order-706",
    of=Unit,
    may=crews,
    moves={"on_duty": "alarm"},
)
def raise_alarm(actor: Actor, unit: Unit) -> Unit:
    """The panic button: stays until a dispatcher says that the crew is safe."""
    unit.alarm_taken_by = ""
    return unit


@act(
    "unit.take_alarm",
    names={"kk": "Дабылды қабылдау", "ru": "Принять тревогу", "en": "Accept the alarm"},
    ground="order-706",
    of=Unit,
    may=keeps_units,
    moves={"alarm": None},
    key="F2",
)
def take_alarm(actor: Actor, unit: Unit) -> Unit:
    unit.alarm_taken_by = actor.name
    return unit


@act(
    "unit.safe",
    names={"kk": "Экипаж қауіпсіз", "ru": "Экипаж вне опасности", "en": "The crew is safe"},
    ground="order-706",
    of=Unit,
    may=keeps_units,
    moves={"alarm": "on_duty"},
    grave=True,
)
def end_alarm(actor: Actor, unit: Unit) -> Unit:
    unit.alarm_taken_by = ""
    return unit

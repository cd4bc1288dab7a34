"""What may be done with a unit."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tartip.core.acts import Actor, Clocks, Field, act, doing, system, when
from tartip.core.acts.errors import Unchanged
from tartip.core.acts.rights import has_role, in_territory, is_system, on_duty, predicate
from tartip.core.clocks.declared import Rule
from tartip.core.clocks.models import Clock
from tartip.core.people.actors import in_force
from tartip.core.people.models import Account, Appointment, Role
from tartip.core.people.names import actor_name
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.operations.units.models import Unit

log = logging.getLogger("tartip.alarms")

ALARM_LEVELS = 3
ACCEPT = "ops-alarm-accept"
MUST_ACCEPT: dict[Rule, str] = {when(lambda unit: unit.alarm_level_at is not None, ACCEPT): "alarm_level_at"}


@predicate("own crew")
def is_own_crew(actor: Actor, unit: Unit | None = None) -> bool:
    """The tablet of this unit is the actor's own, and the unit is of the territory the actor is appointed in."""
    if unit is None:
        return True
    own = unit.account_id is not None and unit.account_id == actor.account
    return own and bool(in_territory.test(actor, unit))


@predicate("not the own crew's alarm")
def is_of_another_crew(actor: Actor, unit: Unit | None = None) -> bool:
    """The unit is not in alarm, or its tablet is another's: two roles or two accounts of a person are one person."""
    if unit is None or unit.state != "alarm" or unit.account_id is None:
        return True
    return not actor.is_self(actor_name(unit.account_id))


keeps_units = in_territory & (on_duty("supervisor", "dispatcher") | has_role("administrator"))
# Whoever answers for a crew in danger is on shift at the desk; an account of the administrator is no desk.
# Nor is anybody the one who comes to his own help: whoever has the crew's tablet, in whatever role and under whatever
# account, is not the desk for it.
answers_alarm = in_territory & on_duty("supervisor", "dispatcher") & is_of_another_crew
crews = (on_duty("patrol") & is_own_crew) | (in_territory & on_duty("dispatcher", "supervisor"))
# The panic button asks for no shift: it is pressed on the way home, too.
raises_alarm = (has_role("patrol") & is_own_crew) | (in_territory & on_duty("dispatcher", "supervisor"))


class AlarmTaken(TartipError):
    code = "unit.alarm_taken"
    text = "The alarm of %(callsign)s is accepted already."
    http_status = 409


class UnknownAccount(TartipError):
    code = "unit.unknown_account"
    text = "account: there is no such log-in: %(account)s."
    http_status = 422


class NotACrew(TartipError):
    code = "unit.not_a_crew"
    text = "account: %(account)s has no appointment as a patrol where the unit works."
    http_status = 422


class CrewOfAnother(TartipError):
    code = "unit.crew_of_another"
    text = "account: %(account)s is the log-in of another unit already."
    http_status = 409


def account_named(account_id: uuid.UUID) -> Account:
    found = Account.objects.filter(pk=account_id, is_active=True).first()
    if found is None:
        raise UnknownAccount(account=account_id)
    return found


def must_crew(account: Account, territory: str, unit: Unit | None = None) -> None:
    """Whoever binds a log-in to a unit opens the unit's records to it, so it must be a crew of that very territory.

    Raises NotACrew or CrewOfAnother. The account is locked: of two who bind it at once the second is told.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    appointed = Appointment.objects.filter(in_force(doing().at), account=account, role=Role.PATROL)
    if not any(one == "KZ" or tree.contains(one, territory) for one in appointed.values_list("territory", flat=True)):
        raise NotACrew(account=account.username)
    others = Unit.objects.filter(account=account)
    if (others.exclude(pk=unit.pk) if unit else others).exists():
        raise CrewOfAnother(account=account.username)


# What later apps look at before a unit goes off duty; each raises its own error. The unit is locked then.
BEFORE_END: list[Callable[[Unit], None]] = []


@act(
    "unit.enter",
    names={"kk": "Жасақты тіркеу", "ru": "Завести наряд", "en": "Enter a unit"},
    done={"kk": "Жасақ тіркелді", "ru": "Наряд заведён", "en": "A unit was entered"},
    ground="order-706",
    creates=Unit,
    may=keeps_units,
)
def enter_unit(
    actor: Actor,
    *,
    territory: str,
    callsign: str,
    kind: Annotated[str, Field(_("Kind of unit"))] = "car",
    crew: int = 2,
    skills: list[str] | None = None,
    account: Account | None = None,
) -> Unit:
    if account is not None:
        must_crew(account, territory)
    return Unit(territory_id=territory, callsign=callsign, kind=kind, crew=crew, skills=skills or [], account=account)


@act(
    "unit.give_tablet",
    names={"kk": "Жасаққа планшет беру", "ru": "Выдать наряду планшет", "en": "Give the unit its tablet"},
    done={"kk": "Жасаққа планшет берілді", "ru": "Наряду выдан планшет", "en": "The unit was given its tablet"},
    ground="order-706",
    of=Unit,
    # Who could take his own tablet away during his alarm would answer it himself after that.
    may=keeps_units & is_of_another_crew,
    moves={"off": None, "on_duty": None, "alarm": None},
)
def give_tablet(actor: Actor, unit: Unit, *, account: Account | None) -> Unit:
    """The log-in that acts for this unit from now on; None takes it away."""
    if account is not None:
        must_crew(account, unit.territory_id, unit)
    if account == unit.account:
        raise Unchanged(field="account")
    unit.account = account
    return unit


@act(
    "unit.begin",
    names={"kk": "Ауысымға шығу", "ru": "Выйти на смену", "en": "Go on duty"},
    done={"kk": "Жасақ ауысымға шықты", "ru": "Наряд вышел на смену", "en": "The unit went on duty"},
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
    done={"kk": "Жасақ ауысымнан кетті", "ru": "Наряд ушёл со смены", "en": "The unit went off duty"},
    ground="order-706",
    of=Unit,
    may=crews,
    moves={"on_duty": "off"},
)
def end_duty(actor: Actor, unit: Unit) -> Unit:
    """End the duty of a free unit; dispatch adds its look to `BEFORE_END` and refuses it for one that is out."""
    for look in BEFORE_END:
        look(unit)
    return unit


@act(
    "unit.alarm",
    names={"kk": "Экипаж дабылы", "ru": "Тревога экипажа", "en": "Crew alarm"},
    done={"kk": "Экипаж дабыл берді", "ru": "Экипаж поднял тревогу", "en": "The crew raised the alarm"},
    ground="order-706",
    of=Unit,
    may=raises_alarm,
    moves={"off": "alarm", "on_duty": "alarm", "alarm": "alarm"},
    # Pressed again while nobody has accepted, the same term goes on: it is counted from where it began.
    clocks=Clocks(stops=[ACCEPT], starts=MUST_ACCEPT),
)
def raise_alarm(actor: Actor, unit: Unit) -> Unit:
    """The panic button. It always works: off duty too, and an alarm that was accepted is a new one when pressed again.

    While nobody has accepted, pressing again gives nobody more time, and a term that is over climbs at once.
    """
    at = doing().at
    if unit.state != "alarm":
        unit.state_before_alarm = unit.state
    if unit.state != "alarm" or not unit.alarm_level:
        unit.alarm_level, unit.alarm_level_at = 1, at
    elif unit.alarm_taken_by:
        unit.alarm_level_at = at
    elif _overdue(at).filter(subject=unit.pk).exists():
        _climb(unit, at)
    unit.alarm_taken_by = ""
    unit.alarm_at = at
    return unit


def _climb(unit: Unit, at: datetime) -> None:
    """The next level has to accept it from now on. The last level keeps it, and no further term runs."""
    last = (unit.alarm_level or 1) + 1 >= ALARM_LEVELS
    unit.alarm_level = ALARM_LEVELS if last else (unit.alarm_level or 1) + 1
    unit.alarm_level_at = None if last else at


def _overdue(at: datetime) -> QuerySet[Clock]:
    """Terms to accept that are over, whether the background process has written the breach or not."""
    return Clock.objects.filter(rule=ACCEPT, state=Clock.State.RUNNING, due_at__lt=at)


@act(
    "unit.climb",
    names={
        "kk": "Дабыл жоғары деңгейге көтерілді",
        "ru": "Тревога передана на следующий уровень",
        "en": "The alarm goes to the next level",
    },
    done={
        "kk": "Дабыл жоғары деңгейге көтерілді",
        "ru": "Тревога передана на следующий уровень",
        "en": "The alarm went to the next level",
    },
    ground="order-706",
    of=Unit,
    may=is_system,
    moves={"alarm": None},
    clocks=Clocks(stops=[ACCEPT], starts=MUST_ACCEPT),
)
def climb(actor: Actor, unit: Unit) -> Unit:
    """Nobody accepted the alarm in time: the next level has to. The last level keeps it."""
    if unit.alarm_taken_by:
        raise AlarmTaken(callsign=unit.callsign)
    _climb(unit, doing().at)
    return unit


class AlarmsFailed(TartipError):
    code = "unit.alarms_failed"
    text = "%(count)s alarms could not be raised to the next level; all others were."
    http_status = 500


def climb_alarms(at: datetime | None = None) -> int:
    """Raise each alarm whose time to accept ran out; a duty of the background process. Returns how many were raised.

    Each alarm is tried by itself. Raises AlarmsFailed after the last one if any could not be raised: it is tried
    again with the next pass, and the duty engineer's board says so meanwhile.
    """
    moment = at or now()
    # Units in alarm first: they are few, and clocks are found by their subject.
    alarmed = {unit.pk: unit for unit in _unanswered()}
    if not alarmed:
        return 0
    late = _overdue(moment).filter(subject__in=alarmed).values_list("subject", flat=True)
    raised = failed = 0
    for unit in [alarmed[subject] for subject in dict.fromkeys(late)]:
        try:
            climb(system("units").saying(at=at), unit)
            raised += 1
        except (OperationalError, InterfaceError):
            raise  # the database itself is away
        except Exception as error:
            # Somebody may have accepted or ended it, or raised it, at this moment.
            if not isinstance(error, TartipError) or _unanswered().filter(pk=unit.pk, version=unit.version).exists():
                log.exception("the alarm of unit %s could not be raised", unit.pk)
                failed += 1
    if failed:
        raise AlarmsFailed(count=failed)
    return raised


def _unanswered() -> QuerySet[Unit]:
    return Unit.objects.filter(state="alarm", alarm_taken_by="")


@act(
    "unit.take_alarm",
    names={"kk": "Дабылды қабылдау", "ru": "Принять тревогу", "en": "Accept the alarm"},
    done={"kk": "Дабыл қабылданды", "ru": "Тревога принята", "en": "The alarm was accepted"},
    ground="order-706",
    of=Unit,
    may=answers_alarm,
    moves={"alarm": None},
    clocks=Clocks(stops=[ACCEPT]),
    key="F2",
)
def take_alarm(actor: Actor, unit: Unit) -> Unit:
    """One answers for it: whoever accepts it second is told so, also where that was the person's own other account."""
    if unit.alarm_taken_by not in ("", actor.name):
        raise AlarmTaken(callsign=unit.callsign)
    unit.alarm_taken_by = actor.name
    return unit


@act(
    "unit.safe",
    names={"kk": "Экипаж қауіпсіз", "ru": "Экипаж вне опасности", "en": "The crew is safe"},
    done={
        "kk": "Экипаждың қауіпсіз екені расталды",
        "ru": "Подтверждено, что экипаж вне опасности",
        "en": "The crew was found safe",
    },
    ground="order-706",
    of=Unit,
    may=answers_alarm,
    moves={"alarm": ("on_duty", "off")},
    clocks=Clocks(stops=[ACCEPT]),
    grave=True,
)
def end_alarm(actor: Actor, unit: Unit) -> Unit:
    """Back to where the crew was when it pressed the button: one that was at home is not on duty by that."""
    unit.state = unit.state_before_alarm or "on_duty"
    unit.state_before_alarm = unit.alarm_taken_by = ""
    unit.alarm_level = unit.alarm_at = unit.alarm_level_at = None
    return unit

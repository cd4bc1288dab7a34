"""A term that waits for another one's time waits as long as that one has now, when a decree has moved it.

An act that pauses a term may say until when (`Clocks.pauses`). That moment is asked for again after each recount.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError, transaction

from tartip.core.acts.retry import retried
from tartip.core.clocks.breach import put_aside
from tartip.core.clocks.checks import keys_of
from tartip.core.clocks.declared import Rule, Until, matches
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.entries import MOVE, write
from tartip.core.clocks.models import Clock
from tartip.core.clocks.moves import alive, moved_end
from tartip.core.ids import new_id
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, register_of, utc_text
from tartip.core.registers.store import OPEN_GUARD, Rows, guard_setting
from tartip.core.terms.arithmetic import due_at
from tartip.core.territory import tree
from tartip.core.time import utc

PAGE = 1000
UPDATE = f"""
UPDATE clocks_clock SET due_at = %s::timestamptz, pauses = %s::jsonb FROM {OPEN_GUARD} WHERE clocks_clock.id = %s
"""  # noqa: S608 (a constant of ours)


def waits_again(moment: datetime) -> int:
    """Move the end of each pause that ends by itself to where it ends now, and the term with it; how many moved.

    A term that is over stays over, whether anybody has noticed that or not. Repeating moves none.
    """
    moved = 0
    for register, rules in _declared():
        last = uuid.UUID(int=0)
        names = [key for rule in rules for key in keys_of(rule)]
        while page := list(_waited(register, moment).filter(pk__gt=last).order_by("pk")[:PAGE]):
            named = [clock.pk for clock in page if matches(clock.rule, names)]
            moved += sum(retried(partial(_moved_alone, key, register, rules, moment)) for key in named)
            last = page[-1].pk
    return moved


def _declared() -> Iterator[tuple[str, Mapping[Rule, Until]]]:
    """The acts that say until when a term waits, each by the register of its records."""
    from tartip.core.acts.declare import ACTS

    for declared in ACTS.values():
        if isinstance(declared.clocks.pauses, Mapping):
            yield register_of(declared.model).name, declared.clocks.pauses


def _waited(register: str, moment: datetime) -> Any:
    return Clock.objects.filter(alive(moment), register=register, state=Clock.State.RUNNING).exclude(pauses=[])


def _moved_alone(key: uuid.UUID, register: str, rules: Mapping[Rule, Until], moment: datetime) -> int:
    try:
        with transaction.atomic():
            clock = _waited(register, moment).select_for_update(skip_locked=True).filter(pk=key).first()
            until = None if clock is None else _until(clock, rules)
            return 0 if clock is None or until is None else _move(clock, until, moment)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        with transaction.atomic():
            put_aside(Clock.objects.get(pk=key), error)
        return 0


def _until(clock: Clock, rules: Mapping[Rule, Until]) -> datetime | None:
    """Until when the clock's last pause lasts; None where nobody can say.

    Whether it waits at all was answered when the pause was given, and is not asked again.
    """
    model: type[Record] = REGISTERS[clock.register].model
    record = model._default_manager.get(pk=clock.subject)
    for rule, until in rules.items():
        if matches(clock.rule, keys_of(rule)):
            moment = until(record)
            return None if moment is None else max(utc(moment), datetime.fromisoformat(clock.pauses[-1][0]))
    return None


def _move(clock: Clock, until: datetime, moment: datetime) -> int:
    began, ended = clock.pauses[-1]
    rule, zone = rule_of(clock).rule, tree.zone(clock.territory_id)
    until = moved_end(rule, until, datetime.fromisoformat(ended), moment, zone)
    if utc_text(until) == ended:
        return 0
    pauses = [*clock.pauses[:-1], [began, utc_text(until)]]
    spans = [(datetime.fromisoformat(paused), datetime.fromisoformat(resumed)) for paused, resumed in pauses]
    due = moved_end(rule, due_at(rule, clock.started_at, zone, pauses=spans), clock.due_at, moment, zone)
    told = {"was": utc_text(clock.due_at), "due_at": utc_text(due), "why": "pause", "pauses": pauses}
    values = [due, orjson.dumps(pauses).decode(), guard_setting(MOVE, clock.subject), clock.pk]
    clock.due_at, clock.pauses = due, pauses
    write(clock, new_id(), MOVE, moment, told, beside=Rows(UPDATE, values))
    return 1

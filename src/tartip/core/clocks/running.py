"""Clocks in the hands of acts: start, stop, pause, resume; and the breach, which is an act of the system."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tartip.core import law
from tartip.core.clocks.arithmetic import due_at, pause
from tartip.core.clocks.declared import Clocks
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of, utc_text
from tartip.core.registers.store import Rows
from tartip.core.territory import tree

INSERT = """
INSERT INTO clocks_clock (id, rule, edition, register, subject, territory_id, state, started_at, due_at, started_by)
SELECT %s::uuid, %s::text, %s::date, %s::text, %s::uuid, %s::text, 'running', %s::timestamptz, %s::timestamptz, %s::uuid
FROM (SELECT set_config('tartip.act', %s, true)) AS act
"""


def apply(
    clocks: Clocks, record: Record, *, act: str, entry: uuid.UUID, at: datetime
) -> tuple[dict[str, Any], list[Rows]]:
    """Change the record's clocks as its act declares.

    Returns what the entry's payload says about it, and the rows of new clocks for the entry's own statement.
    """
    if not clocks:
        return {}, []
    said: dict[str, Any] = {}
    if clocks.stops and (stopped := _stop(record, clocks.stops, entry, at)):
        said["stopped"] = stopped
    if clocks.pauses and (paused := _pause(record, clocks.pauses, at)):
        said["paused"] = paused
    if clocks.resumes and (resumed := _resume(record, clocks.resumes, at)):
        said["resumed"] = resumed
    keys = [rule if isinstance(rule, str) else rule(record) for rule in clocks.starts]
    if new := [_start(record, key, act, entry, at) for key in keys if key]:
        said["started"] = [told for told, _ in new]
    return said, [rows for _, rows in new]


def _start(record: Record, key: str, act: str, entry: uuid.UUID, at: datetime) -> tuple[dict[str, str], Rows]:
    zone = zone_of(record)
    edition = law.deadline(key, at.astimezone(zone).date())
    clock, due = new_id(), due_at(edition, at, zone)
    name = register_of(type(record)).name
    values = [clock, key, edition.valid_from, name, record.pk, record.territory_id, at, due, entry, act]
    return {"id": str(clock), "rule": key, "due_at": utc_text(due)}, Rows(INSERT, values)


def _matching(record: Record, rules: Any, *states: str) -> list[Clock]:
    """Clocks of the record whose rule is named, whole or by its beginning (`ops-arrive` names `ops-arrive-1`)."""
    found = Clock.objects.select_for_update().filter(subject=record.pk, state__in=states).order_by("id")
    return [clock for clock in found if any(clock.rule == r or clock.rule.startswith(r + "-") for r in rules)]


def _stop(record: Record, rules: Any, entry: uuid.UUID, at: datetime) -> list[str]:
    clocks = _matching(record, rules, Clock.State.RUNNING, Clock.State.PAUSED)
    if clocks:
        Clock.objects.filter(pk__in=[c.pk for c in clocks]).update(
            state=Clock.State.STOPPED, stopped_at=at, stopped_by=entry
        )
    return [str(clock.pk) for clock in clocks]


def _pause(record: Record, rules: Any, at: datetime) -> list[str]:
    clocks = _matching(record, rules, Clock.State.RUNNING)
    Clock.objects.filter(pk__in=[c.pk for c in clocks]).update(state=Clock.State.PAUSED, paused_at=at)
    return [str(clock.pk) for clock in clocks]


def _resume(record: Record, rules: Any, at: datetime) -> list[dict[str, str]]:
    resumed = []
    for clock in _matching(record, rules, Clock.State.PAUSED):
        assert clock.paused_at is not None
        zone = zone_of(record)
        rule = law.deadline(clock.rule, clock.started_at.astimezone(zone).date())
        clock.due_at = pause(rule, clock.due_at, clock.paused_at, at, zone)
        clock.state, clock.paused_at = Clock.State.RUNNING, None
        clock.save(update_fields=["due_at", "state", "paused_at"])
        resumed.append({"id": str(clock.pk), "due_at": utc_text(clock.due_at)})
    return resumed


def zone_of(record: Record) -> ZoneInfo:
    """The zone of the record's territory: a day of a term ends at its midnight."""
    return tree.zone(record.territory_id)

"""What acts do to clocks: start, stop, pause, resume.

A term runs from the moment the law names (the offence, the hand-over, the filing), which a field of the record holds.
It never runs from the moment somebody wrote that down.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tartip.core import law
from tartip.core.clocks.breach import end_overdue, withdraw
from tartip.core.clocks.declared import CLOCKS_OF_ACTS, Choice, Clocks, Rule, Until, matches
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.journal.models import Entry
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of, utc_text
from tartip.core.registers.store import Rows
from tartip.core.terms.arithmetic import due_at, pause
from tartip.core.terms.errors import MissingMoment
from tartip.core.terms.rules import Bound, DeadlineRule
from tartip.core.territory import tree
from tartip.core.time import utc

INSERT = """
INSERT INTO clocks_clock (id, rule, edition, register, subject, territory_id, state, started_at, due_at, started_by,
  breached_by)
SELECT %s::uuid, %s::text, %s::date, %s::text, %s::uuid, %s::text, 'running', %s::timestamptz, %s::timestamptz,
  %s::uuid, %s::uuid
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
    if clocks.stops and (stopped := _stop(record, clocks.stops, entry, at, clocks.done_field)):
        said["stopped"] = stopped
    pauses = [key for rule in clocks.pauses if (key := key_of(rule, record))]
    resumed: list[dict[str, str]] = []
    if pauses and (paused := _pause(record, pauses, at)):
        said["paused"] = list(paused)
        if moved := {key: utc_text(moment) for key, moment in paused.items() if moment != at}:
            said["paused_from"] = moved
        if isinstance(clocks.pauses, Mapping):
            resumed += _run_on(record, clocks.pauses)
    if clocks.resumes:
        resumed += _resume(record, clocks.resumes, at)
    if resumed:
        said["resumed"] = resumed
    keys = ((rule, key_of(rule, record), field) for rule, field in clocks.starts.items())
    if new := [
        _start(record, rule, key, moment_of(record, field, key), act, entry) for rule, key, field in keys if key
    ]:
        said["started"] = [told for told, _ in new]
    for rule, field in clocks.follows.items():
        if replaced := _follow(record, rule, field, act, entry, at):
            said.setdefault("stopped", []).extend(replaced[0])
            said.setdefault("started", []).append(replaced[1][0])
            new.append(replaced[1])
    return said, [rows for _, rows in new]


def key_of(rule: Rule, record: Record) -> str | None:
    """The rule that fits this record, None where none begins."""
    return rule if isinstance(rule, str) else rule(record)


def moment_of(record: Record, field: str, key: str) -> datetime:
    """The moment the term runs from, UTC. Raises MissingMoment where the record does not hold it."""
    moment: datetime | None = getattr(record, field)
    if moment is None:
        raise MissingMoment(key, field)
    return utc(moment)


def term(key: str, start: datetime, zone: ZoneInfo) -> tuple[DeadlineRule, datetime]:
    """The edition in force on the day of `start`, and the last moment of the term that began then."""
    edition = law.deadline(key, start.astimezone(zone).date())
    return edition, due_at(edition, start, zone)


def _start(
    record: Record, rule: Rule, key: str, start: datetime, act: str, entry: uuid.UUID
) -> tuple[dict[str, str], Rows]:
    clock, (edition, due) = new_id(), term(key, start, zone_of(record))
    due = _promised(record, key, start, edition, due)
    name = register_of(type(record)).name
    missed = _missed(record, rule, start)
    values = [clock, key, edition.valid_from, name, record.pk, record.territory_id, start, due, entry, missed, act]
    told = {"id": str(clock), "rule": key, "from": utc_text(start), "due_at": utc_text(due)}
    if missed:
        told["breached_by"] = str(missed)
    return {**told, "edition": edition.valid_from.isoformat()}, Rows(INSERT, values)


def _promised(record: Record, key: str, start: datetime, edition: DeadlineRule, due: datetime) -> datetime:
    """A person's term that was stopped and goes on keeps the day the person was told: it moves later, never earlier."""
    if record.version == 1 or edition.bound is not Bound.PERSON:
        return due
    earlier = Clock.objects.filter(subject=record.pk, rule=key, started_at=start).values_list("due_at", flat=True)
    return max([due, *earlier])


def _missed(record: Record, rule: Rule, start: datetime) -> uuid.UUID | None:
    """The breach of the same duty under an earlier clock, of another priority too: one that goes on is missed once."""
    if record.version == 1:
        return None
    keys = (rule,) if isinstance(rule, str) else rule.keys
    earlier = Clock.objects.filter(subject=record.pk, rule__in=keys, started_at=start, breached_by__isnull=False)
    return earlier.order_by("id").values_list("breached_by", flat=True).first()


def _matching(record: Record, rules: Any, *states: str) -> list[Clock]:
    """Clocks of the record whose rule is named, whole or by its beginning."""
    found = Clock.objects.select_for_update().filter(subject=record.pk, state__in=states).order_by("id")
    return [clock for clock in found if matches(clock.rule, rules)]


def _stop(
    record: Record, rules: Any, entry: uuid.UUID, at: datetime, done_field: Callable[[str], str | None] | None = None
) -> list[str]:
    stopped = [Clock.State.STOPPED] if isinstance(rules, Mapping) else []
    known = _matching(record, rules, Clock.State.RUNNING, Clock.State.PAUSED, *stopped)
    found = [clock for clock in known if clock.state != Clock.State.STOPPED]
    done = _done(record, known, at, done_field) if done_field else {}
    end_overdue(found, at, done)
    for clock in known:
        if clock.breached_by and clock.pk in done and done[clock.pk] <= clock.due_at:
            withdraw(clock, done[clock.pk], entry, at)
    clocks = [clock for clock in found if clock.state != Clock.State.STOPPED]  # a term that lapsed is stopped already
    if clocks:
        Clock.objects.filter(pk__in=[c.pk for c in clocks]).update(
            state=Clock.State.STOPPED, stopped_at=at, stopped_by=entry
        )
    return [str(clock.pk) for clock in clocks]


def _done(
    record: Record, clocks: list[Clock], at: datetime, done_field: Callable[[str], str | None]
) -> dict[uuid.UUID, datetime]:
    """When the duty of each clock was done, where the act's declaration names the field that says so.

    Of the clocks that were stopped already only the last one of its rule: others belong to an earlier round. One whose
    duty its own act has done was judged by that act, for good.
    """
    done = {}
    last = {clock.rule: clock for clock in clocks}
    answered = _answered([clock for clock in clocks if clock.state == Clock.State.STOPPED and clock.breached_by])
    for clock in clocks:
        field = done_field(clock.rule)
        earlier = clock.state == Clock.State.STOPPED and clock is not last[clock.rule]
        if field is None or earlier or clock.pk in answered:
            continue
        moment: datetime | None = getattr(record, field)
        if moment is not None:
            done[clock.pk] = min(utc(moment), utc(at))
    return done


def _answered(clocks: list[Clock]) -> set[uuid.UUID]:
    """The clocks that were stopped by an act whose doing was the duty: its declaration names the rule and no field."""
    if not clocks:
        return set()
    acts = dict(Entry.objects.filter(pk__in=[clock.stopped_by for clock in clocks]).values_list("pk", "act"))
    found = set()
    for clock in clocks:
        by = CLOCKS_OF_ACTS.get("" if clock.stopped_by is None else acts.get(clock.stopped_by, ""))
        if by is not None and not isinstance(by.stops, Mapping) and matches(clock.rule, by.stops):
            found.add(clock.pk)
    return found


def _follow(
    record: Record, rule: Choice, field: str, act: str, entry: uuid.UUID, at: datetime
) -> tuple[list[str], tuple[dict[str, str], Rows]] | None:
    """Replace the running clock of a choice by the one that fits the record now; None where nothing changes.

    Another rule fits, or the term of the same rule began earlier than was known (a merged incident waited longer).
    """
    running, key = _matching(record, rule.keys, Clock.State.RUNNING), key_of(rule, record)
    if not running or key is None:
        return None
    now_running, start = running[0], moment_of(record, field, key)
    missed = now_running.breached_by is not None
    if now_running.rule == key and (missed or start >= now_running.started_at):
        return None
    over = missed or now_running.due_at < at
    if over and term(key, start, zone_of(record))[1] > now_running.due_at:
        return None
    return _stop(record, [clock.rule for clock in running], entry, at), _start(record, rule, key, start, act, entry)


def _pause(record: Record, rules: Any, at: datetime) -> dict[str, datetime]:
    """Clocks paused, each with the moment of its pause: never before its beginning or the end of its last pause.

    A term that is over by then is over, whether anybody has written that down or not.
    """
    paused = {}
    running = _matching(record, rules, Clock.State.RUNNING)
    end_overdue(running, at)
    for clock in running:
        if clock.due_at < at:
            continue
        clock.paused_at = max(at, clock.started_at, *(datetime.fromisoformat(until) for _, until in clock.pauses[-1:]))
        clock.state = Clock.State.PAUSED
        clock.save(update_fields=["state", "paused_at"])
        paused[str(clock.pk)] = clock.paused_at
    return paused


def _run_on(record: Record, pauses: Mapping[Rule, Until]) -> list[dict[str, str]]:
    """Where it is known until when a term waits: its end moves now, whoever looks at it then."""
    resumed = []
    for rule, until in pauses.items():
        key, moment = key_of(rule, record), until(record)
        if key is not None and moment is not None:
            resumed += [_resumed(record, clock, moment) for clock in _matching(record, [key], Clock.State.PAUSED)]
    return resumed


def _resume(record: Record, rules: Any, at: datetime) -> list[dict[str, str]]:
    told = []
    for clock in _matching(record, rules, Clock.State.PAUSED):
        resumed = _resumed(record, clock, at)
        told.append({name: said for name, said in resumed.items() if name != "from" or said != utc_text(at)})
    return told


def _resumed(record: Record, clock: Clock, at: datetime) -> dict[str, str]:
    """Where the wall clock stepped back, the pause ends where it began, and the act goes through."""
    assert clock.paused_at is not None
    until = max(at, clock.paused_at)
    clock.due_at = pause(rule_of(clock).rule, clock.due_at, clock.paused_at, until, zone_of(record))
    clock.pauses = [*clock.pauses, [utc_text(clock.paused_at), utc_text(until)]]
    clock.state, clock.paused_at = Clock.State.RUNNING, None
    clock.save(update_fields=["due_at", "state", "paused_at", "pauses"])
    return {"id": str(clock.pk), "due_at": utc_text(clock.due_at), "from": utc_text(until)}


def zone_of(record: Record) -> ZoneInfo:
    """The zone of the record's territory: a day of a term ends at its midnight."""
    return tree.zone(record.territory_id)

"""Every clock against the entries that started, stopped, paused, resumed, moved or ended it."""

from __future__ import annotations

import math
import uuid
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tartip.core.clocks.entries import BREACH, LAPSE, SET_ASIDE, TAKE_BACK, WITHDRAW
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit.batches import clocks_of_rows
from tartip.core.journal.audit.result import PAGE, Audit, Progress, told
from tartip.core.journal.erasure import clock_stand
from tartip.core.registers.register import utc_text

SUBJECTS = "SELECT DISTINCT subject FROM clocks_clock WHERE subject > %s ORDER BY subject LIMIT %s"

# Acts on one record take turns, and each of them has the next version: wall clocks do not say who was first.
# Entries about a clock have version 0; `_in_order` says where they stand. Among themselves they go by their place in
# the log, which is signed; those that wait for one by the number of their transaction.
TOLD = """
SELECT e.id, e.act, e.register, e.subject, e.territory, e.occurred_at, e.recorded_at, e.version, p.body
FROM journal_entry e JOIN journal_payload p ON p.entry_id = e.id LEFT JOIN journal_seal s ON s.entry_id = e.id
WHERE e.subject = ANY(%s) AND (p.body LIKE '%%"clocks":%%' OR p.body LIKE '%%"clock":%%')
ORDER BY e.subject, e.version, s.index NULLS LAST, e.xid, e.id
"""
# `told` is no part of a clock: an entry has said anew until when it runs.
Stand = dict[str, Any]


def check(result: Audit, progress: Progress) -> None:
    """That each clock an act started is still there is seen with the entries (`log.py`)."""
    after, total = uuid.UUID(int=0), Clock.objects.count()
    while subjects := _subjects(after):
        found = list(Clock.objects.filter(subject__in=subjects).order_by("id"))
        came = clocks_of_rows(found)
        began = {str(clock.pk): _came(clock) for clock in found if clock.pk in came}
        stands = _replayed(result, subjects, began)
        for clock in found:
            result.clocks += 1
            with result.judging(f"clock {clock.pk}"):
                stand = stands.get(str(clock.pk))
                _check_clock(result, clock, stand)
                # Where an entry has moved it since, that entry says what it is.
                moved = stand is None or stand.get("told", False)
                if clock.pk in came and not moved and not came[clock.pk]:
                    result.add(f"clock {clock.pk}: it is not what came in with its batch")
        after = subjects[-1]
        progress("clocks", result.clocks, total)


def _subjects(after: uuid.UUID) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS, (after, PAGE // 2))
        return [row[0] for row in cursor.fetchall()]


def _check_clock(result: Audit, clock: Clock, stand: Stand | None) -> None:
    where = f"clock {clock.pk} ({clock.rule} of {clock.register} {clock.subject})"
    if stand is None:
        result.add(f"{where}: no act started it")
        return
    stored = clock_stand(clock)
    for name in sorted(name for name, value in stand.items() if name != "told" and stored.get(name) != value):
        result.add(f"{where}: {name} is not what the journal tells")


class Told(NamedTuple):
    """One entry that speaks of clocks."""

    entry: uuid.UUID
    act: str
    register: str
    subject: uuid.UUID
    territory: str
    at: datetime
    recorded_at: datetime
    version: int
    payload: dict[str, Any]


def _came(clock: Clock) -> Stand:
    """How a clock stood that a row of a batch started: the leaf of the row vouches for these values."""
    fixed = {name: value for name, value in clock_stand(clock).items() if name in FIXED}
    return {
        **fixed, "state": "running", "stopped_at": None, "stopped_by": None, "paused_at": None, "pauses": [],
        "breached_by": None, "set_aside": "",
    }  # fmt: skip


FIXED = {"id", "rule", "edition", "register", "subject", "territory", "started_at", "due_at", "started_by"}


def _replayed(result: Audit, subjects: list[uuid.UUID], began: dict[str, Stand]) -> dict[str, Stand]:
    """How the clocks of these records must stand, by the entries about them. `began` are those of batches."""
    stands = began
    with connection.cursor() as cursor:
        cursor.execute(TOLD, (subjects,))
        found = [Told._make((*row[:-1], told(row[-1]))) for row in cursor.fetchall()]
    for one in _in_order(found):
        with result.judging(f"entry {one.entry} ({one.act})"):
            _replay(stands, one)
    return stands


def _replay(stands: dict[str, Stand], one: Told) -> None:
    clocks, entry = one.payload.get("clocks") or {}, str(one.entry)
    for stand in clocks.get("stand", ()):
        stands[stand["id"]] = {**stand, "told": True}
    _apply(stands, clocks, entry, utc_text(one.at))
    for start in clocks.get("started", ()):
        stands[start["id"]] = _started(start, entry, one.register, str(one.subject), one.territory, one.at)
    if clock := one.payload.get("clock"):
        _ended_or_moved(stands, clock, one.act, entry)


def _in_order(found: list[Told]) -> list[Told]:
    """The entries of each record as they happened: its acts by version, and what befell its clocks between them.

    A move, or a clock set aside, says after which version it came; older ones are put after the acts recorded before
    them. A missed or ended term comes last: nothing starts such a clock again, and an act that stops a clock leaves its
    breach alone. What takes a breach back comes after it.
    """
    acts = [one for one in found if one.version]
    recorded: dict[uuid.UUID, list[tuple[datetime, int]]] = {}
    for one in acts:
        recorded.setdefault(one.subject, []).append((one.recorded_at, one.version))

    def place(one: Told) -> tuple[uuid.UUID, float, int]:
        if one.version:
            return one.subject, one.version, 0
        if one.act in (BREACH, LAPSE, WITHDRAW):
            return one.subject, math.inf, 2 if one.act == WITHDRAW else 1
        clock = one.payload.get("clock")
        after = clock.get("after") if isinstance(clock, dict) else None
        if not isinstance(after, int):
            before = [version for at, version in recorded.get(one.subject, ()) if at <= one.recorded_at]
            after = max(before, default=0)
        return one.subject, after, 1

    return sorted(found, key=place)


def _started(start: dict[str, str], entry: str, register: str, subject: str, territory: str, at: datetime) -> Stand:
    stand: Stand = {
        "rule": start["rule"], "register": register, "subject": subject, "territory": territory, "state": "running",
        "started_at": start.get("from", utc_text(at)), "due_at": start["due_at"], "started_by": entry,
        "stopped_at": None, "stopped_by": None, "paused_at": None, "pauses": [],
        "breached_by": start.get("breached_by"), "set_aside": "",
    }  # fmt: skip
    if "edition" in start:  # entries from before it was told leave it open
        stand["edition"] = start["edition"]
    return stand


def _apply(stands: dict[str, Stand], said: dict[str, Any], entry: str, at: str) -> None:
    for clock in said.get("stopped", ()):
        if clock in stands:
            stands[clock].update(state="stopped", stopped_at=at, stopped_by=entry)
    for clock in said.get("paused", ()):
        if clock in stands:
            stands[clock].update(state="paused", paused_at=said.get("paused_from", {}).get(clock, at))
    for resumed in said.get("resumed", ()):
        if stand := stands.get(resumed["id"]):
            pauses = [*stand["pauses"], [stand["paused_at"], resumed.get("from", at)]]
            stand.update(state="running", paused_at=None, due_at=resumed["due_at"], pauses=pauses, told=True)


def _ended_or_moved(stands: dict[str, Stand], clock: dict[str, Any], act: str, entry: str) -> None:
    stand = stands.get(clock.get("id", ""))
    if stand is None:
        return
    if act == BREACH:
        stand["breached_by"] = entry
    elif act == WITHDRAW:
        if stand["breached_by"] == clock["breach"]:
            stand["breached_by"] = None
    elif act == LAPSE:
        stand.update(state="stopped", stopped_at=clock["due_at"], stopped_by=entry)
    elif act in (SET_ASIDE, TAKE_BACK):
        stand["set_aside"] = clock.get("reason", "")
    else:
        stand.update(due_at=clock["due_at"], told=True)
        if "pauses" in clock:  # what it waited for was given another day
            stand["pauses"] = clock["pauses"]
        if "from" in clock:  # the term was started from another moment than the law names
            stand.update(started_at=clock["from"], edition=clock["edition"])

"""The log itself: every entry, its place, the tree over all of them, and how far sealing says it is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection

from tartip.core.journal.audit.result import PAGE, WALL_CLOCK, Audit, Progress, told
from tartip.core.journal.audit.tree import TreeCheck
from tartip.core.journal.entries import header_of
from tartip.core.journal.erasure import ERASE, kept_until
from tartip.core.registers.register import REGISTERS
from tartip.core.territory.days import civil_day
from tartip.core.time import now
from tartip.engines import merkle
from tartip.engines.errors import EngineError

ENTRY = """
e.id, e.xid::text AS xid, e.origin, e.recorded_at, e.occurred_at, e.act, e.actor, e.role, e.on_behalf,
e.territory, e.register, e.subject, e.version, e.cause, e.ground, e.edition, e.purpose, e.payload_hash, e.state_hash,
e.state_salt, e.day, e.leaf, p.salt, p.body
"""
SEALED = f"""
SELECT s.index AS position, {ENTRY} FROM journal_seal s
LEFT JOIN journal_entry e ON e.id = s.entry_id LEFT JOIN journal_payload p ON p.entry_id = s.entry_id
WHERE s.index >= %s ORDER BY s.index LIMIT %s
"""  # noqa: S608 (constants of ours)
UNSEALED = f"""
SELECT NULL AS position, {ENTRY} FROM journal_entry e LEFT JOIN journal_payload p ON p.entry_id = e.id
WHERE e.id > %s AND NOT EXISTS (SELECT 1 FROM journal_seal s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT %s
"""  # noqa: S608 (constants of ours)

# Numbers of transactions have 64 bits without a sign, more than bigint holds.
STATE = "SELECT size, xid::text, entry FROM journal_state"
NEXT = """
SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::numeric,
  pg_current_xact_id_if_assigned()::text::numeric + 1)::text
"""
ERASURES = """
SELECT p.body FROM journal_entry e JOIN journal_payload p ON p.entry_id = e.id
WHERE e.act = %s AND e.subject = ANY(%s)
"""
STRAY_PAYLOADS = """
SELECT count(*) FROM journal_payload p WHERE NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = p.entry_id)
"""
NOTHING = uuid.UUID(int=0)


class Row(NamedTuple):
    """One entry with its place (None if not sealed) and payload. All but the place are None if the entry is gone."""

    position: int | None
    id: uuid.UUID | None
    xid: int
    origin: int
    recorded_at: Any
    occurred_at: Any
    act: str
    actor: str
    role: str
    on_behalf: str
    territory: str
    register: str
    subject: uuid.UUID | None
    version: int
    cause: uuid.UUID | None
    ground: str
    edition: str
    purpose: str
    payload_hash: bytes
    state_hash: bytes | None
    state_salt: bytes | None
    day: date | None
    leaf: bytes
    salt: bytes | None
    body: str | None

    @property
    def place(self) -> str:
        return f"entry {self.id if self.position is None else self.position} ({self.act})"


def check(result: Audit, progress: Progress) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        size, xid, entry = cursor.fetchone() or (0, "0", None)
        xid = int(xid)
        cursor.execute(NEXT)
        next_xid = int(cursor.fetchone()[0])
        cursor.execute("SELECT count(*), min(index) FROM journal_seal")
        seals, first = cursor.fetchone()
    if first is not None and first < 0:
        result.add(f"the journal has a place below 0: {first}")
    last = _sealed(result, progress, seals)
    # After `tartip journal resume` the state stands behind all that was sealed before, until something new is sealed.
    resumed = (0, uuid.UUID(int=2**128 - 1))
    if size != result.sealed:
        result.add(f"journal_state says that {size} entries are sealed; {result.sealed} are")
    if (xid, entry) not in ((last.xid, last.id) if last else (0, None), resumed):
        result.add("journal_state stands at another entry than the last sealed one: sealing would pass entries over")
    _unsealed(result, (xid, entry or NOTHING), next_xid)
    result.entries += result.sealed
    with connection.cursor() as cursor:
        cursor.execute(STRAY_PAYLOADS)
        if stray := cursor.fetchone()[0]:
            result.add(f"{stray} payloads belong to no entry")


def _sealed(result: Audit, progress: Progress, total: int) -> Row | None:
    """Every sealed entry in its order; returns the last one."""
    tree, last, xid = TreeCheck(result), None, 0
    while rows := _page(SEALED, tree.size):
        if rows[0].position != tree.size or rows[-1].position != tree.size + len(rows) - 1:
            result.add(f"the journal has a gap after {tree.size} entries")
            break
        present = [row for row in rows if row.id is not None]
        if len(present) < len(rows):
            gone = next(row.position for row in rows if row.id is None)
            result.add(f"the entry at {gone} is gone")
            break
        _check_entries(result, present)
        for row in present:
            if row.xid < xid:
                result.add(f"{row.place}: its transaction's number {row.xid} is below {xid}, that of the one before it")
            xid = row.xid
        tree.extend([bytes(row.leaf) for row in present], [row.recorded_at for row in present])
        last = present[-1]
        progress("journal", tree.size, total)
    tree.finish()
    result.sealed = tree.size
    return last


def _unsealed(result: Audit, state: tuple[int, uuid.UUID], next_xid: int) -> None:
    after = NOTHING
    while rows := _page(UNSEALED, after):
        _check_entries(result, rows)
        for row in rows:
            assert row.id is not None
            after = row.id
            if (row.xid, row.id) <= state:
                result.add(f"{row.place}: sealing has passed it over")
            if row.xid >= next_xid:
                result.add(f"{row.place}: no transaction had its number {row.xid} yet; sealing would wait for it")
        result.entries += len(rows)


def _page(query: str, after: int | uuid.UUID) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, (after, PAGE))
        return [Row(*row)._replace(xid=int(row[2] or 0)) for row in cursor.fetchall()]


def _check_entries(result: Audit, rows: list[Row]) -> None:
    made: dict[str, list[Row]] = defaultdict(list)
    started: dict[uuid.UUID, Row] = {}
    missing = []
    for row in rows:
        if row.body is None:
            missing.append(row)
        with result.judging(row.place):
            if payload := _check_entry(result, row):
                started.update((name, row) for name in _clocks_of(payload))
        if not all(1 < moment.year < 9999 for moment in (row.recorded_at, row.occurred_at)):
            result.add(f"{row.place}: of a moment that no program reads")
        if row.version == 1 and row.subject is not None:
            made[row.register].append(row)
    _check_erased(result, missing)
    for row in rows:
        with result.judging(row.place):
            if row.act == ERASE and (finding := _erased_early(row)):
                result.add(f"{row.place}: {finding}")
    for name, group in made.items():
        if name in REGISTERS:
            table = REGISTERS[name].model._meta.db_table
            there = _existing(table, [row.subject for row in group])
            for row in group:
                if row.subject not in there:
                    result.add(f"{name} {row.subject}: gone, though {row.act} made it")
    there = _existing("clocks_clock", list(started))
    for clock, row in started.items():
        if clock not in there:
            result.add(f"clock {clock}: gone, though {row.place} started it")


def _check_entry(result: Audit, row: Row) -> dict[str, Any] | None:
    """One leaf from its columns, and its payload if there is one; returns the payload that was sealed."""
    if merkle.entry_leaf(header_of(row).as_json(), bytes(row.payload_hash)) != bytes(row.leaf):
        result.add(f"{row.place}: its header is not the one that was sealed")
    if row.body is None or row.salt is None:
        return None
    try:
        payload: dict[str, Any] = orjson.loads(row.body)
        if not isinstance(payload, dict):
            result.add(f"{row.place}: its payload is no object")
            return None
        # The text as it was written: a key that is there twice would be read in one of two ways.
        if merkle.canonical_json(payload) != row.body.encode():
            result.add(f"{row.place}: its payload is not written as it was sealed")
        same = merkle.payload_hash(bytes(row.salt), payload) == bytes(row.payload_hash)
        if same and row.state_hash is not None:
            after = payload.get("after", {})
            register = REGISTERS.get(row.register)
            # A column taken away since then leaves open which of its values was its empty one.
            if register is None or after.keys() - {name for name, _ in register.fields}:
                return payload
            state = register.state_of(after)
            if row.state_salt is None or merkle.payload_hash(bytes(row.state_salt), state) != bytes(row.state_hash):
                result.add(f"{row.place}: its payload and its state hash name different states")
            if row.day is not None and row.day != _day_by(after, register.counted_by):
                result.add(f"{row.place}: its header names another day than its payload")
    except (EngineError, ValueError):
        same = False
    if not same:
        result.add(f"{row.place}: its payload is not the one that was sealed")
        return None
    return payload


def _day_by(after: dict[str, Any], counted_by: str) -> date | None:
    moment, place = after.get(counted_by), after.get("territory_id")
    return civil_day(place, datetime.fromisoformat(moment)) if moment and place else None


def _clocks_of(payload: dict[str, Any]) -> Iterable[uuid.UUID]:
    clocks = payload.get("clocks", {})
    return [uuid.UUID(clock["id"]) for clock in (*clocks.get("started", ()), *clocks.get("stand", ()))]


def _check_erased(result: Audit, missing: list[Row]) -> None:
    """A payload may be missing only where an act of erasure about the same record names its entry."""
    if not missing:
        return
    erased: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute(ERASURES, (ERASE, list({row.subject or row.id for row in missing})))
        for (body,) in cursor.fetchall():
            names = told(body).get("erased")
            erased.update(name for name in (names if isinstance(names, list) else ()) if isinstance(name, str))
    for row in missing:
        if str(row.id) in erased:
            result.erased += 1
        else:
            result.add(f"{row.place}: its payload is missing, and no act erased it")


def _erased_early(row: Row) -> str | None:
    """What is wrong if the retention of the record had not ended, by the entries before the erasure."""
    register = REGISTERS.get(row.register)
    found = register.model._default_manager.filter(pk=row.subject) if register and row.subject else None
    record = found.first() if found is not None else None
    if record is None:
        return f"it erases {row.register} {row.subject}, which is not there"
    if row.recorded_at > now() + WALL_CLOCK:
        return f"it erases {row.register} {row.subject} at a moment that has not come"
    until = kept_until(record, before=row.recorded_at)
    if until is None:
        return f"it erases {row.register} {row.subject}, which is kept for ever or of which nothing was recorded"
    if until > min(row.recorded_at, row.occurred_at):
        return f"it erases {row.register} {row.subject} before the retention ended on {until.date().isoformat()}"
    return None


def _existing(table: str, ids: list[Any]) -> set[uuid.UUID]:
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{table}" WHERE id = ANY(%s::uuid[])', (ids,))  # noqa: S608 (a table of ours)
        return {row[0] for row in cursor.fetchall()}

"""Every record against its entries: it is what its last act left, whether or not the payload is still there."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from django.db import connection

from tartip.core.journal.audit.batches import is_as_it_came, leaves_of
from tartip.core.journal.audit.result import PAGE, Audit, Progress, told
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, Register, payload_of
from tartip.engines import merkle
from tartip.engines.errors import EngineError

LAST_ACTS = """
SELECT DISTINCT ON (e.subject) e.subject, e.version, e.act, e.id, e.state_hash, e.state_salt,
  count(*) OVER (PARTITION BY e.subject)
FROM journal_entry e WHERE e.subject = ANY(%s) AND e.register = %s AND e.version > 0
ORDER BY e.subject, e.version DESC
"""


def check(result: Audit, progress: Progress) -> None:
    """That each record an act made is still there is seen with the entries (`log.py`)."""
    for register in REGISTERS.values():
        result.records[register.name] = 0
        total = register.model._default_manager.count()
        after = uuid.UUID(int=0)
        while page := list(register.model._default_manager.filter(pk__gt=after).order_by("pk")[:PAGE]):
            _check_page(result, register, page)
            result.records[register.name] += len(page)
            after = page[-1].pk
            progress(register.name, result.records[register.name], total)


def _check_page(result: Audit, register: Register, page: list[Record]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LAST_ACTS, ([record.pk for record in page], register.name))
        last = {row[0]: row[1:] for row in cursor.fetchall()}
    came = leaves_of(register.name, page) if issubclass(register.model, Imported) else {}
    for record in page:
        where = f"{register.name} {record.pk}"
        with result.judging(where):
            if record.pk in last:
                _check_record(result, register, record, *last[record.pk])
            elif record.pk not in came:
                result.add(f"{where}: no act made it")
            elif record.version != 1 or not is_as_it_came(register, record, came[record.pk]):
                result.add(f"{where}: it is not what came in with its batch")


def _check_record(
    result: Audit, register: Register, record: Record, version: int, act: str, entry: uuid.UUID,
    state_hash: bytes | None, salt: bytes | None, count: int,
) -> None:  # fmt: skip
    where = f"{register.name} {record.pk}"
    # The first version of an imported record has no entry of its own: the batch made it.
    made = count + (getattr(record, "batch", None) is not None)
    if version != made:
        result.add(f"{where}: {count} acts are in the journal, the last one made version {version}")
    if record.version != version:
        result.add(f"{where}: has version {record.version}, its last act ({act}) made {version}")
    elif not _is_the_state(register, record, state_hash, salt):
        for name in _differences(register, record, entry):
            result.add(f"{where}: {name} is not what the act {act} left")


def _is_the_state(register: Register, record: Record, state_hash: bytes | None, salt: bytes | None) -> bool:
    """False also where the entry is older than the state hash: the payload decides then."""
    if state_hash is None or salt is None:
        return False
    try:
        return merkle.payload_hash(bytes(salt), register.state_of(payload_of(record))) == bytes(state_hash)
    except EngineError:  # a value no act could have written
        return False


def _differences(register: Register, record: Record, entry: uuid.UUID) -> list[str]:
    """The fields that differ from what the payload says. Where it was erased, only that the state does.

    A column added since the act must be empty; one taken away since is passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM journal_payload WHERE entry_id = %s", (entry,))
        row = cursor.fetchone()
    if row is None:
        return ["its state"]
    said = told(row[0]).get("after", {})
    stored: dict[str, Any] = orjson.loads(orjson.dumps(payload_of(record)))
    return sorted(name for name, value in stored.items() if said.get(name, register.empty.get(name)) != value)

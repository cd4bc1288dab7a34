"""Erasing personal data is an act: what a record said is deleted at the end of its retention, and an entry says so.

The payloads of the record's entries go, with their salts; the fields that its model names in `erases` are emptied. The
headers, the payload hashes and every proof stay. The entry names what was erased, and how the record's clocks stood,
because the payloads that told it are gone. A payload that is missing without such an entry is a finding of the audit,
and so is an erasure before the end of the retention.

Only the background process erases: the database lets no log-in but its own delete a payload (`registers/guard.py`).
"""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model, Q

from tartip.core import law
from tartip.core.acts.actor import Actor, system
from tartip.core.acts.errors import Denied, NotFound
from tartip.core.acts.perform import in_one_transaction
from tartip.core.acts.rights import has_role, in_territory, is_system
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.registers import store
from tartip.core.registers.days import day_of
from tartip.core.registers.guard import SEALER_ROLE
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, Register, payload_of, register_of, utc_text
from tartip.core.registers.store import OPEN_GUARD, guard_setting
from tartip.core.time import now
from tartip.errors import TartipError

log = logging.getLogger("tartip.erasure")

ERASE = "retention.erase"
NAMES = {ERASE: {"kk": "Дербес деректер өшірілді", "ru": "Персональные данные стёрты", "en": "Personal data erased"}}
GROUND = "house-retention"
PAGE = 500
may_erase = is_system | (has_role("administrator") & in_territory)


class StillKept(TartipError):
    """The retention of the record has not ended."""

    code = "retention.still_kept"
    text = "%(register)s %(id)s is kept until %(until)s."
    http_status = 409


class NotErased(TartipError):
    """Personal data is still here after its time; the log of the background process names the records."""

    code = "retention.not_erased"
    text = "%(count)s records could not be erased though their retention has ended; all others were."
    http_status = 500


class NothingToErase(TartipError):
    """Neither a payload nor a field is left to erase."""

    code = "retention.nothing"
    text = "%(register)s %(id)s holds nothing more that could be erased."
    http_status = 409


LAST_ENTRY = """
SELECT max(recorded_at) FROM journal_entry
WHERE subject = ANY(%s) AND recorded_at < coalesce(%s, 'infinity'::timestamptz)
"""
BATCH = 'SELECT batch FROM "{table}" WHERE id = %s AND batch IS NOT NULL'

PAYLOADS = """
SELECT e.id FROM journal_entry e JOIN journal_payload p ON p.entry_id = e.id
WHERE e.subject = %s AND e.act <> %s ORDER BY e.id
"""

AS_ROLE = "SELECT set_config('role', %s, true)"

# The guard must be open for this record before the first row goes.
DELETE = f"DELETE FROM journal_payload USING {OPEN_GUARD} WHERE journal_payload.entry_id = ANY(%s)"  # noqa: S608

DUE = """
SELECT r.id FROM "{table}" r
WHERE r.id > %s AND r.id < %s
  AND ({untouched} EXISTS (SELECT 1 FROM journal_entry e JOIN journal_payload p ON p.entry_id = e.id
              WHERE e.subject = r.id AND e.act <> %s))
  AND NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.subject = r.id AND e.recorded_at >= %s)
ORDER BY r.id LIMIT %s
"""
# The entry of a batch says nothing of one row: of a row that no act has touched, only fields can be erased.
UNTOUCHED = "r.batch IS NOT NULL AND r.version = 1 OR"


@in_one_transaction
def erase(actor: Actor, record: Record, *, ground: str = GROUND) -> uuid.UUID:
    """Erase the personal data of one record whose retention has ended; returns the entry. `ground` is a law key.

    The retention is over by the clock, whatever moment the actor says. Needs the log-in of the background process.
    """
    register = register_of(type(record))
    found = register.model._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if found is None:
        raise NotFound(register=register.name, id=record.pk)
    if not may_erase.test(actor, found):
        raise Denied(act=ERASE, rule=may_erase.name)
    moment = actor.at or now()
    until = kept_until(found)
    if until is None or until > min(moment, now()):
        raise StillKept(register=register.plural, id=found.pk, until=until.date() if until else "∞")
    return _erase(actor, register, found, moment, ground)


def erase_due(at: datetime | None = None) -> int:
    """Erase every record whose retention has ended; one that cannot be erased stops no other.

    Raises NotErased after the last one if any could not be erased: so the duty engineer's board shows it.
    """
    moment, done, failed = at or now(), 0, 0
    for register in REGISTERS.values():
        if register.retention_days is None:
            continue
        last = uuid.UUID(int=0)
        while ids := _due(register, moment, last):
            for record_id in ids:
                try:
                    erase(system("retention").saying(at=moment), register.model(id=record_id))
                    done += 1
                except (StillKept, NothingToErase):
                    continue
                except Exception:
                    log.exception("%s %s could not be erased", register.name, record_id)
                    failed += 1
            last = ids[-1]
    if failed:
        raise NotErased(count=failed)
    return done


def kept_until(record: Record, before: datetime | None = None) -> datetime | None:
    """When the record's retention ends: counted from the last entry about it. None means it is kept for ever.

    A record to which others refer by `kept_while_referred` is kept as long as the longest of these. Only entries
    recorded before `before` count, if it is given: the audit asks how it was at an erasure.
    """
    own = _own_end(register_of(type(record)), record.pk, before)
    if own is None or not getattr(type(record), "kept_while_referred", False):
        return own
    latest = own
    for register in REGISTERS.values():
        names = [field.name for field in register.model._meta.concrete_fields if field.related_model is type(record)]
        referring = Q(*((name, record) for name in names), _connector=Q.OR)
        for pk in register.model._default_manager.filter(referring).values_list("pk", flat=True) if names else ():
            end = _own_end(register, pk, before)
            if end is None and register.retention_days is not None and before is not None:
                continue  # nothing was known of it then
            if end is None:
                return None
            latest = max(latest, end)
    return latest


def _own_end(register: Register, record_id: uuid.UUID, before: datetime | None = None) -> datetime | None:
    if register.retention_days is None:
        return None
    with connection.cursor() as cursor:
        subjects = [record_id]
        if issubclass(register.model, Imported):  # the entry of its batch made it
            cursor.execute(BATCH.format(table=register.model._meta.db_table), (record_id,))
            subjects += [batch for (batch,) in cursor.fetchall()]
        cursor.execute(LAST_ENTRY, (subjects, before))
        last: datetime | None = cursor.fetchone()[0]
    return None if last is None else last + timedelta(days=register.retention_days)


def _due(register: Register, moment: datetime, after: uuid.UUID) -> list[uuid.UUID]:
    """The next records of a register that may be due, by id: an id holds the moment at which it was made."""
    assert register.retention_days is not None
    before = moment - timedelta(days=register.retention_days)
    with connection.cursor() as cursor:
        table = register.model._meta.db_table
        imported = issubclass(register.model, Imported) and (register.erases or register.erases_also)
        due = DUE.format(table=table, untouched=UNTOUCHED if imported else "")
        cursor.execute(due, (after, _first_id(before), ERASE, before, PAGE))
        return [row[0] for row in cursor.fetchall()]


def _first_id(moment: datetime) -> uuid.UUID:
    """The smallest UUIDv7 of a moment: its first 48 bits are milliseconds since 1970."""
    return uuid.UUID(int=max(0, int(moment.astimezone(UTC).timestamp() * 1000)) << 80)


def _erase(actor: Actor, register: Register, record: Record, moment: datetime, ground: str) -> uuid.UUID:
    with connection.cursor() as cursor:
        cursor.execute(PAYLOADS, (record.pk, ERASE))
        erased = [row[0] for row in cursor.fetchall()]
    before = payload_of(record)
    also = register.erases_also(record) if register.erases_also else ()
    for name in (*register.erases, *also):
        setattr(record, name, _empty(record, name))
    if "erased" in record.Lifecycle.moves.get(record.state, ()):
        record.state = "erased"
    changed = [name for name, value in payload_of(record).items() if value != before[name]]
    if not erased and not changed:
        raise NothingToErase(register=register.plural, id=record.pk)
    record.version += 1
    state, entry = payload_of(record), new_id()
    committed = entries.commit_to_state(register.state_of(state))
    header = entries.Header(
        id=entry, origin=settings.NODE, recorded_at=now(), occurred_at=moment, act=ERASE, actor=actor.name,
        role=actor.role, on_behalf=actor.on_behalf, territory=record.territory_id, register=register.name,
        subject=record.pk, version=record.version, cause=actor.cause, ground=ground,
        edition=law.edition_text(ground, moment), purpose=actor.purpose, state_hash=committed.hash,
        day=day_of(record),
    )  # fmt: skip
    beside = [store.update(record, [*changed, "version"], ERASE)]
    payload: dict[str, Any] = {"after": state, "erased": [str(found) for found in erased]}
    if stand := [clock_stand(clock) for clock in Clock.objects.filter(subject=record.pk).order_by("id")]:
        payload["clocks"] = {"stand": stand}
    entries.write(header, payload, beside=beside, state_salt=committed.salt)
    _delete(record.pk, erased)
    if connection.savepoint_ids:  # a part of a larger transaction, which must not go on with the guard open
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tartip.act', '', true)")
    return entry


def _delete(record_id: uuid.UUID, erased: list[uuid.UUID]) -> None:
    """Delete the payloads, as the role that alone may."""
    with connection.cursor() as cursor:
        cursor.execute(AS_ROLE, (SEALER_ROLE,))
        cursor.execute(DELETE, [guard_setting(ERASE, record_id), erased])
        cursor.execute(AS_ROLE, (connection.settings_dict.get("APP_ROLE") or "none",))


def _empty(record: Model, name: str) -> Any:
    field: Any = record._meta.get_field(name)
    return None if field.null else field.get_default()


def clock_stand(clock: Clock) -> dict[str, Any]:
    """All of a clock as text: what the audit compares, and what an erasure keeps of the payloads it deletes."""
    moments = {name: getattr(clock, name) for name in ("started_at", "due_at", "stopped_at", "paused_at")}
    ids = {name: getattr(clock, name) for name in ("id", "subject", "started_by", "stopped_by", "breached_by")}
    return {
        "rule": clock.rule,
        "edition": clock.edition.isoformat(),
        "register": clock.register,
        "territory": clock.territory_id,
        "state": str(clock.state),
        "pauses": clock.pauses,
        "set_aside": clock.set_aside,
        **{name: value and utc_text(value) for name, value in moments.items()},
        **{name: value and str(value) for name, value in ids.items()},
    }

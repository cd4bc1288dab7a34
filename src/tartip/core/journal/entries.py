"""Writing an entry: one statement for the header, the payload and the clocks it starts."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from tartip.core.ids import new_id
from tartip.core.registers.register import utc_text
from tartip.core.registers.store import Rows
from tartip.core.time import now
from tartip.engines.merkle import SALT_SIZE, canonical_json, entry_leaf, payload_hash


@dataclass(frozen=True, slots=True)
class Header:
    """What the leaf of an entry commits to, beside the payload's hash. Never erased, never personal."""

    id: uuid.UUID
    origin: int
    recorded_at: datetime
    occurred_at: datetime
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
    # Of the record after the act; None for entries that change no record.
    state_hash: bytes | None = None
    # The civil day on which the record counts in statistics, where its register is counted (`counted_by`).
    day: date | None = None

    def as_json(self) -> dict[str, Any]:
        # Entries from before there was a state hash were sealed without the name.
        state = {} if self.state_hash is None else {"state_hash": base64.b64encode(self.state_hash).decode()}
        day = {} if self.day is None else {"day": self.day.isoformat()}
        return {
            **state,
            **day,
            "act": self.act,
            "actor": self.actor,
            "cause": str(self.cause) if self.cause else None,
            "edition": self.edition,
            "ground": self.ground,
            "id": str(self.id),
            "occurred_at": utc_text(self.occurred_at),
            "on_behalf": self.on_behalf,
            "origin": self.origin,
            "purpose": self.purpose,
            "recorded_at": utc_text(self.recorded_at),
            "register": self.register,
            "role": self.role,
            "subject": str(self.subject) if self.subject else None,
            "territory": self.territory,
            "version": self.version,
        }


def of_the_log(act: str, subject: uuid.UUID | None = None) -> Header:
    """The header of what happened to the journal itself, beside every record."""
    moment = now()
    return Header(
        id=new_id(), origin=settings.NODE, recorded_at=moment, occurred_at=moment, act=act, actor="system:journal",
        role="system", on_behalf="", territory="KZ", register="journal", subject=subject, version=0, cause=None,
        ground="", edition="", purpose="",
    )  # fmt: skip


INSERT = """
header AS (
  INSERT INTO journal_entry (id, origin, recorded_at, occurred_at, act, actor, role, on_behalf, territory, register,
    subject, version, cause, ground, edition, purpose, key, request_hash, payload_hash, state_hash, state_salt, day,
    leaf)
  VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)
)
INSERT INTO journal_payload (entry_id, salt, body) VALUES (%s,%s,%s)
"""


class StateCommitment(NamedTuple):
    """What the header says about the record after the act, and the salt that is stored beside it, not published."""

    hash: bytes
    salt: bytes


def commit_to_state(state: Mapping[str, Any]) -> StateCommitment:
    """The salted hash of a record's state (`Register.state_of`). It outlives the payload: the audit can compare."""
    salt = os.urandom(SALT_SIZE)
    return StateCommitment(payload_hash(salt, state), salt)


def write(
    header: Header,
    payload: dict[str, Any],
    key: str | None = None,
    beside: Sequence[Rows] = (),
    state_salt: bytes | None = None,
    request: bytes | None = None,
) -> None:
    """Add one entry, and the rows of its act in the same statement; must run inside the act's transaction.

    `payload` may hold no floats. `state_salt` belongs to the header's `state_hash`; `request` is the hash of what the
    key stands for.
    """
    salt = os.urandom(SALT_SIZE)
    digest = payload_hash(salt, payload)
    leaf = entry_leaf(header.as_json(), digest)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH " + "".join(f"beside_{n} AS ({rows.sql}), " for n, rows in enumerate(beside)) + INSERT,
            [
                *(value for rows in beside for value in rows.params),
                *(header.id, header.origin, header.recorded_at, header.occurred_at, header.act, header.actor),
                *(header.role, header.on_behalf, header.territory, header.register, header.subject, header.version),
                *(header.cause, header.ground, header.edition, header.purpose, key, request, digest),
                *(header.state_hash, state_salt, header.day, leaf, header.id, salt, canonical_json(payload).decode()),
            ],
        )


def header_of(entry: Any) -> Header:
    """The header of a stored entry (model or row with the same names), as it was hashed."""
    values = {name: getattr(entry, name) for name in Header.__slots__}
    if values["state_hash"] is not None:
        values["state_hash"] = bytes(values["state_hash"])
    return Header(**values)

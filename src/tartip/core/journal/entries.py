"""Writing an entry: one statement for the header, the payload and the clocks it starts."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tartip.core.registers.register import utc_text
from tartip.core.registers.store import Rows
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

    def as_json(self) -> dict[str, Any]:
        return {
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


INSERT = """
header AS (
  INSERT INTO journal_entry (id, origin, recorded_at, occurred_at, act, actor, role, on_behalf, territory, register,
    subject, version, cause, ground, edition, purpose, key, payload_hash, leaf)
  VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)
)
INSERT INTO journal_payload (entry_id, salt, body) VALUES (%s,%s,%s)
"""


def write(header: Header, payload: dict[str, Any], key: str | None = None, beside: Sequence[Rows] = ()) -> None:
    """Add one entry, and the rows of its act in the same statement; must run inside the act's transaction.

    `payload` may hold no floats.
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
                *(header.cause, header.ground, header.edition, header.purpose, key, digest, leaf),
                *(header.id, salt, canonical_json(payload).decode()),
            ],
        )


def header_of(entry: Any) -> Header:
    """The header of a stored entry (model or row with the same names), as it was hashed."""
    return Header(**{name: getattr(entry, name) for name in Header.__slots__})

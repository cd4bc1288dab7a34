"""Reading the journal: history of a record, proofs, receipts that anyone can verify without us."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import Max

from tartip.core.journal.entries import header_of
from tartip.core.journal.keys import has_signed, verifiers
from tartip.core.journal.models import Checkpoint, Entry, Payload, Seal
from tartip.core.journal.sealing import AFTER_STATE, read_tiles
from tartip.core.time import elapsed, now
from tartip.engines import merkle
from tartip.errors import TartipError

RECEIPT_FORMAT = "tartip-receipt/1"


class NotSealedYet(TartipError):
    code = "journal.not_sealed"
    text = "The entry %(id)s is not sealed yet; it will be within a second."
    http_status = 409
    again = True


class NoSuchSize(TartipError):
    code = "journal.no_such_size"
    text = "size: the journal holds %(size)s entries; ask for sizes from 1 to that, the older one first."
    http_status = 422


# Those behind the place that sealing has reached, and those that it passes over after a restore or a damage: without
# the second part the alarm would be silent exactly when sealing is.
WAITING = f"""
SELECT min(w.recorded_at), count(*) FROM (
  (SELECT e.id, e.recorded_at FROM journal_entry e WHERE {AFTER_STATE.format(state="journal_state")}
   ORDER BY e.xid, e.id LIMIT 100000)
  UNION
  SELECT e.id, e.recorded_at FROM (SELECT id, recorded_at FROM journal_entry ORDER BY id DESC LIMIT 1000) e
  WHERE NOT EXISTS (SELECT 1 FROM journal_seal l WHERE l.entry_id = e.id)
) w
"""  # noqa: S608 (a constant of ours)
SEAL_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries without a seal: how many, and when the oldest of them was recorded."""

    count: int
    oldest: datetime | None

    @property
    def late(self) -> bool:
        """The oldest has waited longer than sealing ever needs: it has stopped, and somebody must look."""
        return self.oldest is not None and elapsed(self.oldest, now()) > SEAL_WITHIN


def waiting() -> Waiting:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        oldest, count = cursor.fetchone()
    return Waiting(count, oldest)


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_for(index: int) -> Checkpoint | None:
    """The first checkpoint that covers the entry at `index`."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()


def history(subject: uuid.UUID, limit: int = 200) -> list[dict[str, Any]]:
    """The newest acts on one record, oldest first, with their place in the log (None until sealed)."""
    return histories([subject], limit)


def histories(subjects: Sequence[uuid.UUID], limit: int = 200) -> list[dict[str, Any]]:
    """The newest acts on several records as one history, oldest first."""
    newest = Entry.objects.filter(subject__in=subjects).select_related("seal").order_by("-version", "-id")[:limit]
    return [
        {
            "id": row.id, "act": row.act, "actor": row.actor, "role": row.role, "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at, "version": row.version, "ground": row.ground, "edition": row.edition,
            "subject": row.subject, "index": row.seal.index if hasattr(row, "seal") else None,
        }
        for row in sorted(newest, key=lambda row: (row.occurred_at, row.id))
    ]  # fmt: skip


def inclusion(index: int, size: int) -> list[bytes]:
    """The RFC 6962 proof that the entry at `index` is in the log of `size` entries; one query for its tiles."""
    return merkle.inclusion_proof(index, size, read_tiles)


def consistency(old: int, new: int) -> list[bytes]:
    size = Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
    if not 1 <= old <= new <= size:
        raise NoSuchSize(size=size)
    return merkle.consistency_proof(old, new, read_tiles)


def receipt(entry_id: uuid.UUID, *, with_payload: bool = True) -> dict[str, Any]:
    """A document that proves the entry is in the sealed journal; docs/formats.md describes it.

    Without the payload it shows what was done, when and by which role, and still verifies.
    """
    entry = Entry.objects.get(pk=entry_id)
    seal = Seal.objects.filter(entry=entry).first()
    checkpoint = checkpoint_for(seal.index) if seal else None
    if seal is None or checkpoint is None:
        raise NotSealedYet(id=entry_id)
    content = Payload.objects.filter(entry=entry).first() if with_payload else None
    return {
        "format": RECEIPT_FORMAT,
        "entry": header_of(entry).as_json(),
        "payload": orjson.loads(content.body) if content else None,
        "salt": _base64(content.salt) if content else None,
        "payload_hash": _base64(entry.payload_hash),
        "index": seal.index,
        "inclusion": [_base64(h) for h in inclusion(seal.index, checkpoint.size)],
        "checkpoint": checkpoint.note,
        # Those alone that signed this checkpoint: a log may have had another key before.
        "keys": [str(key) for key in verifiers() if has_signed(str(key), checkpoint.note, settings.NODE_NAME)],
    }


def _base64(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode()

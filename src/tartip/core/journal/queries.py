"""Reading the journal: history of a record, proofs, receipts that anyone can verify without us."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import orjson
from django.db.models import Max

from tartip.core.journal.entries import header_of
from tartip.core.journal.models import Checkpoint, Entry, Payload, Seal
from tartip.core.journal.sealing import read_tiles, signing_key
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


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_for(index: int) -> Checkpoint | None:
    """The first checkpoint that covers the entry at `index`."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()


def history(subject: uuid.UUID, limit: int = 200) -> list[dict[str, Any]]:
    """The acts on one record, oldest first, with their place in the log (None until sealed)."""
    rows = Entry.objects.filter(subject=subject).select_related("seal").order_by("occurred_at", "id")[:limit]
    return [
        {
            "id": row.id, "act": row.act, "actor": row.actor, "role": row.role, "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at, "version": row.version, "ground": row.ground, "edition": row.edition,
            "index": row.seal.index if hasattr(row, "seal") else None,
        }
        for row in rows
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
        "keys": [str(signing_key().verifier)],
    }


def _base64(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode()

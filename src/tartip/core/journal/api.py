"""The journal for everyone: checkpoints, tiles, proofs, receipts. No log-in: a log nobody can read proves nothing."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tartip.core.acts.errors import NotFound
from tartip.core.journal import queries
from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import read_tiles, signing_key
from tartip.engines import merkle

router = Router(tags=["journal"])


class NoTile(NotFound):
    code = "journal.no_tile"
    text = "tile: there is none at level %(level)s, index %(index)s."


@router.get("/key", auth=None)
def key(request: HttpRequest) -> dict[str, str]:
    """The public key that checkpoints are verified with."""
    return {"key": str(signing_key().verifier)}


@router.get("/checkpoint", auth=None)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint, as text (C2SP tlog-checkpoint)."""
    latest = queries.latest_checkpoint()
    return HttpResponse(latest.note if latest else "", content_type="text/plain; charset=utf-8")


@router.get("/tile/{int:level}/{str:index}", auth=None)
def tile(request: HttpRequest, level: int, index: str) -> HttpResponse:
    """A tile's hashes, joined (C2SP tlog-tiles; the index in plain digits)."""
    if not re.fullmatch("[0-9]{1,18}", index) or level > 62:
        raise NoTile(level=level, index=index)
    wanted = merkle.TileKey(level, int(index))
    found = read_tiles([wanted])
    if wanted not in found:
        raise NoTile(level=level, index=index)
    return HttpResponse(found[wanted], content_type="application/octet-stream")


@router.get("/consistency", auth=None)
def consistency(request: HttpRequest, old: int, new: int) -> dict[str, Any]:
    """Proof that the log of `new` entries continues the log of `old` entries."""
    return {"old": old, "new": new, "proof": [base64.b64encode(h).decode() for h in queries.consistency(old, new)]}


@router.get("/entries/{uuid:entry}/receipt", auth=None)
def receipt(request: HttpRequest, entry: uuid.UUID) -> dict[str, Any]:
    """A receipt without the payload: what was done, when, in which role, and the proof. Verify with `tartip verify`."""
    if not Entry.objects.filter(pk=entry).exists():
        raise NotFound(register="entry", id=entry)
    return queries.receipt(entry, with_payload=False)

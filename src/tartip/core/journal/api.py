"""The journal for everyone: checkpoints, tiles, proofs, receipts. No log-in: a log nobody can read proves nothing."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tartip.core.acts.access import visible
from tartip.core.acts.errors import NotFound
from tartip.core.journal import keys, queries
from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import read_tiles
from tartip.core.registers.register import REGISTERS
from tartip.engines import merkle
from tartip.errors import TartipError

router = Router(tags=["journal"])
routers = {"/journal": router}


class NoTile(NotFound):
    code = "journal.no_tile"
    text = "tile: there is none at level %(level)s, index %(index)s."


@router.get("/key", auth=None)
def key(request: HttpRequest) -> dict[str, Any]:
    """The public key that checkpoints are verified with now (empty before the first seal), and all ever used."""
    found = [str(key) for key in keys.verifiers()]
    return {"key": next(iter(found), ""), "keys": found}


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
    """A receipt without the payload: what was done, when, in which role, and the proof.

    `tartip verify FILE --key KEY` shows that the entry is in the log; without the payload it ends with code 3.
    Registers of which people hold receipts prove to anyone; for the others one must be able to read the record. An
    entry about an account or about reading personal data proves nothing to anybody here.
    """
    found = Entry.objects.filter(pk=entry).first()
    if found is None or not _may_prove(request, found):
        raise NotFound(register="entry", id=entry)
    return queries.receipt(entry, with_payload=False)


def _may_prove(request: HttpRequest, entry: Entry) -> bool:
    from tartip.core.people.actors import actor_of

    register = REGISTERS.get(entry.register)
    if register is None or entry.subject is None:
        return False
    if register.proofs_to_anyone:
        return True
    try:
        actor = actor_of(request)
    except TartipError:
        return False
    return visible(actor, register.model._default_manager.filter(pk=entry.subject)).exists()

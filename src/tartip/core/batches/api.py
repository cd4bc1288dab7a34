"""The proof that a row came in with a batch, as it stands in the journal."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tartip.core.acts.access import visible
from tartip.core.acts.errors import NotFound
from tartip.core.batches.leaves import path_of
from tartip.core.batches.models import Batch, Block
from tartip.core.journal.models import Entry
from tartip.core.people.actors import acting
from tartip.core.registers.register import REGISTERS
from tartip.engines.merkle import HASH_SIZE

router = Router(tags=["batch"])
routers = {"/registers/batches": router}


@router.get("/{uuid:batch_id}/rows/{int:number}")
def row_proof(request: HttpRequest, batch_id: uuid.UUID, number: int) -> dict[str, Any]:
    """The leaf of one row, its path (RFC 6962) and the root that the entry of the batch commits to.

    For whoever may read the record that came in as this row. Rows are counted from 0.
    """
    actor = acting(request)
    missing = NotFound(register="batch", id=batch_id)
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None or not 0 <= number < batch.rows:
        raise missing
    manager: Any = REGISTERS[batch.register].model._default_manager
    if not visible(actor, manager.filter(batch=batch_id, batch_row=number)).exists():
        raise missing
    leaves = bytes(Block.objects.get(subject=batch_id, register=batch.register).leaves)
    return {
        "entry": Entry.objects.get(subject=batch_id, version=1).pk,
        "index": number,
        "size": batch.rows,
        "leaf": _text(leaves[number * HASH_SIZE : (number + 1) * HASH_SIZE]),
        "path": [_text(one) for one in path_of(leaves, number)],
        "root": _text(bytes(batch.root)),
    }


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()

"""A checkpoint by itself (a C2SP signed note, not JSON): did the log, and the witnesses, sign it?"""

from __future__ import annotations

from collections.abc import Iterator

from tartip.engines.merkle import BadNote, Checkpoint, parse_note
from tartip.verify.registry import BadDocument, Context
from tartip.verify.signatures import check_signatures
from tartip.verify.verdict import Step

FORMAT = "checkpoint"


def is_checkpoint(data: bytes) -> bool:
    """Does it look like a signed note rather than JSON?"""
    return data[:1] not in (b"{", b"[", b" ", b"\n") and b"\n\n\xe2\x80\x94 " in data


def check_checkpoint(data: bytes, context: Context) -> Iterator[Step]:
    """Steps key, signature, witness. Raises BadDocument for what is no checkpoint."""
    try:
        note = parse_note(data)
        Checkpoint.parse(note.text)
    except BadNote as error:
        raise BadDocument(f"checkpoint: {error}") from None
    yield from check_signatures(note, context.keys, None)

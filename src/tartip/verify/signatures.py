"""Who signed a checkpoint, and by which keys: shared by receipts and bare checkpoints.

A document is verified only if every signature line under its checkpoint was checked with a key the caller gave. A
document's own keys are looked at only where none were given, and then nothing is proven.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tartip.engines.merkle import (
    BadKey,
    BadSignature,
    Kind,
    Note,
    NotTrusted,
    OpenedCheckpoint,
    VerifierKey,
    format_note,
    open_checkpoint,
)
from tartip.verify import texts
from tartip.verify.verdict import Step, done, failed, unproven


def check_signatures(note: Note, given: Sequence[VerifierKey], own: Sequence[object] | None) -> Iterator[Step]:
    """Steps key, signature, witness. `own`: the keys the document names, or None if it can name none."""
    try:
        keys = tuple(given) or tuple(VerifierKey.parse(str(key)) for key in own or ())
        logs = ", ".join(str(key) for key in keys if key.kind is Kind.LOG)
        if not logs:
            raise BadKey("no log key was given" if given else "the document carries no log key")
    except BadKey as error:
        yield unproven("key", texts.KEY_ABSENT, str(error))
        return
    try:
        lines = [(line.name, line.key_id) for line in note.signatures]
        if len(set(lines)) < len(lines):
            raise BadKey("one key stands under it twice")
        opened = open_checkpoint(format_note(note), keys)
    except (NotTrusted, BadSignature, BadKey) as error:
        yield done("key", texts.KEY_GIVEN, logs) if given else unproven("key", texts.KEY_OWN, logs)
        text = texts.SIGNED_BY_OTHERS if isinstance(error, NotTrusted) else texts.SIGNED_WRONG
        yield failed("signature", text, str(error))
        return
    yield _key(opened, given, own, logs)
    yield done("signature", texts.SIGNED, origin=opened.checkpoint.origin, size=opened.checkpoint.size)
    yield from _witnesses(opened, keys)


def _key(opened: OpenedCheckpoint, given: Sequence[VerifierKey], own: Sequence[object] | None, logs: str) -> Step:
    if not given:
        return unproven("key", texts.KEY_OWN, logs)
    signers = sorted(str(signed.key) for signed in opened.signed_by)
    if own is not None and sorted(str(key) for key in own) != signers:
        return unproven("key", texts.KEY_OTHER, ", ".join(str(key) for key in own))
    return done("key", texts.KEY_GIVEN, logs)


def _witnesses(opened: OpenedCheckpoint, keys: Sequence[VerifierKey]) -> Iterator[Step]:
    for signed in opened.witnessed_by:
        yield done("witness", texts.WITNESSED, name=signed.key.name, time=_time(signed.at or 0))
    confirmed = {signed.key for signed in opened.witnessed_by}
    for key in keys:
        if key.kind is Kind.WITNESS and key not in confirmed:
            yield unproven("witness", texts.WITNESS_ABSENT, name=key.name)
    known = {(key.name, key.key_id) for key in keys}
    unknown = [line.name for line in opened.note.signatures if (line.name, line.key_id) not in known]
    if unknown:
        yield unproven("witness", texts.LINE_UNKNOWN, ", ".join(unknown))


def _time(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s after 1970"

"""The format tartip-receipt/1: one journal entry, and the proof that it is in a log that was signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tartip.engines.merkle import (
    HASH_SIZE,
    SALT_SIZE,
    BadNote,
    BadStamp,
    Checkpoint,
    InvalidProof,
    Note,
    entry_leaf,
    parse_note,
    payload_hash,
    verify_inclusion,
    verify_stamp,
)
from tartip.engines.merkle.keys import decode_base64
from tartip.verify import texts
from tartip.verify.registry import BadDocument, Context
from tartip.verify.signatures import check_signatures
from tartip.verify.verdict import Step, done, failed, unproven

FORMAT = "tartip-receipt/1"
FIELDS = {"format", "entry", "payload", "salt", "payload_hash", "index", "inclusion", "checkpoint", "keys"}
OPTIONAL = {"timestamp"}
MAX_LIST = 64


def check(receipt: Mapping[str, Any], context: Context) -> Iterator[Step]:
    """Steps content, key, signature, inclusion, witness, stamp. Raises BadDocument for a wrong shape."""
    _check_fields(receipt)
    if receipt["format"] != FORMAT:  # a receipt inside another document comes here without its format looked at
        raise BadDocument(f"field format: must be {FORMAT}")
    entry = _of(receipt, "entry", dict)
    hashed = _bytes(receipt, "payload_hash", HASH_SIZE)
    proof = _list(receipt, "inclusion")
    path = [_decode(text, f"inclusion[{n}]", HASH_SIZE) for n, text in enumerate(proof)]
    index, text = _of(receipt, "index", int), _of(receipt, "checkpoint", str)
    own_keys = _list(receipt, "keys")
    stamp = None if receipt.get("timestamp") is None else _decode(_of(receipt, "timestamp", str), "timestamp")

    try:
        note = parse_note(text)
        checkpoint = Checkpoint.parse(note.text)
    except BadNote as error:
        raise BadDocument(f"field checkpoint: {error}") from None

    yield _content(receipt, hashed)
    yield from check_signatures(note, context.keys, own_keys)
    try:
        verify_inclusion(entry_leaf(entry, hashed), index, checkpoint.size, path, checkpoint.root)
        yield done("inclusion", texts.INCLUDED, index=index)
    except InvalidProof as error:
        yield failed("inclusion", texts.NOT_INCLUDED, str(error))
    if stamp is not None:
        yield _stamp(stamp, note, context.stamp_chain)
    elif context.stamp_chain is not None:
        yield unproven("stamp", texts.STAMP_ABSENT)


def _content(receipt: Mapping[str, Any], hashed: bytes) -> Step:
    payload, salt = receipt["payload"], receipt["salt"]
    if payload is None and salt is None:
        return unproven("content", texts.CONTENT_ABSENT)
    if payload_hash(_bytes(receipt, "salt", SALT_SIZE), _of(receipt, "payload", dict)) == hashed:
        return done("content", texts.CONTENT)
    return failed("content", texts.CONTENT_CHANGED)


def _stamp(response: bytes, note: Note, chain: bytes | None) -> Step:
    if chain is None:
        return unproven("stamp", texts.STAMP_UNCHECKED)
    try:
        stamp = verify_stamp(response, note.text.encode(), chain)
    except BadStamp as error:
        return failed("stamp", texts.STAMP_WRONG, str(error))
    return done("stamp", texts.STAMPED, time=f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC")


def _check_fields(receipt: Mapping[str, Any]) -> None:
    missing, unknown = FIELDS - receipt.keys(), receipt.keys() - FIELDS - OPTIONAL
    if missing or unknown:
        names = ", ".join(sorted(missing or unknown))
        raise BadDocument(f"{'missing' if missing else 'unknown'} field: {names}")


def _of(receipt: Mapping[str, Any], name: str, kind: type) -> Any:
    if type(receipt[name]) is not kind:
        raise BadDocument(f"field {name}: must be of JSON type {kind.__name__}")
    return receipt[name]


def _list(receipt: Mapping[str, Any], name: str) -> list[Any]:
    values: list[Any] = _of(receipt, name, list)
    if len(values) > MAX_LIST:
        raise BadDocument(f"field {name}: must not hold more than {MAX_LIST} values")
    return values


def _bytes(receipt: Mapping[str, Any], name: str, size: int) -> bytes:
    return _decode(_of(receipt, name, str), name, size)


def _decode(text: object, name: str, size: int | None = None) -> bytes:
    try:
        data = decode_base64(text) if isinstance(text, str) else b""
    except ValueError:
        data = b""
    if not data or size not in (None, len(data)):
        raise BadDocument(f"field {name}: must be base64" + (f" of {size} bytes" if size else ""))
    return data

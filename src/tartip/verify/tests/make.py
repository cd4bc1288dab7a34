"""Receipts made from a small log, the way the journal makes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tartip.engines.merkle import (
    Checkpoint,
    Kind,
    SigningKey,
    TileKey,
    cosign,
    entry_leaf,
    inclusion_proof,
    payload_hash,
    sign_checkpoint,
    tiles_after,
)

LOG = SigningKey("tartip.example/log", b"\x01" * 32)
FORGER = SigningKey("tartip.example/log", b"\x02" * 32)
WITNESS = SigningKey("prosecutor.example", b"\x03" * 32, Kind.WITNESS)
KEY, FORGED_KEY, WITNESS_KEY = (str(key.verifier) for key in (LOG, FORGER, WITNESS))

SALT = bytes(range(16))
ENTRIES = [
    {
        "act": "incident.dispatch",
        "id": f"0192-{n:04}",
        "recorded_at": "2026-03-01T10:00:00Z",
        "version": n,
        "cause": None,
    }
    for n in range(300)
]
PAYLOAD = {"адрес": "Абай даңғылы, 10", "unit": 7, "notes": ["«тіркелді»", "\u2028"], "😀": True, "\ufb33": None}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def receipt(index: int = 137, signer: SigningKey = LOG) -> dict[str, Any]:
    hashes = [payload_hash(SALT, {**PAYLOAD, "unit": n}) for n in range(len(ENTRIES))]
    leaves = [entry_leaf(entry, hashed) for entry, hashed in zip(ENTRIES, hashes, strict=True)]
    log = tiles_after({}, 0, leaves)

    def read(keys: list[TileKey]) -> dict[TileKey, bytes]:
        return {key: log.changed[key] for key in keys}

    note = sign_checkpoint(Checkpoint(LOG.name, log.size, log.root), signer)
    return {
        "format": "tartip-receipt/1",
        "entry": ENTRIES[index],
        "payload": {**PAYLOAD, "unit": index},
        "salt": b64(SALT),
        "payload_hash": b64(hashes[index]),
        "index": index,
        "inclusion": [b64(h) for h in inclusion_proof(index, log.size, read)],
        "checkpoint": cosign(note, WITNESS, signer.verifier, None, [], at=1_772_359_200),
        "keys": [str(signer.verifier)],
    }


def receipt_of(entry: dict[str, Any], payload: dict[str, Any], signer: SigningKey = LOG) -> dict[str, Any]:
    """The receipt of one act in a log of three entries, without witnesses."""
    hashed = payload_hash(SALT, payload)
    log = tiles_after({}, 0, [bytes(32), entry_leaf(entry, hashed), bytes(32)])
    return {
        "format": "tartip-receipt/1",
        "entry": entry,
        "payload": payload,
        "salt": b64(SALT),
        "payload_hash": b64(hashed),
        "index": 1,
        "inclusion": [b64(h) for h in inclusion_proof(1, 3, lambda keys: {key: log.changed[key] for key in keys})],
        "checkpoint": sign_checkpoint(Checkpoint(LOG.name, log.size, log.root), signer),
        "keys": [str(signer.verifier)],
    }


def changed(**fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A change of top-level fields, for tables of tampered receipts."""
    return lambda document: {**document, **fields}


def write(folder: Path, document: Any) -> Path:
    path = folder / "receipt.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path

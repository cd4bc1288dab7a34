"""The leaf of a journal entry: a public header, and a payload of which only a salted hash is sealed.

The payload and its salt can be erased when their retention ends; the header, the payload hash and every proof stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tartip.engines.errors import BadInput
from tartip.engines.merkle.canonical import canonical_json
from tartip.engines.merkle.hashing import HASH_SIZE, is_bytes, is_hash, leaf_hash

SALT_SIZE = 16


def payload_hash(salt: bytes, payload: Mapping[str, Any]) -> bytes:
    """SHA-256(salt ‖ canonical JSON of the payload), 32 bytes.

    `salt` is 16 fresh random bytes: without it a short payload (a phone number) could be guessed from its hash.
    Raises BadInput for another salt length, NotCanonical for a value without canonical form.
    """
    if not is_bytes(salt) or len(salt) != SALT_SIZE:
        raise BadInput("salt", "payload hash", f"must be {SALT_SIZE} bytes")
    return sha256(bytes(salt) + canonical_json(payload)).digest()


def entry_data(header: Mapping[str, Any], hashed_payload: bytes) -> bytes:
    """The bytes that enter the log: canonical JSON of the header, then the 32 bytes of the payload hash.

    Raises BadInput, NotCanonical.
    """
    if not isinstance(header, Mapping):
        raise BadInput("header", type(header).__name__, "must be an object")
    if not is_hash(hashed_payload):
        raise BadInput("payload hash", "entry", f"must be {HASH_SIZE} bytes")
    return canonical_json(header) + hashed_payload


def entry_leaf(header: Mapping[str, Any], hashed_payload: bytes) -> bytes:
    """Leaf hash of an entry: SHA-256(0x00 ‖ canonical JSON of the header ‖ payload hash), 32 bytes."""
    return leaf_hash(entry_data(header, hashed_payload))

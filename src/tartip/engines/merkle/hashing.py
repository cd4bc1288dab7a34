"""RFC 6962 section 2.1: hashes of leaves and nodes, domain-separated by their first byte."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import TypeGuard

from tartip.engines.errors import BadInput

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
# Sizes and indexes are uint64 in RFC 6962; a larger number could only cost time.
MAX_SIZE = 2**64
_BYTES = (bytes, bytearray, memoryview)


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the 32-byte hash under which `data` enters the tree."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right) of two 32-byte hashes."""
    return sha256(b"\x01" + left + right).digest()


def parents(row: list[bytes]) -> list[bytes]:
    """The row above: one node hash per neighbouring pair; an odd last hash is left out."""
    pairs = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def parents_joined(row: bytes) -> bytes:
    """The same for hashes written one after another without a gap."""
    return b"".join([sha256(b"\x01" + row[i : i + 64]).digest() for i in range(0, len(row) - 63, 64)])


def is_bytes(value: object) -> TypeGuard[bytes]:
    """Is it bytes, or a view of bytes? A number is not, of which `bytes(n)` would make n zero bytes."""
    return isinstance(value, _BYTES)


def is_hash(value: object) -> TypeGuard[bytes]:
    """Is it 32 bytes?"""
    return isinstance(value, _BYTES) and len(value) == HASH_SIZE


def is_count(value: object, below: int = MAX_SIZE + 1) -> TypeGuard[int]:
    """Is it a whole number (not a truth value) from 0 and below the limit?"""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below


def check_hashes(hashes: Collection[bytes], what: str) -> None:
    """Raise BadInput naming the first of `hashes` that is not 32 bytes long."""
    if set(map(type, hashes)) - {bytes} or set(map(len, hashes)) - {HASH_SIZE}:
        where = next((i for i, h in enumerate(hashes) if not is_hash(h)), None)
        if where is not None:
            raise BadInput(what, where, f"must be {HASH_SIZE} bytes")

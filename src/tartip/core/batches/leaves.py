"""The leaf of a row: a salted hash of the record's state as it came in, and the tree over all rows of a batch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

from tartip.core.clocks.models import Clock
from tartip.core.registers.register import utc_text
from tartip.engines import merkle


def leaf_of(salt: bytes, index: int, state: Mapping[str, Any]) -> bytes:
    """RFC 6962 leaf hash over the salted hash of a state; each row has its own salt, made of the block's."""
    own = hashlib.sha256(salt + index.to_bytes(8, "big")).digest()[: merkle.SALT_SIZE]
    return merkle.leaf_hash(merkle.payload_hash(own, state))


class Leaves:
    """The leaves of one block while it is written: they are kept as bytes, and their tree grows along."""

    def __init__(self) -> None:
        self.salt = os.urandom(merkle.SALT_SIZE)
        self.size = 0
        self.bytes = bytearray()
        self._tree = merkle.Tree()
        self._new: list[bytes] = []

    def add(self, state: Mapping[str, Any]) -> None:
        leaf = leaf_of(self.salt, self.size, state)
        self.size += 1
        self.bytes += leaf
        self._new.append(leaf)

    def grow(self) -> None:
        """Add what is new to the tree: cheaper for many leaves at a time."""
        self._tree.extend(self._new)
        self._new = []

    def root(self) -> bytes:
        self.grow()
        return self._tree.root()


def root_of(leaves: bytes) -> bytes:
    """The root over leaves that are written one after another."""
    tree = merkle.Tree()
    tree.extend([leaves[at : at + merkle.HASH_SIZE] for at in range(0, len(leaves), merkle.HASH_SIZE)])
    return tree.root()


def path_of(leaves: bytes, index: int) -> list[bytes]:
    """The RFC 6962 proof of one leaf: sibling hashes, from the leaf upwards."""
    start, end = 0, len(leaves) // merkle.HASH_SIZE
    path = []
    while end - start > 1:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if index < split:
            path.append((split, end))
            end = split
        else:
            path.append((start, split))
            start = split
    return [root_of(leaves[a * merkle.HASH_SIZE : b * merkle.HASH_SIZE]) for a, b in reversed(path)]


def beginning_of(clock: Clock) -> dict[str, Any]:
    """What a clock was when a row started it; nothing of what befell it later."""
    return {
        "id": str(clock.pk), "rule": clock.rule, "edition": clock.edition.isoformat(), "register": clock.register,
        "subject": str(clock.subject), "territory": clock.territory_id, "from": utc_text(clock.started_at),
        "due_at": utc_text(clock.due_at), "started_by": str(clock.started_by),
    }  # fmt: skip

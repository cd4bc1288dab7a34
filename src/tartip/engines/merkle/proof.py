"""Checking inclusion and consistency proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2, the proofs of RFC 6962)."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

from tartip.engines.merkle.errors import InvalidProof
from tartip.engines.merkle.hashing import HASH_SIZE, MAX_SIZE, is_bytes, is_count, is_hash, node_hash


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes] | None, root: bytes) -> None:
    """Check that the leaf with hash `leaf` stands at `index` in the tree of `size` leaves with this root.

    `proof` holds sibling hashes from the leaf upwards; None is an empty proof. Raises InvalidProof, returns nothing.
    """
    _same(root_from_inclusion(leaf, index, size, proof), root)


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes] | None) -> bytes:
    """The only root for which the proof holds. Raises InvalidProof if index, size and proof cannot belong together."""
    path = _path(proof)
    _path((leaf,))
    if not is_count(size):
        raise InvalidProof(f"index {_shown(index)} is outside a tree of {_shown(size)} leaves")
    if not is_count(index, size):
        raise InvalidProof(f"index {_shown(index)} is outside a tree of {size} leaves")
    node, last, total = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise InvalidProof("too many hashes")
        if node & 1 or node == last:
            total = node_hash(sibling, total)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            total = node_hash(total, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise InvalidProof("too few hashes")
    return total


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes] | None, old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of `new_size` leaves begins with the very leaves of the tree of `old_size`.

    An old size of 0 is refused: every tree begins with nothing, so such a proof would prove nothing.
    Raises InvalidProof, returns nothing.
    """
    path = _path(proof)
    if not is_count(new_size) or not is_count(old_size, new_size + 1) or not old_size:
        raise InvalidProof(f"sizes {_shown(old_size)} and {_shown(new_size)} are not 0 < old <= new")
    if old_size == new_size:
        if path:
            raise InvalidProof("too many hashes")
        _same(old_root, new_root)
        return
    if not path:
        raise InvalidProof("too few hashes")
    _path((old_root, new_root))
    # A complete old tree is itself the first node of the path and is left out of the proof.
    if not old_size & (old_size - 1):
        path = [old_root, *path]
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_total = new_total = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise InvalidProof("too many hashes")
        if node & 1 or node == last:
            old_total = node_hash(sibling, old_total)
            new_total = node_hash(sibling, new_total)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_total = node_hash(new_total, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise InvalidProof("too few hashes")
    _same(old_total, old_root)
    _same(new_total, new_root)


def _path(proof: Sequence[bytes] | None) -> list[bytes]:
    if proof is not None and not isinstance(proof, (list, tuple)):
        raise InvalidProof("a proof is a list of hashes")
    path = list(proof or ())
    if not all(map(is_hash, path)):
        raise InvalidProof(f"every hash must be {HASH_SIZE} bytes")
    return path


def _shown(number: object) -> str:
    """A number for a message; Python refuses to write out very long ones."""
    return str(number) if isinstance(number, int) and abs(number) <= MAX_SIZE else "(no number up to 2^64)"


def _same(computed: bytes, wanted: bytes) -> None:
    if not is_bytes(computed) or not is_bytes(wanted) or not compare_digest(computed, wanted):
        raise InvalidProof("the computed root is another one")

"""The published vectors for RFC 6962: four hashes, 98 inclusion and 98 consistency proofs, most of them broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tartip.engines.merkle import EMPTY_ROOT, InvalidProof, leaf_hash, node_hash, verify_consistency, verify_inclusion
from tartip.engines.merkle.tests.helpers import b64, json_lines, shared


def holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except InvalidProof:
        return False
    return True


def proof_of(vector: dict[str, Any]) -> list[bytes] | None:
    return None if vector["proof"] is None else [b64(h) for h in vector["proof"]]


def test_the_four_hashes_are_those_of_the_specification() -> None:
    vectors = json.loads(shared("merkle", "rfc6962_hash_vectors.json").read_text())["vectors"]
    makers = {"leaf": leaf_hash, "node": node_hash, "root of the empty tree": lambda: EMPTY_ROOT}
    got = {v["id"]: makers[v["operation"]](*map(bytes.fromhex, v["input_hex"])).hex() for v in vectors}
    assert got == {v["id"]: v["want_hex"] for v in vectors}
    assert len(got) == 4


def test_all_inclusion_vectors_get_their_verdict() -> None:
    vectors = json_lines(shared("merkle", "inclusion.jsonl"))
    verdicts = {
        v["id"]: holds(
            lambda v=v: verify_inclusion(b64(v["leafHash"]), v["leafIdx"], v["treeSize"], proof_of(v), b64(v["root"]))
        )
        for v in vectors
    }
    assert verdicts == {v["id"]: not v["wantErr"] for v in vectors}
    assert (len(verdicts), sum(verdicts.values())) == (98, 6)


def test_all_consistency_vectors_get_their_verdict() -> None:
    vectors = json_lines(shared("merkle", "consistency.jsonl"))
    verdicts = {
        v["id"]: holds(
            lambda v=v: verify_consistency(v["size1"], v["size2"], proof_of(v), b64(v["root1"]), b64(v["root2"]))
        )
        for v in vectors
    }
    assert verdicts == {v["id"]: not v["wantErr"] for v in vectors}
    assert (len(verdicts), sum(verdicts.values())) == (98, 6)


@pytest.mark.parametrize("index, size", [(2**64 - 1, 1), (2**64 - 1, 2**64 - 1), (-1, 4), (0, 0), (0, -5)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(InvalidProof, match="outside a tree"):
        verify_inclusion(b"\x01" * 32, index, size, [], b"\x01" * 32)


def test_a_proof_in_a_tree_of_2_to_64_leaves_is_walked_to_its_end() -> None:
    """Leaf 2^64-1 of 2^64: 64 siblings, all on the left; the root is the fold itself."""
    leaf, path = b"\x07" * 32, [bytes([i]) * 32 for i in range(64)]
    root = leaf
    for sibling in path:
        root = node_hash(sibling, root)
    verify_inclusion(leaf, 2**64 - 1, 2**64, path, root)
    with pytest.raises(InvalidProof, match="too few"):
        verify_inclusion(leaf, 2**64 - 1, 2**64, path[:-1], root)
    with pytest.raises(InvalidProof, match="too many"):
        verify_inclusion(leaf, 2**64 - 1, 2**64, [*path, leaf], root)

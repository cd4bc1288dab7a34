from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.figures import BadSum, SumProof, SumTree, verify_sum
from tartip.engines.figures.sumtree import Part

SECRET = bytes(range(32))
PARENTS = {"750": "KZ", "710": "KZ", "7513": "750", "7514": "750", "7111": "710"}
VALUES = {"7513": 3, "7514": 40, "7111": 5}


def test_a_small_tree_by_hand():
    tree = SumTree({"a": 2}, {"a": "KZ"}, SECRET)
    # Written out from the docstring of sumtree.py: names after their length, values as uint64.
    import hmac

    salt = hmac.digest(SECRET, b"\x00\x01a", "sha256")
    leaf = sha256(b"\x00" + b"\x00\x01a" + (2).to_bytes(8, "big") + salt).digest()
    line = b"\x00\x01a" + (2).to_bytes(8, "big") + leaf
    assert tree.root.hash == sha256(b"\x01" + b"\x00\x02KZ" + (2).to_bytes(8, "big") + line).digest()


def test_regions_are_sums_of_districts_and_the_root_of_regions():
    tree = SumTree(VALUES, PARENTS, SECRET)
    assert (tree.root.value, tree.part("750").value, tree.part("710").value) == (48, 43, 5)
    for code, value in {**VALUES, "750": 43, "710": 5, "KZ": 48}.items():
        assert verify_sum(tree.prove(code), tree.root) == value


def test_a_region_is_proved_without_its_neighbours_districts_or_salts():
    proof = SumTree(VALUES, PARENTS, SECRET).prove("750")
    shown = [part.code for part in proof.below] + [part.code for _up, parts in proof.lines for part in parts]
    assert sorted(shown) == ["710", "750", "7513", "7514"]
    assert proof.salt is None


def test_salts_hide_small_counts_behind_a_hash():
    one, two = (SumTree({"a": 2}, {"a": "KZ"}, secret) for secret in (SECRET, bytes(32)))
    assert one.root.hash != two.root.hash
    with pytest.raises(BadInput, match="at least 32 bytes"):
        SumTree({"a": 2}, {"a": "KZ"}, b"short")


def test_records_of_a_region_that_lie_in_no_district_are_a_part_of_their_own():
    tree = SumTree({**VALUES, "750": 7}, PARENTS, SECRET)
    assert tree.part("750").value == 50
    assert verify_sum(tree.prove("750"), tree.root) == 50
    assert verify_sum(tree.prove("7513"), tree.root) == 3


def test_nobody_can_show_another_sum():
    tree = SumTree(VALUES, PARENTS, SECRET)
    proof = tree.prove("750")
    first, second = proof.below
    moved = (replace(first, value=first.value + 1), replace(second, value=second.value - 1))
    for wrong in (
        replace(proof, below=moved),
        replace(proof, below=(first,)),
        replace(proof, below=(second, first)),
        replace(proof, below=(first, first)),
        replace(proof, below=None, salt=bytes(32)),
        replace(proof, salt=bytes(32)),
        replace(proof, lines=()),
        replace(proof, code="710"),
        replace(tree.prove("7513"), salt=bytes(32)),
        replace(tree.prove("7513"), lines=()),
    ):
        with pytest.raises(BadSum):
            verify_sum(wrong, tree.root)
    with pytest.raises(BadSum):
        verify_sum(proof, replace(tree.root, value=49))
    with pytest.raises(BadInput):
        verify_sum(replace(proof, below=(first, replace(second, value=-1))), tree.root)


@pytest.mark.parametrize(
    "values, parents",
    [
        ({"a": -1}, {"a": "KZ"}),
        ({"a": 1.0}, {"a": "KZ"}),
        ({"a": 2**64}, {"a": "KZ"}),
        ({"a": 1, "b": 1}, {"a": "KZ"}),
        ({"a": 1}, {"a": "b", "b": "a"}),
        ({}, {}),
    ],
)
def test_what_is_no_tree_of_counts_is_refused(values, parents):
    with pytest.raises(BadInput):
        SumTree(values, parents, SECRET)


def test_a_code_outside_the_tree_has_no_proof():
    with pytest.raises(BadInput, match="is not in the tree"):
        SumTree(VALUES, PARENTS, SECRET).prove("9")


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.integers(0, 5).flatmap(lambda r: st.tuples(st.just(r), st.integers(0, 4))), st.integers(0, 10**12)
    )
)
def test_every_node_of_any_tree_is_proved_with_its_plain_sum(values):
    parents = {r: "KZ" for r, _d in values} | {r * 100 + d + 10: r for r, d in values}
    leaves = {r * 100 + d + 10: value for (r, d), value in values.items()}
    if not leaves:
        return
    tree = SumTree(leaves, parents, SECRET)
    assert verify_sum(tree.prove("KZ"), tree.root) == sum(leaves.values())
    for region in {r for r, _d in values}:
        wanted = sum(value for (r, _d), value in values.items() if r == region)
        assert verify_sum(SumProof.from_json(tree.prove(region).as_json()), tree.root) == wanted


def test_a_proof_in_another_form_is_refused():
    data = SumTree(VALUES, PARENTS, SECRET).prove("7513").as_json()
    for change in ({"format": "x"}, {"salt": "zz"}, {"lines": 5}, {"below": [[1]]}, {"code": 1.5}):
        with pytest.raises(EngineError):
            SumProof.from_json({**data, **change})
    assert SumProof.from_json(data).lines[0][1][0] == Part("7513", 3, SumProof.from_json(data).lines[0][1][0].hash)

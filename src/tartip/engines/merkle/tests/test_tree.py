from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.merkle import EMPTY_ROOT, Tree, node_hash
from tartip.engines.merkle.tests.helpers import leaves
from tartip.engines.merkle.tests.reference import mth


def test_a_tree_of_three_leaves_is_folded_by_hand() -> None:
    """RFC 6962: MTH of 3 = H(1, H(1, a, b), c); the peaks are H(1, a, b) and c."""
    a, b, c = leaves(3)
    tree = Tree()
    assert tree.root() == EMPTY_ROOT
    assert [tree.append(leaf) for leaf in (a, b, c)] == [0, 1, 2]
    assert tree.peaks == [node_hash(a, b), c]
    assert tree.root() == node_hash(node_hash(a, b), c)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 90), max_size=6))
def test_any_way_to_cut_the_leaves_into_batches_gives_the_defined_root(batches: list[int]) -> None:
    everything = leaves(sum(batches))
    tree, done = Tree(), 0
    for batch in batches:
        tree.extend(everything[done : done + batch])
        done += batch
        assert (tree.size, tree.root()) == (done, mth(everything[:done]))


@pytest.mark.parametrize("size", [1, 7, 8, 255, 256, 300])
def test_a_tree_goes_on_from_its_stored_peaks(size: int) -> None:
    everything = leaves(size + 77)
    first = Tree()
    first.extend(everything[:size])
    again = Tree(first.size, first.peaks)
    again.extend(everything[size:])
    assert again.root() == mth(everything)


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(BadInput, match="size 3"):
        Tree(3, leaves(1))
    with pytest.raises(BadInput, match="32 bytes"):
        Tree(1, [b"short"])


def test_a_leaf_of_another_length_is_named_and_changes_nothing() -> None:
    tree = Tree()
    with pytest.raises(BadInput, match="leaves at 1"):
        tree.extend([*leaves(1), b"x"])
    assert (tree.size, tree.root()) == (0, EMPTY_ROOT)

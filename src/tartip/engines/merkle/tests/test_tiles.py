from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.merkle import (
    BadTile,
    TileKey,
    TileMissing,
    Tree,
    consistency_proof,
    edge_keys,
    edge_root,
    inclusion_proof,
    root_from_tiles,
    tile_path,
    tile_width,
    tiles_after,
    verify_consistency,
    verify_inclusion,
)
from tartip.engines.merkle.tests import reference
from tartip.engines.merkle.tests.helpers import leaves

SIZES = st.integers(1, 700)
BIG = 70_000


class Store:
    """Tiles in memory, counting how often it is asked."""

    def __init__(self, size: int) -> None:
        self.leaves = leaves(size)
        self.growth = tiles_after({}, 0, self.leaves)
        self.tiles = self.growth.changed
        self.calls = 0

    def read(self, keys: list[TileKey]) -> dict[TileKey, bytes]:
        self.calls += 1
        return {key: self.tiles[key] for key in keys}


@pytest.fixture(scope="module")
def big() -> Store:
    return Store(BIG)


def test_a_tree_of_70000_has_the_tiles_of_the_specification(big: Store) -> None:
    """C2SP's own example: 273 full tiles and one of 112 below, 1 full and one of 17 above, one of 1 on top."""
    widths = {key: len(tile) // 32 for key, tile in big.tiles.items()}
    assert sorted(n for (level, n), width in widths.items() if level == 0 and width == 256) == list(range(273))
    assert {key: width for key, width in widths.items() if key.level or width < 256} == {
        (0, 273): 112, (1, 0): 256, (1, 1): 17, (2, 0): 1,
    }  # fmt: skip
    assert edge_keys(BIG) == [(0, 273), (1, 1), (2, 0)]
    assert [tile_width(TileKey(*key), BIG) for key in [(0, 272), (0, 273), (0, 274), (2, 0), (3, 0)]] == [
        256, 112, 0, 1, 0,
    ]  # fmt: skip
    assert set(big.growth.edge) == set(edge_keys(BIG))


def test_tiles_are_those_of_the_formula() -> None:
    store = Store(600)
    assert store.tiles == {key: reference.tile(*key, store.leaves) for key in [(0, 0), (0, 1), (0, 2), (1, 0)]}


def test_the_address_of_a_tile_is_that_of_the_specification() -> None:
    assert tile_path(TileKey(0, 1_234_067)) == "tile/0/x001/x234/067"
    assert tile_path(TileKey(2, 0), 1) == "tile/2/000.p/1"
    assert tile_path(TileKey(1, 999)) == "tile/1/999"
    assert tile_path(TileKey(1, 1000), 17) == "tile/1/x001/000.p/17"


@settings(max_examples=60, deadline=None)
@given(SIZES, st.data())
def test_an_inclusion_proof_is_the_path_of_the_definition(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    store = Store(size)
    assert inclusion_proof(index, size, store.read) == reference.path(index, store.leaves)


@settings(max_examples=60, deadline=None)
@given(SIZES, st.data())
def test_a_consistency_proof_is_the_one_of_the_definition(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    store = Store(size)
    assert consistency_proof(old, size, store.read) == reference.consistency(old, store.leaves)


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_998])
def test_proofs_over_three_levels_hold_and_read_the_tiles_once(big: Store, index: int) -> None:
    root, old_root = root_from_tiles(BIG, big.read), root_from_tiles(index + 1, big.read)
    big.calls = 0
    verify_inclusion(big.leaves[index], index, BIG, inclusion_proof(index, BIG, big.read), root)
    assert big.calls == 1
    verify_consistency(index + 1, BIG, consistency_proof(index + 1, BIG, big.read), old_root, root)
    assert big.calls == 2


def test_a_proof_in_a_smaller_tree_is_read_from_the_tiles_of_a_larger_one(big: Store) -> None:
    tree = Tree()
    tree.extend(big.leaves[:65_537])
    proof = inclusion_proof(65_536, 65_537, big.read)
    verify_inclusion(big.leaves[65_536], 65_536, 65_537, proof, tree.root())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 300), max_size=6))
@example([256, 0, 1])
@example([255, 1, 256])
def test_sealing_in_batches_writes_the_same_tiles_as_sealing_at_once(batches: list[int]) -> None:
    everything = leaves(sum(batches))
    stored: dict[TileKey, bytes] = {}
    size, edge = 0, dict(stored)
    for batch in batches:
        growth = tiles_after(edge, size, everything[size : size + batch])
        assert edge_root(growth.edge, growth.size) == growth.root == reference.mth(everything[: growth.size])
        assert all(growth.changed[key].startswith(stored.get(key, b"")) for key in growth.changed)
        stored |= growth.changed
        size = growth.size
        edge = {key: stored[key] for key in edge_keys(size)}
        assert edge == growth.edge
    assert stored == tiles_after({}, 0, everything).changed


def test_sealing_crosses_two_levels_at_65536(big: Store) -> None:
    before = tiles_after({}, 0, big.leaves[:65_535])
    after = tiles_after(before.edge, before.size, big.leaves[65_535:65_537])
    assert set(after.changed) == {(0, 255), (0, 256), (1, 0), (2, 0)}
    assert after.root == root_from_tiles(65_537, big.read)


def test_a_missing_tile_is_named(big: Store) -> None:
    with pytest.raises(TileMissing, match="Tile 0 of level 1 is missing"):
        inclusion_proof(3, BIG, lambda keys: {key: big.tiles[key] for key in keys if key != (1, 0)})


@pytest.mark.parametrize("cut", [b"", b"\x00" * 31, b"\x00" * 32 * 4, b"\x00" * 32 * 257])
def test_a_tile_of_a_wrong_length_is_named(big: Store, cut: bytes) -> None:
    with pytest.raises(BadTile, match="Tile 0 of level 0"):
        inclusion_proof(3, BIG, lambda keys: {**{key: big.tiles[key] for key in keys}, TileKey(0, 0): cut})


def test_an_edge_that_does_not_fit_the_size_stops_the_sealer(big: Store) -> None:
    with pytest.raises(BadTile, match="must hold 112 hashes at size 70000, holds 0"):
        tiles_after({}, BIG, leaves(1))
    with pytest.raises(BadTile, match="Tile 0 of level 0: must hold 3 hashes"):
        tiles_after({TileKey(0, 0): b"".join(leaves(4))}, 3, leaves(1))


@pytest.mark.parametrize("old, new", [(0, 5), (6, 5), (-1, 5)])
def test_sizes_that_cannot_be_proven_are_refused(big: Store, old: int, new: int) -> None:
    with pytest.raises(BadInput, match="sizes"):
        consistency_proof(old, new, big.read)


@pytest.mark.parametrize("index", [-1, 5])
def test_an_index_outside_the_tree_has_no_proof(big: Store, index: int) -> None:
    with pytest.raises(BadInput, match="index"):
        inclusion_proof(index, 5, big.read)

"""What a sealer writes after appending a batch: the tiles that changed, the new size and the new root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tartip.engines.merkle.errors import BadTile
from tartip.engines.merkle.hashing import EMPTY_ROOT, HASH_SIZE, check_hashes, is_bytes, node_hash, parents_joined
from tartip.engines.merkle.tiles import TILE_BYTES, TILE_WIDTH, Node, TileKey, Tiles, edge_keys, node_in, tile_width


@dataclass(frozen=True, slots=True)
class Growth:
    """The tree after a batch. Write `changed` (whole new contents), keep `edge` for the next batch."""

    size: int
    root: bytes
    changed: dict[TileKey, bytes] = field(repr=False)
    edge: dict[TileKey, bytes] = field(repr=False)


def tiles_after(old_edge_tiles: Tiles, old_size: int, new_leaves: Sequence[bytes]) -> Growth:
    """Append leaf hashes to a tree of `old_size` leaves of which only the partial tiles are at hand.

    `old_edge_tiles` holds exactly the tiles of `edge_keys(old_size)` (more are ignored), `new_leaves` 32-byte hashes.
    Costs one hash per leaf and at most 255 per level for the root. Raises BadTile if an edge tile does not have the
    width that belongs to `old_size`, BadInput for a leaf of another length.
    """
    edge = check_edge(old_edge_tiles, old_size)
    check_hashes(new_leaves, "new_leaves")
    changed: dict[TileKey, bytes] = {}
    level, row = 0, b"".join(new_leaves)
    while row:
        index = (old_size >> 8 * level) // TILE_WIDTH
        row = edge.pop(TileKey(level, index), b"") + row
        full = len(row) // TILE_BYTES
        for n in range(full):
            changed[TileKey(level, index + n)] = row[n * TILE_BYTES : (n + 1) * TILE_BYTES]
        if rest := row[full * TILE_BYTES :]:
            changed[TileKey(level, index + full)] = edge[TileKey(level, index + full)] = rest
        row = b"".join([tile_root(changed[TileKey(level, index + n)]) for n in range(full)])
        level += 1
    size = old_size + len(new_leaves)
    return Growth(size=size, root=edge_root(edge, size), changed=changed, edge=edge)


def check_edge(edge: Tiles, size: int) -> dict[TileKey, bytes]:
    """The edge tiles of a tree of `size` leaves, each of the right width; BadTile otherwise."""
    checked = {}
    for key in edge_keys(size):
        found, width = edge.get(key, b""), tile_width(key, size)
        if not is_bytes(found):
            raise BadTile(*key, f"is of type {type(found).__name__}, not bytes")
        tile = bytes(found)
        if len(tile) != width * HASH_SIZE:
            raise BadTile(*key, f"must hold {width} hashes at size {size}, holds {len(tile) / HASH_SIZE:g}")
        checked[key] = tile
    return checked


def edge_root(edge: Tiles, size: int) -> bytes:
    """Root of the tree from its partial tiles alone. Compare it with the stored root before appending."""
    total: bytes | None = None
    for height in range(size.bit_length()):
        if size >> height & 1:
            node = Node(height, (size >> height) - 1)
            peak = node_in(edge[node.tile], node)
            total = peak if total is None else node_hash(peak, total)
    return EMPTY_ROOT if total is None else total


def tile_root(tile: bytes) -> bytes:
    """Root of a full tile: the hash that stands for it one level up."""
    while len(tile) > HASH_SIZE:
        tile = parents_joined(tile)
    return tile

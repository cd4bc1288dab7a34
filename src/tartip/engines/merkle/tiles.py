"""Tiles of the log as in C2SP tlog-tiles: 256 neighbouring hashes of one height, the unit of storage and caching.

Tile (level l, number n) holds the hashes of the complete subtrees of 256^l leaves with numbers 256·n … 256·n+255, one
after another, 32 bytes each. Tiles on the right edge hold fewer; a tile only ever grows at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from tartip.engines.errors import BadInput
from tartip.engines.merkle.errors import BadTile, TileMissing
from tartip.engines.merkle.hashing import HASH_SIZE, is_bytes, is_count, parents_joined

TILE_WIDTH = 256
TILE_HEIGHT = 8
TILE_BYTES = TILE_WIDTH * HASH_SIZE
MAX_LEVEL = 63 // TILE_HEIGHT + 1


class TileKey(NamedTuple):
    """Level (0 holds leaves, each next one is 256 times coarser) and number from the left, from 0."""

    level: int
    index: int  # type: ignore[assignment]  # hides tuple.index, which no one looks for here


Tiles = Mapping[TileKey, bytes]
TileReader = Callable[[list[TileKey]], Tiles]


class Node(NamedTuple):
    """A complete subtree: 2**height leaves starting at leaf n · 2**height."""

    height: int
    n: int

    @property
    def tile(self) -> TileKey:
        level, inner = divmod(self.height, TILE_HEIGHT)
        return TileKey(level, self.n >> (TILE_HEIGHT - inner))


def tile_width(key: TileKey, size: int) -> int:
    """How many hashes the tile holds in a tree of `size` leaves: 0 (it does not exist) to 256. Raises BadInput."""
    check_key(key)
    if not is_count(size):
        raise BadInput("size", "tile", "must be a whole number from 0 to 2^64")
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * key.level) - key.index * TILE_WIDTH))


def edge_keys(size: int) -> list[TileKey]:
    """The partial tiles of a tree of `size` leaves: all a sealer has to read before it appends. Raises BadInput."""
    if not is_count(size):
        raise BadInput("size", "tree", "must be a whole number from 0 to 2^64")
    counts = [(level, size >> TILE_HEIGHT * level) for level in range(-(-size.bit_length() // TILE_HEIGHT))]
    return [TileKey(level, count // TILE_WIDTH) for level, count in counts if count % TILE_WIDTH]


def tile_path(key: TileKey, width: int = TILE_WIDTH) -> str:
    """The C2SP address of the tile below the log's prefix, such as `tile/0/x001/x234/067.p/5`. Raises BadInput."""
    check_key(key)
    if not is_count(width, TILE_WIDTH + 1) or not width:
        raise BadInput("width", "tile", f"must be 1 to {TILE_WIDTH}")
    digits = f"{key.index:d}"
    groups = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [groups[i : i + 3] for i in range(0, len(groups), 3)]
    path = "/".join(["x" + part for part in parts[:-1]] + parts[-1:])
    return f"tile/{key.level}/{path}" + (f".p/{width}" if width < TILE_WIDTH else "")


def check_key(key: TileKey) -> None:
    """Raise BadInput unless a tree of at most 2^64 leaves can have such a tile."""
    if not is_count(key.level, MAX_LEVEL + 1) or not is_count(key.index):
        raise BadInput("tile", "key", f"must be a level from 0 to {MAX_LEVEL} and a number from 0")


def node_in(tile: bytes, node: Node) -> bytes:
    """Hash of the node, taken out of its tile or computed from the hashes below it in the same tile.

    Raises BadTile if the tile is too narrow to hold all of them, or not a whole number of hashes.
    """
    inner = node.height % TILE_HEIGHT
    place = node.n & (TILE_WIDTH >> inner) - 1
    if len(tile) > TILE_BYTES or len(tile) % HASH_SIZE:
        raise BadTile(*node.tile, f"{len(tile)} bytes are not 1 to {TILE_WIDTH} hashes")
    if len(tile) < (place + 1 << inner) * HASH_SIZE:
        raise BadTile(*node.tile, f"must hold at least {place + 1 << inner} hashes")
    row = rows_of(tile)[inner] if inner else tile
    return row[place * HASH_SIZE : (place + 1) * HASH_SIZE]


# Tiles high in the tree serve nearly every proof: 256 of them with their inner nodes are 4 MB.
@lru_cache(maxsize=256)
def rows_of(tile: bytes) -> tuple[bytes, ...]:
    """The tile's own row of hashes and the 7 rows of complete nodes above it, joined."""
    rows = [tile]
    for _ in range(TILE_HEIGHT - 1):
        rows.append(parents_joined(rows[-1]))
    return tuple(rows)


def read_nodes(nodes: list[Node], tiles: TileReader) -> list[bytes]:
    """Hashes of `nodes`, asking `tiles` once for all tiles they lie in.

    The reader may return wider tiles than the tree had: a tile only grows at its end.
    Raises TileMissing or BadTile.
    """
    keys = [node.tile for node in nodes]
    wanted = list(dict.fromkeys(keys))
    found = tiles(wanted) if wanted else {}
    data = {}
    for key in wanted:
        if not isinstance(found, Mapping) or key not in found:
            raise TileMissing(*key)
        if not is_bytes(found[key]):
            raise BadTile(*key, f"is of type {type(found[key]).__name__}, not bytes")
        data[key] = bytes(found[key])
    return [node_in(data[key], node) for key, node in zip(keys, nodes, strict=True)]


def complete_nodes(start: int, end: int) -> list[Node]:
    """The widest complete subtrees, left to right, whose leaves together are start … end-1.

    `start` must be a multiple of the first one's width, as it is for every subtree that occurs in a proof.
    """
    if not 0 <= start < end:
        raise BadInput("range of leaves", f"{start}–{end}", "must be 0 <= start < end")
    nodes = []
    for height in range((end - start).bit_length() - 1, -1, -1):
        if end - start >> height & 1:
            nodes.append(Node(height, start >> height))
            start += 1 << height
    return nodes

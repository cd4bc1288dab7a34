"""Making proofs and roots out of stored tiles: which subtrees a proof names, and one read for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from tartip.engines.errors import BadInput
from tartip.engines.merkle.hashing import EMPTY_ROOT, is_count, node_hash
from tartip.engines.merkle.tiles import TileReader, complete_nodes, read_nodes

Range = tuple[int, int]


def inclusion_proof(index: int, size: int, tiles: TileReader) -> list[bytes]:
    """Sibling hashes, leaf upwards, that prove leaf `index` in the tree of `size` leaves.

    `tiles` is called once with every tile needed (about two per level) and may return wider ones.
    Raises BadInput for an index outside the tree, TileMissing or BadTile for what the reader returned.
    """
    check_size(size)
    if not is_count(index, size):
        raise BadInput("index", _shown(index), f"must be 0 to {size - 1}")
    return _range_hashes(inclusion_ranges(index, size), tiles)


def consistency_proof(old_size: int, new_size: int, tiles: TileReader) -> list[bytes]:
    """Hashes that prove the tree of `new_size` leaves to be a continuation of the one of `old_size`.

    Empty for equal sizes. Raises BadInput unless 0 < old_size <= new_size, and as `inclusion_proof`.
    """
    if not is_count(new_size) or not is_count(old_size, new_size + 1) or not old_size:
        raise BadInput("sizes", f"{_shown(old_size)}, {_shown(new_size)}", "must be 0 < old <= new")
    return _range_hashes(consistency_ranges(old_size, new_size), tiles)


def root_from_tiles(size: int, tiles: TileReader) -> bytes:
    """Root of the first `size` leaves, from the tiles on the right edge. Raises BadInput, TileMissing, BadTile."""
    check_size(size)
    return _range_hashes([(0, size)], tiles)[0] if size else EMPTY_ROOT


def check_size(size: int) -> None:
    """Raise BadInput unless a tree may have so many leaves."""
    if not is_count(size):
        raise BadInput("size", _shown(size), "must be a whole number from 0 to 2^64")


def _shown(value: object) -> str:
    return repr(value) if is_count(value) else f"a value of type {type(value).__name__}"


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Leaf ranges [start, end) whose roots are PATH(index, D[size]) of RFC 6962 section 2.1.1, leaf upwards."""
    ranges, start, end = [], 0, size
    while end - start > 1:
        split = start + _left_width(end - start)
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    return ranges[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """Leaf ranges whose roots are PROOF(old, D[new]) of RFC 6962 section 2.1.2, leaf upwards."""
    ranges, start, end, known = [], 0, new_size, True
    while old_size != end:
        split = start + _left_width(end - start)
        if old_size <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start, known = split, False
    if not known:
        ranges.append((start, end))
    return ranges[::-1]


def _left_width(width: int) -> int:
    """The largest power of two smaller than `width` (at least 2)."""
    return 1 << (width - 1).bit_length() - 1


def _range_hashes(ranges: Sequence[Range], tiles: TileReader) -> list[bytes]:
    parts = [complete_nodes(start, end) for start, end in ranges]
    hashes = iter(read_nodes([node for part in parts for node in part], tiles))
    results = []
    for part in parts:
        row = [next(hashes) for _ in part]
        total = row.pop()
        while row:
            total = node_hash(row.pop(), total)
        results.append(total)
    return results

"""The frontier of a growing RFC 6962 tree: what must be kept to append and to know the root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tartip.engines.errors import BadInput
from tartip.engines.merkle.hashing import EMPTY_ROOT, check_hashes, is_count, node_hash, parents


class Tree:
    """Append-only tree that keeps only the roots of its complete subtrees, at most one per height.

    A tree of n leaves has one such peak for each bit set in n; `peaks` lists them from the widest to the narrowest,
    which is what a sealer stores to go on later. Appending costs one node hash per leaf on average.
    """

    __slots__ = ("_by_height", "_size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Raises BadInput if the number of peaks is not the number of bits set in `size`."""
        if not is_count(size) or not isinstance(peaks, (list, tuple)) or size.bit_count() != len(peaks):
            where = f"size {size}" if is_count(size) else "size"
            raise BadInput("peaks", where, "must be one for each bit set in the size")
        check_hashes(peaks, "peaks")
        heights = [h for h in range(size.bit_length()) if size >> h & 1]
        self._size = size
        self._by_height = dict(zip(heights, reversed(peaks), strict=True))

    @property
    def size(self) -> int:
        return self._size

    @property
    def peaks(self) -> list[bytes]:
        return [self._by_height[h] for h in sorted(self._by_height, reverse=True)]

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash (32 bytes) and return its index."""
        index = self._size
        self.extend((leaf,))
        return index

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order, row by row, so that a batch costs little more than its hashes."""
        row = list(leaves)
        check_hashes(row, "leaves")
        size = self._size
        self._size += len(row)
        height = 0
        while row:
            if size >> height & 1:
                row.insert(0, self._by_height.pop(height))
            if len(row) & 1:
                self._by_height[height] = row[-1]
            row = parents(row)
            height += 1

    def root(self) -> bytes:
        """Merkle Tree Hash of all leaves so far; SHA-256 of nothing for the empty tree."""
        total: bytes | None = None
        for height in sorted(self._by_height):
            peak = self._by_height[height]
            total = peak if total is None else node_hash(peak, total)
        return EMPTY_ROOT if total is None else total

"""Deals reads into buckets by a hash of (plate, section): reads that may pair land together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing.groups import count_buckets, deal, list_rows
from tartip.engines.pairing.reads import Reads
from tartip.engines.pairing.room import room
from tartip.engines.pairing.threads import each

SMALL = 1 << 16  # below this many reads a second thread costs more than it brings


@dataclass(frozen=True, slots=True, eq=False)
class Dealt:
    """Reads bucket by bucket; `when` is 2 * time in ms + side, `row` names the read in results."""

    plate: npt.NDArray[np.int64]
    section: npt.NDArray[np.int32]
    when: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]

    @classmethod
    def empty(cls, n: int) -> Dealt:
        return cls(room(n, np.int64), room(n, np.int32), room(n, np.int64), room(n, np.int64))


class Deal:
    """Sorts out once which reads belong to which round, then deals them round by round into given memory.

    2^bits buckets by the bits of the hash after the first `skip`; the first `round_bits` of these name the round.
    Inside a bucket reads keep their order. Rows are named by `reads.row`, else counted from `first_row`.
    """

    def __init__(
        self, reads: Reads, bits: int, *, round_bits: int = 0, skip: int = 0, first_row: int = 0, threads: int = 2
    ) -> None:
        n, rounds = len(reads), 1 << round_bits
        parts = max(1, threads) if n >= SMALL else 1
        self._reads, self._bits, self._skip, self._first_row = reads, bits, skip, first_row
        edges = [n * t // parts for t in range(parts + 1)]
        counts = np.zeros((parts, 1 << bits), np.int32)

        def count(t: int) -> None:
            count_buckets(reads.plate, reads.section, edges[t], edges[t + 1], skip, bits, counts[t])

        each(count, range(parts))
        self._counts = counts.reshape(parts, rounds, -1)
        in_round = self._counts.sum(axis=2)
        ends = np.cumsum(in_round.T.reshape(-1)).reshape(rounds, parts).T  # round by round, inside it thread by thread
        self._first, self._last = ends - in_round, ends
        self.sizes = in_round.sum(axis=0)
        self._order = room(n if round_bits else 0, np.int32)

        def listing(t: int) -> None:
            places = self._first[t].astype(np.int32)
            list_rows(reads.plate, reads.section, edges[t], edges[t + 1], skip, round_bits, places, self._order)

        if round_bits:
            each(listing, range(parts))

    def into(self, to: Dealt, k: int) -> npt.NDArray[np.int32]:
        """Deal round k to the start of `to`; returns the bounds of its buckets there."""
        counts, reads = self._counts[:, k], self._reads
        row = np.empty(0, np.int64) if reads.row is None else reads.row
        ends = np.cumsum(counts.T.reshape(-1)).reshape(-1, len(counts)).T
        places = np.ascontiguousarray(ends - counts, dtype=np.int32)
        bounds = np.append(places[0], self.sizes[k]).astype(np.int32)

        def part(t: int) -> None:
            deal(
                reads.plate, reads.section, reads.at, reads.side, row, self._first_row, self._order,
                self._first[t, k], self._last[t, k], self._skip, self._bits, k * counts.shape[1],
                places[t], to.plate, to.section, to.when, to.row,
            )  # fmt: skip

        each(part, range(len(counts)))
        return bounds

"""Deals reads into buckets by a hash of (plate, section): reads that may pair land together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing.groups import count_buckets, deal
from tartip.engines.pairing.reads import Reads
from tartip.engines.pairing.threads import each

SMALL = 1 << 16  # below this many reads a second thread costs more than it brings


@dataclass(frozen=True, slots=True, eq=False)
class Dealt:
    """Reads bucket by bucket; `when` is 2 * time in ms + side, `row` names the read in results."""

    plate: npt.NDArray[np.int64]
    section: npt.NDArray[np.int32]
    when: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]


def deal_reads(
    reads: Reads, bits: int, *, skip: int = 0, first_row: int = 0, threads: int = 2
) -> tuple[Dealt, npt.NDArray[np.int32]]:
    """Returns the reads dealt into 2^bits buckets and their bounds; inside a bucket rows keep their order.

    Rows are named by `reads.row` where given, else counted from `first_row`.
    """
    n, buckets = len(reads), 1 << bits
    parts = max(1, threads) if n >= SMALL else 1
    edges = [n * k // parts for k in range(parts + 1)]
    given = np.empty(0, np.int64) if reads.row is None else reads.row
    out = Dealt(np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int64))
    counts = np.zeros((parts, buckets), np.int32)
    each(
        lambda t: count_buckets(reads.plate, reads.section, edges[t], edges[t + 1], skip, bits, counts[t]), range(parts)
    )
    ends = np.cumsum(counts.T.reshape(-1)).reshape(buckets, parts).T  # bucket by bucket, inside it thread by thread
    places = np.ascontiguousarray(ends - counts, dtype=np.int32)
    bounds = np.append(places[0], n).astype(np.int32)
    each(
        lambda t: deal(
            reads.plate, reads.section, reads.at, reads.side, given, first_row, edges[t], edges[t + 1], skip, bits,
            places[t], out.plate, out.section, out.when, out.row,
        ),
        range(parts),
    )  # fmt: skip
    return out, bounds

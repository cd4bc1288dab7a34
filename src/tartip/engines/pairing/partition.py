"""Partitions reads by a hash of the plate: reads that are judged together land in one part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing.buffers import buffer
from tartip.engines.pairing.groups import (
    RECORD,
    count_parts,
    count_records,
    find_unknown,
    partition_reads,
    partition_records,
)
from tartip.engines.pairing.reads import Reads
from tartip.engines.pairing.rule import Records, Rules
from tartip.engines.pairing.sections import UnknownSection
from tartip.engines.pairing.workers import run_all

SMALL = 1 << 16  # below this many reads a second thread costs more than it brings


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Records part by part; part b is bounds[b] to bounds[b + 1]. Inside a part reads keep their order."""

    records: Records
    bounds: npt.NDArray[np.int32]


def partition(reads: Reads, rules: Rules, bits: int, *, threads: int = 2, first_row: int = 0) -> Parts:
    """2^bits parts by the first bits of the hash. Raises UnknownSection, naming the row counted from `first_row`."""
    n = len(reads)
    workers = max(1, threads) if n >= SMALL else 1
    edges = [n * t // workers for t in range(workers + 1)]
    counts = np.zeros((workers, 1 << bits), np.int32)

    def count(t: int) -> int:
        count_parts(reads.plate, edges[t], edges[t + 1], bits, counts[t])
        return find_unknown(reads.section, edges[t], edges[t + 1], rules.ids, rules.by_id)

    for i in run_all(count, range(workers)):
        if i >= 0:
            raise UnknownSection(
                "section", f"row {first_row + i}", f"{reads.section[i]} is not among the described sections"
            )
    ends = np.cumsum(counts.T.reshape(-1)).reshape(-1, workers).T  # part by part, inside it worker by worker
    places = np.ascontiguousarray(ends - counts, dtype=np.int32)
    bounds = np.append(places[0], n).astype(np.int32)
    records = buffer(n, RECORD)

    def write(t: int) -> None:
        partition_reads(
            reads.plate, reads.section, reads.at, reads.side, edges[t], edges[t + 1],
            bits, rules.ids, rules.by_id, places[t], records,
        )  # fmt: skip

    run_all(write, range(workers))
    return Parts(records, bounds)


def partition_again(records: Records, bits: int, *, skip: int) -> Parts:
    """The same for records whose hashes agree in the first `skip` bits."""
    counts = np.zeros(1 << bits, np.int32)
    count_records(records, skip, bits, counts)
    bounds = np.append(0, np.cumsum(counts)).astype(np.int32)
    to = buffer(len(records), RECORD)
    partition_records(records, skip, bits, bounds[:-1].copy(), to)
    return Parts(to, bounds)

"""Pairing of a whole table held in memory."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput, expect
from tartip.engines.pairing.checks import is_whole
from tartip.engines.pairing.groups import judge_parts
from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.partition import Parts, partition
from tartip.engines.pairing.reads import Reads, reads_of
from tartip.engines.pairing.result import Pairs
from tartip.engines.pairing.rule import Rules
from tartip.engines.pairing.sections import Sections
from tartip.engines.pairing.tables import new_columns, to_tables
from tartip.engines.pairing.workers import run_all

if TYPE_CHECKING:
    import pyarrow as pa

PART = 1 << 14  # reads per part, at most about: records and working space stay in the second-level cache
MOST_THREADS = 256
NO_NAMES = np.empty(0, np.int64)


def pair_passes(
    passes: pa.Table, sections: Sections, params: PairingParams = PairingParams(), *, threads: int = 2
) -> Pairs:
    """Match entry and exit reads of one plate on one section.

    passes: columns plate (int64 packed), section (int32), at (timestamp[ms, UTC]), side (int8: 0 entry, 1 exit), in
    any order. Returns pairs (one-to-one, unambiguous) and suspects (everything else, with a reason); no read is in
    both. Same input, same output, on any number of threads; the order of rows in the two tables means nothing.
    `PASSES` is the schema: `table.cast(PASSES)` helps where Arrow guessed int64 or microseconds.
    Raises BadPasses (column, null, row) and UnknownSection.
    Method: hash grouping by plate, neighbours compared in time order; expected O(n).
    Reference implementation in tests/reference_pairing.py.
    """
    expect("sections", sections, Sections)
    if not is_whole(threads, 1, MOST_THREADS):
        raise BadInput("threads", threads, f"must be a whole number from 1 to {MOST_THREADS}")
    return pair_reads(reads_of(passes), Rules.of(sections, params), threads=threads)


def pair_reads(reads: Reads, rules: Rules, *, threads: int = 2) -> Pairs:
    """The same on checked columns."""
    return judge_all(partition(reads, rules, parts_for(len(reads)), threads=threads), NO_NAMES, rules, threads=threads)


def parts_for(n: int) -> int:
    """The number of bits of the hash that make parts of the right size."""
    return max(1, (n // PART).bit_length())


def judge_all(parts: Parts, names: npt.NDArray[np.int64], rules: Rules, *, threads: int) -> Pairs:
    """Judge all parts; row i is called names[i], or i if `names` is empty."""
    import pyarrow as pa

    def judge(share: tuple[int, int]) -> Pairs:
        most = int(parts.bounds[share[1]] - parts.bounds[share[0]])
        columns = new_columns(most // 2, most)
        p, s = judge_parts(parts.records, parts.bounds, share[0], share[1], names, rules, columns)
        return to_tables(columns, p, s)

    found = run_all(judge, _shares(parts.bounds, threads))
    return Pairs(pa.concat_tables([one.pairs for one in found]), pa.concat_tables([one.suspects for one in found]))


def _shares(bounds: npt.NDArray[np.int32], threads: int) -> list[tuple[int, int]]:
    """Ranges of parts of about equally many reads each."""
    n, workers = int(bounds[-1]), max(1, threads)
    edges = [int(np.searchsorted(bounds[:-1], n * k // workers)) for k in range(workers)] + [len(bounds) - 1]
    return list(pairwise(edges))

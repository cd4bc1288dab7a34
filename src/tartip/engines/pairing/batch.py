"""Pairing of a whole table held in memory."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing.deal import Deal, Dealt
from tartip.engines.pairing.groups import NO_SECTION, judge_buckets
from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.reads import Reads, reads_of
from tartip.engines.pairing.result import PAIRS, SUSPECTS, Pairs
from tartip.engines.pairing.room import room
from tartip.engines.pairing.rule import Rules
from tartip.engines.pairing.sections import Sections, UnknownSection
from tartip.engines.pairing.tables import columns, count_suspects, table, write_verdicts
from tartip.engines.pairing.threads import each

if TYPE_CHECKING:
    import pyarrow as pa

BUCKET = 1 << 14  # reads per bucket: its working space stays in the second-level cache
ROUND = 1 << 22  # reads per round, at most about


def pair_passes(
    passes: pa.Table, sections: Sections, params: PairingParams = PairingParams(), *, threads: int = 2
) -> Pairs:
    """Match entry and exit reads of one plate on one section.

    passes: columns plate (int64 packed), section (int32), at (timestamp[ms, UTC]), side (int8: 0 entry, 1 exit), in
    any order. Returns pairs (one-to-one, unambiguous) and suspects (everything else, with a reason); no read is in
    both. Same input, same output, on any number of threads; the order of rows in the two tables means nothing.
    Raises BadPasses (column, null, row) and UnknownSection.
    Method: hash grouping of (plate, section), neighbours compared in time order; expected O(n).
    Reference implementation in tests/reference_pairing.py.
    """
    return pair_reads(reads_of(passes), Rules.of(sections, params), threads=threads)


def pair_reads(reads: Reads, rules: Rules, *, skip: int = 0, threads: int = 2) -> Pairs:
    """The same on checked columns. `skip`: leading bits of the hash that are equal in all these reads.

    Large tables go in rounds through the same memory: fresh pages cost more than a second look at the hashes.
    """
    import pyarrow as pa

    n = len(reads)
    round_bits = (n // ROUND).bit_length()
    bits = round_bits + 1 + (n // BUCKET >> round_bits).bit_length()
    deal = Deal(reads, bits, round_bits=round_bits, skip=skip, threads=threads)
    most = int(deal.sizes.max())
    dealt, reason = Dealt.empty(most), room(most, np.uint8)
    found = []
    for k in range(1 << round_bits):
        bounds = deal.into(dealt, k)
        found.append(_judge(dealt, bounds, reason, rules, threads))
    return Pairs(pa.concat_tables([one.pairs for one in found]), pa.concat_tables([one.suspects for one in found]))


def _judge(
    dealt: Dealt, bounds: npt.NDArray[np.int32], reason: npt.NDArray[np.uint8], rules: Rules, threads: int
) -> Pairs:
    def judge(share: tuple[int, int]) -> tuple[int, int, int]:
        first, last = int(bounds[share[0]]), int(bounds[share[1]])
        judge_buckets(
            dealt.plate, dealt.section, dealt.when, dealt.row, bounds, share[0], share[1],
            rules.times, rules.road, rules.lost, rules.by_id, reason,
        )  # fmt: skip
        return first, last, count_suspects(reason, first, last)

    judged = each(judge, _shares(bounds, threads))
    _refuse_unknown(dealt, reason[: bounds[-1]])
    return _tables(dealt, reason, judged, rules)


def _tables(dealt: Dealt, reason: npt.NDArray[np.uint8], judged: list[tuple[int, int, int]], rules: Rules) -> Pairs:
    suspects_in = [count for _, _, count in judged]
    pairs_in = [(last - first - count) // 2 for first, last, count in judged]
    pairs, suspects = columns(PAIRS, sum(pairs_in)), columns(SUSPECTS, sum(suspects_in))

    def write(t: int) -> None:
        write_verdicts(
            dealt.plate, dealt.section, dealt.when, dealt.row, reason, rules.road, rules.by_id, rules.bands,
            judged[t][0], judged[t][1], sum(pairs_in[:t]), sum(suspects_in[:t]), pairs, suspects,
        )  # fmt: skip

    each(write, range(len(judged)))
    return Pairs(table(PAIRS, pairs), table(SUSPECTS, suspects))


def _refuse_unknown(dealt: Dealt, reason: npt.NDArray[np.uint8]) -> None:
    unknown: npt.NDArray[Any] = np.flatnonzero(reason == NO_SECTION)
    if len(unknown):
        i = unknown[np.argmin(dealt.row[unknown])]
        raise UnknownSection(
            "section", f"row {dealt.row[i]}", f"{dealt.section[i]} is not among the described sections"
        )


def _shares(bounds: npt.NDArray[np.int32], threads: int) -> list[tuple[int, int]]:
    """Bucket ranges of about equally many reads each."""
    n, parts = int(bounds[-1]), max(1, threads)
    edges = [int(np.searchsorted(bounds[:-1], n * k // parts)) for k in range(parts)] + [len(bounds) - 1]
    return list(pairwise(edges))

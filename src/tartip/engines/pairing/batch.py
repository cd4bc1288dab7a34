"""Pairing of a whole table held in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing.groups import NO_SECTION, count_buckets, deal, judge_buckets
from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.reads import Reads, reads_of
from tartip.engines.pairing.result import PAIRS, SUSPECTS, Pairs
from tartip.engines.pairing.rule import Rules
from tartip.engines.pairing.sections import Sections, UnknownSection
from tartip.engines.pairing.tables import columns, count_suspects, table, write_verdicts

if TYPE_CHECKING:
    import pyarrow as pa

BUCKET = 1 << 14  # reads per bucket: its working space stays in the second-level cache
SMALL = 1 << 16  # below this many reads a second thread costs more than it brings

Span = tuple[int, int]
R = TypeVar("R")


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


def pair_reads(reads: Reads, rules: Rules, *, row: npt.NDArray[np.int64] | None = None, threads: int = 2) -> Pairs:
    """The same on checked columns; `row` names the reads in results (default 0, 1, 2 …)."""
    n = len(reads)
    plate, section, when = np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int64)
    names: npt.NDArray[Any] = np.empty(n, np.int32 if row is None else np.int64)
    given = np.empty(0, np.int64) if row is None else row
    bits = max(1, (n // BUCKET).bit_length())
    shift, buckets = 64 - bits, 1 << bits
    spans = _spans(n, threads)

    counts = np.zeros((len(spans), buckets), np.int32)
    _each(
        lambda t: count_buckets(reads.plate, reads.section, spans[t][0], spans[t][1], shift, counts[t]),
        range(len(spans)),
    )
    ends = np.cumsum(counts.T.reshape(-1)).reshape(buckets, -1).T  # bucket by bucket, inside by thread
    places = np.ascontiguousarray(ends - counts, dtype=np.int32)
    bounds = np.append(places[0], n).astype(np.int32)
    _each(
        lambda t: deal(
            reads.plate, reads.section, reads.at, reads.side, given, spans[t][0], spans[t][1], shift, places[t],
            plate, section, when, names,
        ),
        range(len(spans)),
    )  # fmt: skip

    reason = np.empty(n, np.uint8)
    shares = _shares(bounds, len(spans))
    _each(
        lambda share: judge_buckets(
            plate,
            section,
            when,
            names,
            bounds,
            share[0],
            share[1],
            rules.times,
            rules.road,
            rules.lost,
            rules.by_id,
            reason,
        ),
        shares,
    )
    spans = [(int(bounds[a]), int(bounds[b])) for a, b in shares]
    suspects_in = np.array(_each(lambda span: count_suspects(reason, span[0], span[1]), spans))
    if n and (reason == NO_SECTION).any():
        i = min(np.flatnonzero(reason == NO_SECTION), key=lambda i: int(names[i]))
        raise UnknownSection("section", f"row {names[i]}", f"{section[i]} is not among the described sections")

    pairs_in = (np.array([b - a for a, b in spans]) - suspects_in) // 2
    pairs, suspects = columns(PAIRS, int(pairs_in.sum())), columns(SUSPECTS, int(suspects_in.sum()))
    from_pair, from_suspect = np.cumsum(pairs_in) - pairs_in, np.cumsum(suspects_in) - suspects_in
    _each(
        lambda t: write_verdicts(
            plate, section, when, names, reason, rules.road, rules.by_id, rules.bands,
            spans[t][0], spans[t][1], from_pair[t], from_suspect[t], pairs, suspects,
        ),
        range(len(spans)),
    )  # fmt: skip
    return Pairs(table(PAIRS, pairs), table(SUSPECTS, suspects))


def _spans(n: int, threads: int) -> list[Span]:
    parts = max(1, threads) if n >= SMALL else 1
    edges = [n * k // parts for k in range(parts + 1)]
    return list(pairwise(edges))


def _shares(bounds: npt.NDArray[np.int32], parts: int) -> list[Span]:
    """Bucket ranges of about equally many reads each."""
    n = int(bounds[-1])
    edges = [int(np.searchsorted(bounds[:-1], n * k // parts)) for k in range(parts)] + [len(bounds) - 1]
    return list(pairwise(edges))


def _each(work: Callable[[Any], R], parts: Sequence[Any]) -> list[R]:
    """Run `work` on every part, in threads if there are several; the compiled functions release the lock."""
    if len(parts) == 1:
        return [work(parts[0])]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(work, parts))

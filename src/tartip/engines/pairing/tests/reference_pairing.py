"""The pairing rule as one would explain it at a table: slow, with fractions, every read against every other."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from tartip.engines.pairing import PairingParams, Sections


class Read(NamedTuple):
    plate: int
    section: int
    at: int  # ms since 1970
    side: int  # 0 entry, 1 exit


class Verdicts(NamedTuple):
    pairs: dict[tuple[int, int], tuple[int, int]]  # (entry row, exit row) -> (metres per hour, band)
    suspects: dict[int, str]  # row -> reason


def reference(reads: list[Read], sections: Sections, params: PairingParams) -> Verdicts:
    pairs, suspects = {}, {}
    kept = [i for i, read in enumerate(reads) if read not in reads[:i]]
    for i in set(range(len(reads))) - set(kept):
        suspects[i] = "duplicate"
    alone, gap = params.alone_within / timedelta(milliseconds=1), params.max_gap / timedelta(milliseconds=1)

    def same_place(i: int) -> list[int]:
        return [j for j in kept if reads[j][:2] == reads[i][:2]]

    def next_read(i: int) -> int | None:
        rest = [j for j in same_place(i) if reads[j][2:] > reads[i][2:]]
        return min(rest, key=lambda j: reads[j][2:], default=None)

    candidates = {}
    for i in kept:
        j = next_read(i)
        if j is not None and (reads[i].side, reads[j].side) == (0, 1) and reads[j].at - reads[i].at <= gap:
            candidates[i] = j
    for i, j in candidates.items():
        entry, exit_ = reads[i], reads[j]
        others = [reads[k].at for k in same_place(i) if k not in (i, j)]
        section = sections[entry.section]
        longest = exit_.at - entry.at + section.clock_ms + 1
        kmh = Fraction((section.length_mm - section.tolerance_mm) * 3600, 1000 * longest)
        if any(entry.at - alone <= at <= exit_.at + alone for at in others):
            reason = "crowded"
        elif exit_.at <= entry.at or kmh > params.max_kmh:
            reason = "impossible"
        elif not certified(entry.at, section) or not certified(exit_.at, section):
            reason = "not_certified"
        elif lost(entry.at, section) or lost(exit_.at, section):
            reason = "clock_lost"
        else:
            over = kmh - section.limit_kmh
            pairs[i, j] = int(kmh * 1000), sum(over > edge for edge in params.bands_kmh)
            continue
        suspects[i] = suspects[j] = reason
    for i in set(kept) - set(candidates) - set(candidates.values()):
        near = any(abs(reads[k].at - reads[i].at) <= alone for k in same_place(i) if k != i)
        suspects[i] = "crowded" if near else ("no_entry" if reads[i].side else "no_exit")
    return Verdicts(pairs, suspects)


def certified(at, section):
    start, end = section.certified_from, section.certified_until
    return (start is None or at >= start.timestamp() * 1000) and (end is None or at < end.timestamp() * 1000)


def lost(at, section):
    return any(start.timestamp() * 1000 <= at < end.timestamp() * 1000 for start, end in section.clock_lost)

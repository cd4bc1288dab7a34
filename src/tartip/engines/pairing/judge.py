"""Judges all reads of one plate at once. Batch, Parquet and stream call `judge_plate`, and nothing else decides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import (
    CHANGE_END,
    CHANGE_FIRST,
    CLOCK_LOST,
    CLOCK_MS,
    CUT_MS,
    ID,
    IMPOSSIBLE,
    LIMIT,
    LOST_END,
    LOST_FIRST,
    LOW_MM,
    NONE,
    PAIRED,
    VALID_FROM,
    VALID_UNTIL,
    Codes,
    Ints,
    Limits,
    Rules,
    Small,
    find_band,
    highest_limit,
    is_candidate,
    is_impossible_journey,
    is_lost,
    judge_lone,
    judge_pair,
)

DUPLICATE = int(Reason.DUPLICATE)
ELSEWHERE = int(Reason.ELSEWHERE)
FEW = 48  # more reads than this are sorted by merging instead of insertion
ABSENT = -1
LONE, DRIVES = 0, 1  # kinds of impossible journeys


class PlateReads(NamedTuple):
    """The reads of one plate and their verdicts; larger than needed and used again for the next plate."""

    when: Ints  # 2 * time in ms + side: one number that orders reads
    k: Small  # row of the section in `Rules.road`
    row: Ints  # names the read
    node: Small  # stream only: where the read is held
    reason: Codes
    partner: Small  # the other read of the candidate, or ABSENT
    before: Small  # the read before it on its section, or ABSENT
    after: Small  # the read after it on its section, or ABSENT
    last: Small  # by section: the newest read so far; ABSENT between plates
    journey_from: Ints  # (2, n) by kind: when the impossible journeys began
    journey_to: Ints  # (2, n) and ended


class Columns(NamedTuple):
    """The columns of the two result tables, filled from `PAIRS` and `SUSPECTS` in result.py."""

    pair_plate: Ints
    pair_section: Small
    entry: Ints
    exit: Ints
    entered_at: Ints
    exited_at: Ints
    speed: Small
    band: npt.NDArray[np.int8]
    read: Ints
    plate: Ints
    section: Small
    at: Ints
    side: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int8]


@njit(cache=True, nogil=True)
def make_room(n: int, sections: int) -> PlateReads:
    return PlateReads(
        np.empty(n, np.int64),
        np.empty(n, np.int32),
        np.empty(n, np.int64),
        np.empty(n, np.int32),
        np.empty(n, np.uint8),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.full(sections, ABSENT, np.int32),
        np.empty((2, n), np.int64),
        np.empty((2, n), np.int64),
    )


@njit(cache=True, nogil=True)
def sort_reads(reads: PlateReads, m: int) -> None:
    """Order the first m reads by time, side and section; equal ones keep their order."""
    when, k, row = reads.when, reads.k, reads.row
    if m > FEW:
        order = np.argsort(k[:m], kind="mergesort")
        order = order[np.argsort(when[:m][order], kind="mergesort")]
        when[:m], k[:m], row[:m] = when[:m][order], k[:m][order], row[:m][order]
        return
    for i in range(1, m):
        w, s, r = when[i], k[i], row[i]
        j = i
        while j > 0 and (when[j - 1] > w or (when[j - 1] == w and k[j - 1] > s)):
            when[j], k[j], row[j] = when[j - 1], k[j - 1], row[j - 1]
            j -= 1
        when[j], k[j], row[j] = w, s, r


@njit(cache=True, nogil=True)
def judge_plate(reads: PlateReads, m: int, rules: Rules) -> None:
    """Give each of the first m reads its reason and its partner; they are ordered as by `sort_reads`."""
    when, k, reason, partner = reads.when, reads.k, reads.reason, reads.partner
    before, after, last, road, limits = reads.before, reads.after, reads.last, rules.road, rules.limits

    # 1. Link every read to its neighbours on the same section; of equal reads only the first counts.
    for i in range(m):
        j = last[k[i]]
        reason[i], partner[i], before[i], after[i] = PAIRED, ABSENT, j, ABSENT
        if j != ABSENT and when[j] == when[i]:
            reason[i] = DUPLICATE
            continue
        if j != ABSENT:
            after[j] = i
            if is_candidate(when[j] & 1, when[j] >> 1, when[i] & 1, when[i] >> 1, limits.max_gap):
                partner[i], partner[j] = j, i
        last[k[i]] = i
    for i in range(m):
        last[k[i]] = ABSENT

    # 2. Judge candidates and lone reads by what happened on their section.
    for i in range(m):
        if reason[i] == DUPLICATE:
            continue
        at, side, j = when[i] >> 1, when[i] & 1, partner[i]
        earlier = when[before[i]] >> 1 if before[i] != ABSENT else NONE
        if j == ABSENT:
            later = when[after[i]] >> 1 if after[i] != ABSENT else NONE
            reason[i] = judge_lone(earlier, at, later, side, limits.alone)
        elif side == 0:
            exited, own = when[j] >> 1, road[k[i]]
            later = when[after[j]] >> 1 if after[j] != ABSENT else NONE
            verdict = judge_pair(
                earlier, at, exited, later, limits.alone, limits.max_kmh,
                own[LOW_MM], own[CLOCK_MS], own[VALID_FROM], own[VALID_UNTIL],
            )  # fmt: skip
            if verdict == PAIRED and own[LOST_FIRST] < own[LOST_END]:
                first, end = own[LOST_FIRST], own[LOST_END]
                if is_lost(at, first, end, rules.lost) or is_lost(exited, first, end, rules.lost):
                    verdict = CLOCK_LOST
            reason[i] = reason[j] = verdict

    # 3. Pairs near an impossible journey may be another car's.
    if m > 2:
        lone, drives = find_journeys(reads, m, rules)
        if lone + drives > 0:
            spoil_pairs(reads, m, lone, drives, limits)


@njit(cache=True, nogil=True)
def find_journeys(reads: PlateReads, m: int, rules: Rules) -> tuple[int, int]:
    """List the impossible journeys between reads that follow each other; returns how many of either kind.

    DRIVES: both ends belong to candidates, so two drives seen at both ends exclude each other. LONE: any other; one
    misread sign is enough for it. Only neighbours in time are compared: if a journey over a third read is impossible,
    one of its two parts is, too. Reads of devices without a place or without proven time are passed over.
    """
    when, k, partner, limits = reads.when, reads.k, reads.partner, rules.limits
    lone = drives = 0
    i = ABSENT
    for j in range(m):
        side, own = when[j] & 1, rules.road[k[j]]
        if reads.reason[j] == DUPLICATE or rules.places[k[j], side, 0] == 0:
            continue
        if own[LOST_FIRST] < own[LOST_END] and is_lost(when[j] >> 1, own[LOST_FIRST], own[LOST_END], rules.lost):
            continue
        if i != ABSENT:
            begin, end = when[i] >> 1, when[j] >> 1
            # a candidate's own way has its certified length, and `max_kmh` judges it
            own_way = partner[i] == j and reads.reason[i] != IMPOSSIBLE
            if not own_way and end - begin <= limits.journey:
                high_ms = end - begin + rules.road[k[i], CLOCK_MS] + own[CLOCK_MS] + CUT_MS
                one, two = rules.places[k[i], when[i] & 1], rules.places[k[j], side]
                if is_impossible_journey(one, two, high_ms, limits.journey_kmh, limits.place_error_m):
                    if partner[i] != ABSENT and partner[j] != ABSENT and partner[i] != j:
                        reads.journey_from[DRIVES, drives], reads.journey_to[DRIVES, drives] = begin, end
                        drives += 1
                    else:
                        reads.journey_from[LONE, lone], reads.journey_to[LONE, lone] = begin, end
                        lone += 1
        i = j
    return lone, drives


@njit(cache=True, nogil=True)
def spoil_pairs(reads: PlateReads, m: int, lone: int, drives: int, limits: Limits) -> None:
    """Make pairs near impossible journeys suspects.

    A LONE journey spoils the pairs within `alone`. One of kind DRIVES, or two LONE ones without a common read, show
    that a second car carries the plate: they spoil the pairs within `copied`.
    """
    for i in range(m):
        if reads.reason[i] != PAIRED or reads.when[i] & 1 == 1:
            continue
        j = reads.partner[i]
        entered, exited = reads.when[i] >> 1, reads.when[j] >> 1
        begins, ends = reads.journey_from[LONE, :lone], reads.journey_to[LONE, :lone]
        first, end = find_near(begins, ends, entered - limits.alone, exited + limits.alone)
        spoiled = first < end
        if not spoiled:
            first, end = find_near(begins, ends, entered - limits.copied, exited + limits.copied)
            spoiled = first < end and begins[end - 1] > ends[first]
        if not spoiled:
            begins, ends = reads.journey_from[DRIVES, :drives], reads.journey_to[DRIVES, :drives]
            first, end = find_near(begins, ends, entered - limits.copied, exited + limits.copied)
            spoiled = first < end
        if spoiled:
            reads.reason[i] = reads.reason[j] = ELSEWHERE


@njit(cache=True, nogil=True)
def find_near(begins: Ints, ends: Ints, since: int, until: int) -> tuple[int, int]:
    """The range of journeys that touch [since, until]; journeys follow each other, so both columns ascend."""
    return int(np.searchsorted(ends, since, side="left")), int(np.searchsorted(begins, until, side="right"))


@njit(cache=True, nogil=True)
def write_pair(to: Columns, p: int, plate: int, reads: PlateReads, i: int, rules: Rules) -> None:
    """Write the pair of the entry i and its partner as row p."""
    j = reads.partner[i]
    own, entered, exited = rules.road[reads.k[i]], reads.when[i] >> 1, reads.when[j] >> 1
    high_ms = exited - entered + own[CLOCK_MS] + CUT_MS
    limit = own[LIMIT]
    if own[CHANGE_FIRST] < own[CHANGE_END]:
        limit = highest_limit(limit, entered, exited, own[CHANGE_FIRST], own[CHANGE_END], rules.changes)
    to.pair_plate[p], to.pair_section[p] = plate, own[ID]
    to.entry[p], to.exit[p] = reads.row[i], reads.row[j]
    to.entered_at[p], to.exited_at[p] = entered, exited
    to.speed[p] = own[LOW_MM] * 3600 // high_ms
    to.band[p] = find_band(own[LOW_MM], high_ms, limit, rules.bands)


@njit(cache=True, nogil=True)
def write_suspect(to: Columns, s: int, plate: int, section: int, when: int, row: int, reason: int) -> None:
    """Write one read as row s of the suspects."""
    to.read[s], to.plate[s], to.section[s] = row, plate, section
    to.at[s], to.side[s], to.reason[s] = when >> 1, when & 1, reason

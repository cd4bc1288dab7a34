"""Judges all reads of one plate at once. Batch, Parquet and stream call `judge_plate`, and nothing else decides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import (
    CLOCK_LOST,
    CUT_MS,
    IMPOSSIBLE,
    NONE,
    PAIRED,
    Limits,
    Records,
    Rules,
    Small,
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


READ = np.dtype(
    [
        ("when", np.int64),  # 2 * time in ms + side: one number that orders reads
        ("row", np.int64),  # names the read
        ("k", np.int32),  # row of the section in `Rules.road`
        ("node", np.int32),  # stream only: where the read is held
        ("partner", np.int32),  # the other read of the candidate, or ABSENT
        ("before", np.int32),  # the read before it on its section, or ABSENT
        ("after", np.int32),  # the read after it on its section, or ABSENT
        ("reason", np.int32),
    ]
)
JOURNEY = np.dtype([("begin", np.int64), ("end", np.int64)])


class Workspace(NamedTuple):
    """The reads of one plate and what is found out about them; used again for the next plate."""

    reads: Records  # of READ
    last: Small  # by section: the newest read so far; ABSENT between plates
    lone: Records  # of JOURNEY
    drives: Records  # of JOURNEY


@njit(cache=True, nogil=True)
def make_workspace(n: int, sections: int) -> Workspace:
    """Room for n reads of one plate."""
    last = np.full(sections, ABSENT, np.int32)
    return Workspace(np.empty(n, READ), last, np.empty(n, JOURNEY), np.empty(n, JOURNEY))


@njit(cache=True, nogil=True)
def sort_reads(reads: Records, m: int) -> None:
    """Order the first m reads by time, side and section; equal ones keep their order."""
    if m > FEW:
        when, k, row = np.empty(m, np.int64), np.empty(m, np.int32), np.empty(m, np.int64)
        for i in range(m):
            when[i], k[i], row[i] = reads[i].when, reads[i].k, reads[i].row
        order = np.argsort(k, kind="mergesort")
        order = order[np.argsort(when[order], kind="mergesort")]
        for i in range(m):
            reads[i].when, reads[i].k, reads[i].row = when[order[i]], k[order[i]], row[order[i]]
        return
    for i in range(1, m):
        w, s, r = reads[i].when, reads[i].k, reads[i].row
        j = i
        while j > 0 and (reads[j - 1].when > w or (reads[j - 1].when == w and reads[j - 1].k > s)):
            reads[j].when, reads[j].k, reads[j].row = reads[j - 1].when, reads[j - 1].k, reads[j - 1].row
            j -= 1
        reads[j].when, reads[j].k, reads[j].row = w, s, r


@njit(cache=True, nogil=True)
def judge_plate(space: Workspace, m: int, rules: Rules) -> None:
    """Give each of the first m reads its reason and its partner; they are ordered as by `sort_reads`."""
    # Arrays are taken out of the tuples once: every look-up in a loop would count a reference.
    reads, last, road, lost, limits = space.reads, space.last, rules.road, rules.lost, rules.limits

    # 1. Link every read to its neighbours on the same section; of equal reads only the first counts.
    for i in range(m):
        read = reads[i]
        j = last[read.k]
        read.reason, read.partner, read.before, read.after = PAIRED, ABSENT, j, ABSENT
        if j != ABSENT:
            other = reads[j]
            if other.when == read.when:
                read.reason = DUPLICATE
                continue
            other.after = i
            if is_candidate(other.when & 1, other.when >> 1, read.when & 1, read.when >> 1, limits.max_gap):
                read.partner, other.partner = j, i
        last[read.k] = i
    for i in range(m):
        last[reads[i].k] = ABSENT

    # 2. Judge candidates and lone reads by what happened on their section.
    for i in range(m):
        read = reads[i]
        if read.reason == DUPLICATE:
            continue
        at, side, j = read.when >> 1, read.when & 1, read.partner
        earlier = reads[read.before].when >> 1 if read.before != ABSENT else NONE
        if j == ABSENT:
            later = reads[read.after].when >> 1 if read.after != ABSENT else NONE
            read.reason = judge_lone(earlier, at, later, side, limits.alone)
        elif side == 0:
            own, exit_ = road[read.k], reads[j]
            exited = exit_.when >> 1
            later = reads[exit_.after].when >> 1 if exit_.after != ABSENT else NONE
            verdict = judge_pair(
                earlier, at, exited, later, limits.alone, limits.max_kmh,
                own.low_mm, own.clock_ms, own.valid_from, own.valid_until,
            )  # fmt: skip
            if verdict == PAIRED and own.lost_first < own.lost_end:
                first, end = own.lost_first, own.lost_end
                if is_lost(at, first, end, lost) or is_lost(exited, first, end, lost):
                    verdict = CLOCK_LOST
            read.reason = exit_.reason = verdict

    # 3. Pairs near an impossible journey may be another car's.
    if m > 2:
        lone, drives = find_journeys(space, m, rules)
        if lone + drives > 0:
            spoil_pairs(reads, m, space.lone[:lone], space.drives[:drives], limits)


@njit(cache=True, nogil=True)
def find_journeys(space: Workspace, m: int, rules: Rules) -> tuple[int, int]:
    """List the impossible journeys between reads that follow each other; returns how many of either kind.

    drives: both ends belong to candidates, so two drives seen at both ends exclude each other. lone: any other; one
    misread sign is enough for it. Only neighbours in time are compared: if a journey over a third read is impossible,
    one of its two parts is, too. Reads of devices without a place or without proven time are passed over.
    """
    reads, lone_to, drives_to, limits = space.reads, space.lone, space.drives, rules.limits
    road, devices, lost = rules.road, rules.devices, rules.lost
    lone = drives = 0
    i = ABSENT
    for j in range(m):
        two = reads[j]
        own, there = road[two.k], devices[2 * two.k + (two.when & 1)]
        if two.reason == DUPLICATE or there.known == 0:
            continue
        if own.lost_first < own.lost_end and is_lost(two.when >> 1, own.lost_first, own.lost_end, lost):
            continue
        if i != ABSENT:
            one = reads[i]
            begin, end = one.when >> 1, two.when >> 1
            # a candidate's own way has its certified length, and `max_kmh` judges it
            own_way = one.partner == j and one.reason != IMPOSSIBLE
            if not own_way and end - begin <= limits.journey:
                high_ms = end - begin + road[one.k].clock_ms + own.clock_ms + CUT_MS
                here = devices[2 * one.k + (one.when & 1)]
                if is_impossible_journey(here, there, high_ms, limits.journey_kmh, limits.place_error_m):
                    if one.partner != ABSENT and two.partner != ABSENT and one.partner != j:
                        drives_to[drives].begin, drives_to[drives].end = begin, end
                        drives += 1
                    else:
                        lone_to[lone].begin, lone_to[lone].end = begin, end
                        lone += 1
        i = j
    return lone, drives


@njit(cache=True, nogil=True)
def spoil_pairs(reads: Records, m: int, lone: Records, drives: Records, limits: Limits) -> None:
    """Make pairs near impossible journeys suspects.

    A lone journey spoils the pairs within `alone`. One between drives, or two lone ones without a common read, show
    that a second car carries the plate: they spoil the pairs within `copied`.
    """
    for i in range(m):
        if reads[i].reason != PAIRED or reads[i].when & 1 == 1:
            continue
        j = reads[i].partner
        entered, exited = reads[i].when >> 1, reads[j].when >> 1
        first, end = find_near(lone, entered - limits.alone, exited + limits.alone)
        spoiled = first < end
        if not spoiled:
            first, end = find_near(lone, entered - limits.copied, exited + limits.copied)
            spoiled = first < end and lone[end - 1].begin > lone[first].end
        if not spoiled:
            first, end = find_near(drives, entered - limits.copied, exited + limits.copied)
            spoiled = first < end
        if spoiled:
            reads[i].reason = reads[j].reason = ELSEWHERE


@njit(cache=True, nogil=True)
def find_near(journeys: Records, since: int, until: int) -> tuple[int, int]:
    """The range of journeys that touch [since, until]; journeys follow each other, so both their ends ascend."""
    low, high = 0, len(journeys)
    while low < high:
        middle = (low + high) // 2
        if journeys[middle].end < since:
            low = middle + 1
        else:
            high = middle
    first, high = low, len(journeys)
    while low < high:
        middle = (low + high) // 2
        if journeys[middle].begin <= until:
            low = middle + 1
        else:
            high = middle
    return first, low

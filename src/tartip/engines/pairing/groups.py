"""Compiled core of the batch: bring the reads of one plate on one section together, order them, judge them.

Reads are dealt into buckets by a hash of (plate, section), each bucket small enough for the processor's cache; inside
a bucket an exact hash table forms the groups, and each group is sorted by (time, side, row). No key is shortened, so
any 64-bit plate code works; expected time O(n). After judging, the dealt columns stand group by group in time order:
the exit of a pair is the row after its entry. The functions release the interpreter lock, so that several threads may
each take a share of the buckets.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.hashing import mix_pair
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import (
    ALONE,
    CLOCK_MS,
    LOST_END,
    LOST_FIRST,
    LOW_MM,
    MAX_GAP,
    MAX_KMH,
    NONE,
    PAIRED,
    VALID_FROM,
    VALID_UNTIL,
    Ints,
    index_of,
    is_candidate,
    judge_clocks,
    judge_lone,
    judge_pair,
)

DUPLICATE = int(Reason.DUPLICATE)
NO_SECTION = int(Reason.NO_SECTION)
MANY = 48  # a group above this size is sorted by merging instead of insertion

Small = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint8]


@njit(cache=True, nogil=True)
def count_buckets(plate: Ints, section: Small, first: int, last: int, skip: int, bits: int, counts: Small) -> None:
    """Add to counts[b] the rows of [first, last) in bucket b: the `bits` bits of the hash after the first `skip`."""
    left, right = np.uint64(skip), np.uint64(64 - bits)
    for i in range(first, last):
        counts[(mix_pair(plate[i], section[i]) << left) >> right] += 1


@njit(cache=True, nogil=True)
def list_rows(
    plate: Ints, section: Small, first: int, last: int, skip: int, bits: int, places: Small, order: Small
) -> None:  # fmt: skip
    """Write the row numbers [first, last) to their places by bucket; places[b] is the next free place and moves on."""
    left, right = np.uint64(skip), np.uint64(64 - bits)
    for i in range(first, last):
        b = (mix_pair(plate[i], section[i]) << left) >> right
        order[places[b]] = i
        places[b] += 1


@njit(cache=True, nogil=True)
def deal(
    plate: Ints,
    section: Small,
    at: Ints,
    side: npt.NDArray[np.int8],
    row: Ints,
    first_row: int,
    order: Small,
    first: int,
    last: int,
    skip: int,
    bits: int,
    lowest: int,
    places: Small,
    plate_to: Ints,
    section_to: Small,
    when_to: Ints,
    row_to: Ints,
) -> None:
    """Write the rows order[first:last] (or, without an order, first to last) to their buckets.

    places[b - lowest] is the next free place of bucket b and moves on. `when` is 2 * time + side: one number that
    orders reads. An empty `row` counts from `first_row`.
    """
    named, listed = len(row) > 0, len(order) > 0
    left, right = np.uint64(skip), np.uint64(64 - bits)
    for j in range(first, last):
        i = np.int64(order[j]) if listed else j
        b = np.int64((mix_pair(plate[i], section[i]) << left) >> right) - lowest
        to = places[b]
        places[b] = to + 1
        plate_to[to] = plate[i]
        section_to[to] = section[i]
        when_to[to] = 2 * at[i] + side[i]
        row_to[to] = row[i] if named else first_row + i


@njit(cache=True, nogil=True)
def form_groups(
    plate: Ints, section: Small, when: Ints, row: Ints, low: int, n: int,
    table: Small, group_of: Small, starts: Small, keep: Ints,
) -> int:  # fmt: skip
    """Bring equal (plate, section) of the bucket [low, low + n) together, in place and stable.

    Returns the number of groups; starts[g] is the offset of group g, starts[groups] is n. The rest is working space:
    table (a power of two, at least 2 n), group_of (n), keep (4 n).
    """
    mask = np.uint64(1)
    while mask < 2 * n:
        mask = mask * np.uint64(2)
    mask -= np.uint64(1)
    table[: mask + np.uint64(1)] = -1
    keep_plate, keep_section, keep_when, keep_row = keep[:n], keep[n : 2 * n], keep[2 * n : 3 * n], keep[3 * n : 4 * n]
    groups = 0
    for j in range(n):
        p, s = plate[low + j], section[low + j]
        slot = mix_pair(p, s) & mask
        while True:
            first = table[slot]  # first read of the group in this slot
            if first < 0:
                table[slot] = j
                group_of[j] = groups
                starts[groups] = 1
                groups += 1
                break
            if plate[low + first] == p and section[low + first] == s:
                group_of[j] = group_of[first]
                starts[group_of[first]] += 1
                break
            slot = (slot + np.uint64(1)) & mask
        keep_plate[j], keep_section[j], keep_when[j], keep_row[j] = p, s, when[low + j], row[low + j]
    total = 0
    for g in range(groups):
        count = starts[g]
        starts[g] = total
        total += count
    for j in range(n):
        to = low + starts[group_of[j]]
        starts[group_of[j]] += 1
        plate[to], section[to], when[to], row[to] = keep_plate[j], keep_section[j], keep_when[j], keep_row[j]
    for g in range(groups, 0, -1):
        starts[g] = starts[g - 1]
    starts[0] = 0
    return groups


@njit(cache=True, nogil=True)
def insert_sort(when: Ints, row: Ints, first: int, last: int) -> bool:
    """Order a small group by `when` in place, stable; says whether two reads are equal."""
    equal = False
    for i in range(first + 1, last):
        w, r = when[i], row[i]
        j = i
        while j > first and when[j - 1] > w:
            when[j], row[j] = when[j - 1], row[j - 1]
            j -= 1
        when[j], row[j] = w, r
        equal = equal or (j > first and when[j - 1] == w)
    return equal


@njit(cache=True, nogil=True)
def merge_sort(when: Ints, row: Ints, first: int, last: int) -> None:
    """The same for a large group."""
    by = np.argsort(when[first:last], kind="mergesort")
    when[first:last] = when[first:last][by]
    row[first:last] = row[first:last][by]


@njit(cache=True, nogil=True)
def judge_group(when: Ints, first: int, end: int, k: int, times: Ints, road: Ints, reason: Codes) -> None:
    """Give every read of one ordered group without duplicates its verdict."""
    i = first
    while i < end:
        at, side = when[i] >> 1, when[i] & 1
        before = when[i - 1] >> 1 if i > first else NONE
        after = when[i + 1] >> 1 if i + 1 < end else NONE
        if i + 1 < end and is_candidate(side, at, when[i + 1] & 1, after, times[MAX_GAP]):
            later = when[i + 2] >> 1 if i + 2 < end else NONE
            reason[i] = reason[i + 1] = judge_pair(
                before, at, after, later, times[ALONE], times[MAX_KMH],
                road[k, LOW_MM], road[k, CLOCK_MS], road[k, VALID_FROM], road[k, VALID_UNTIL],
            )  # fmt: skip
            i += 2
        else:
            reason[i] = judge_lone(before, at, after, side, times[ALONE])
            i += 1


@njit(cache=True, nogil=True)
def judge_group_clocks(when: Ints, first: int, end: int, k: int, road: Ints, lost: Ints, reason: Codes) -> None:
    """Second look at the pairs of a group whose section has spans of lost time."""
    for i in range(first, end):
        if reason[i] == PAIRED and when[i] & 1 == 0:
            found = judge_clocks(when[i] >> 1, when[i + 1] >> 1, road[k, LOST_FIRST], road[k, LOST_END], lost)
            reason[i] = reason[i + 1] = found


@njit(cache=True, nogil=True)
def set_duplicates_last(when: Ints, row: Ints, first: int, last: int, reason: Codes) -> int:
    """Move all but the first of equal reads behind the others; returns the end of the others."""
    old_when, old_row = when[first:last].copy(), row[first:last].copy()
    end, spare = first, last
    for j in range(last - first):
        if j > 0 and old_when[j] == old_when[j - 1]:
            spare -= 1
            when[spare], row[spare], reason[spare] = old_when[j], old_row[j], DUPLICATE
        else:
            when[end], row[end] = old_when[j], old_row[j]
            end += 1
    return end


@njit(cache=True, nogil=True)
def judge_buckets(
    plate: Ints,
    section: Small,
    when: Ints,
    row: Ints,
    bounds: Small,
    first: int,
    last: int,
    times: Ints,
    road: Ints,
    lost: Ints,
    by_id: Small,
    reason: Codes,
) -> None:
    """Group, order and judge the buckets [first, last) in place; bucket b is bounds[b] to bounds[b + 1]."""
    most = 0
    for b in range(first, last):
        most = max(most, bounds[b + 1] - bounds[b])
    size = 2
    while size < 2 * most:
        size *= 2
    table, group_of = np.empty(size, np.int32), np.empty(most, np.int32)
    starts, keep = np.empty(most + 1, np.int32), np.empty(4 * most, np.int64)
    for b in range(first, last):
        low = bounds[b]
        groups = form_groups(plate, section, when, row, low, bounds[b + 1] - low, table, group_of, starts, keep)
        for g in range(groups):
            begin, end = low + starts[g], low + starts[g + 1]
            k = index_of(section[begin], road, by_id)
            if k < 0:
                reason[begin:end] = NO_SECTION
            else:
                if end - begin > MANY:
                    merge_sort(when, row, begin, end)
                    equal = True  # perhaps
                else:
                    equal = insert_sort(when, row, begin, end)
                if equal:
                    end = set_duplicates_last(when, row, begin, end, reason)
                judge_group(when, begin, end, k, times, road, reason)
                if road[k, LOST_FIRST] < road[k, LOST_END]:
                    judge_group_clocks(when, begin, end, k, road, lost, reason)

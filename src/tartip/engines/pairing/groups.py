"""Compiled core of the batch: brings the reads of one plate together and has them judged, one small part at a time.

`partition_reads` sends reads to parts by a hash of the plate; each part is small enough for the processor's cache.
Inside a part an exact hash table links the reads of one plate. No key is shortened, so any 64-bit plate code works;
expected time O(n). The functions release the interpreter lock, so that several threads may each take some parts.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from tartip.engines.hashing import mix_pair
from tartip.engines.pairing.judge import judge_plate, make_workspace, sort_reads
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.rule import PAIRED, Ints, Records, Rules, Small, find_section
from tartip.engines.pairing.verdicts import (
    PAIR,
    SUSPECT,
    Columns,
    fill_pairs,
    fill_suspects,
    write_pair,
    write_suspect,
)

NO_PLATE = int(Reason.NO_PLATE)
END: Final = -1

# One read in 24 bytes: a part is written and read in whole cache lines instead of four columns apart.
RECORD = np.dtype([("plate", np.int64), ("when", np.int64), ("k", np.int32), ("row", np.int32)], align=True)


@njit(cache=True, nogil=True, inline="always")
def hash_read(plate: int, row: int) -> np.uint64:
    """Reads of one plate have one hash. Reads without a plate are judged one by one, so they are spread evenly."""
    return mix_pair(plate, 0) if plate > 0 else mix_pair(row, 1)


@njit(cache=True, nogil=True)
def count_parts(plate: Ints, first: int, last: int, bits: int, counts: Small) -> None:
    """Add to counts[b] the rows of [first, last) in part b, named by the first `bits` bits of the hash."""
    right = np.uint64(64 - bits)
    for i in range(first, last):
        counts[hash_read(plate[i], i) >> right] += 1


@njit(cache=True, nogil=True)
def find_unknown(section: Small, first: int, last: int, ids: Ints, by_id: Small) -> int:
    """The first row of [first, last) whose section nobody described, or -1."""
    for i in range(first, last):
        if find_section(section[i], ids, by_id) < 0:
            return i
    return -1


@njit(cache=True, nogil=True)
def partition_reads(
    plate: Ints, section: Small, at: Ints, side: npt.NDArray[np.int8], first: int, last: int,
    bits: int, ids: Ints, by_id: Small, places: Small, to: Records,
) -> None:  # fmt: skip
    """Write the rows [first, last) to their parts; places[b] is the next free place of part b and moves on."""
    right = np.uint64(64 - bits)
    for i in range(first, last):
        b = hash_read(plate[i], i) >> right
        record = to[places[b]]
        places[b] += 1
        record.plate, record.when = plate[i], 2 * at[i] + side[i]
        record.k, record.row = find_section(section[i], ids, by_id), i


@njit(cache=True, nogil=True)
def count_records(records: Records, skip: int, bits: int, counts: Small) -> None:
    """As `count_parts`, for records, by the bits of the hash after the first `skip`."""
    left, right = np.uint64(skip), np.uint64(64 - bits)
    for i in range(len(records)):
        counts[(hash_read(records[i].plate, records[i].row) << left) >> right] += 1


@njit(cache=True, nogil=True)
def partition_records(records: Records, skip: int, bits: int, places: Small, to: Records) -> None:
    """As `partition_reads`, for records."""
    left, right = np.uint64(skip), np.uint64(64 - bits)
    for i in range(len(records)):
        b = (hash_read(records[i].plate, records[i].row) << left) >> right
        to[places[b]] = records[i]
        places[b] += 1


@njit(cache=True, nogil=True)
def judge_parts(
    records: Records, bounds: Small, first: int, last: int, names: Ints, rules: Rules, to: Columns
) -> tuple[int, int]:
    """Judge the parts [first, last); part b is bounds[b] to bounds[b + 1]. Returns numbers of pairs and suspects.

    Row i is called names[i], or i if `names` is empty.
    """
    most = 1
    for b in range(first, last):
        most = max(most, bounds[b + 1] - bounds[b])
    size = 2
    while size < 2 * most:
        size *= 2
    newest, older = np.empty(size, np.int32), np.empty(most, np.int32)  # chains: slot -> newest read -> older reads
    slots = np.empty(most, np.int32)
    space = make_workspace(64, len(rules.road))
    pairs, suspects = np.empty(most // 2 + 1, PAIR), np.empty(most, SUSPECT)
    pairs_done = suspects_done = 0
    for b in range(first, last):
        low, n = bounds[b], bounds[b + 1] - bounds[b]
        mask = np.uint64(1)
        while mask < 2 * n:
            mask = mask * np.uint64(2)
        mask -= np.uint64(1)
        newest[: mask + np.uint64(1)] = END

        # Link the reads of each plate; reads without a plate are suspects at once.
        plates = p = s = 0
        for j in range(n):
            record = records[low + j]
            plate = record.plate
            if plate <= 0:
                row = names[record.row] if len(names) > 0 else record.row
                write_suspect(suspects[s], plate, record.k, record.when, row, NO_PLATE)
                s += 1
                continue
            slot = hash_read(plate, 0) & mask
            while newest[slot] != END and records[low + newest[slot]].plate != plate:
                slot = (slot + np.uint64(1)) & mask
            if newest[slot] == END:
                slots[plates] = slot
                plates += 1
            older[j] = newest[slot]
            newest[slot] = j

        for g in range(plates):
            # Copy one plate's reads to the working space, first row first.
            j, m = newest[slots[g]], 0
            plate = records[low + j].plate
            while j != END:
                m += 1
                j = older[j]
            if m > len(space.reads):
                space = make_workspace(2 * m, len(rules.road))
            reads = space.reads
            j = newest[slots[g]]
            for i in range(m - 1, -1, -1):
                record, read = records[low + j], reads[i]
                read.when, read.k, read.row = record.when, record.k, record.row
                j = older[j]
            sort_reads(reads, m)
            judge_plate(space, m, rules)
            if len(names) > 0:
                for i in range(m):
                    reads[i].row = names[reads[i].row]
            for i in range(m):
                read = reads[i]
                if read.reason != PAIRED:
                    write_suspect(suspects[s], plate, read.k, read.when, read.row, read.reason)
                    s += 1
                elif read.when & 1 == 0:
                    write_pair(pairs[p], plate, read, reads[read.partner])
                    p += 1
        fill_pairs(pairs, p, to, pairs_done, rules)
        fill_suspects(suspects, s, to, suspects_done, rules)
        pairs_done += p
        suspects_done += s
    return pairs_done, suspects_done

"""The pairing rule as one would explain it at a table: slow, with fractions, every read against every other."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import cos, dist, radians, sin
from typing import NamedTuple

from tartip.engines.pairing import PairingParams, Sections

SMALLEST_RADIUS_M = 6_335_439
ROUNDED_M = 3  # the engine's places and ways are whole metres


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
    named = [i for i, read in enumerate(reads) if read.plate > 0]
    for i in set(range(len(reads))) - set(named):
        suspects[i] = "no_plate"
    kept = [i for i in named if reads[i] not in reads[:i]]
    for i in set(named) - set(kept):
        suspects[i] = "duplicate"
    alone, gap = ms(params.alone_within), ms(params.max_gap)

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
            over = kmh - limit_during(entry.at, exit_.at, section)
            pairs[i, j] = int(kmh * 1000), sum(over > edge for edge in params.bands_kmh)
            continue
        suspects[i] = suspects[j] = reason
    for i in set(kept) - set(candidates) - set(candidates.values()):
        near = any(abs(reads[k].at - reads[i].at) <= alone for k in same_place(i) if k != i)
        suspects[i] = "crowded" if near else ("no_entry" if reads[i].side else "no_exit")
    journeys = list(impossible_journeys(reads, kept, candidates, suspects, sections, params))
    for i, j in list(pairs):
        if elsewhere([one for one in journeys if one.plate == reads[i].plate], reads[i].at, reads[j].at, params):
            del pairs[i, j]
            suspects[i] = suspects[j] = "elsewhere"
    return Verdicts(pairs, suspects)


class Journey(NamedTuple):
    plate: int
    begin: int
    end: int
    ends: frozenset[int]  # the two reads
    is_of_drives: bool  # both reads belong to candidates


def elsewhere(journeys: list[Journey], entered: int, exited: int, params: PairingParams) -> bool:
    def near(within: timedelta) -> list[Journey]:
        return [one for one in journeys if one.begin <= exited + ms(within) and one.end >= entered - ms(within)]

    if near(params.alone_within):
        return True
    wide = near(max(params.copied_within, params.alone_within))
    return any(one.is_of_drives for one in wide) or any(
        not one.ends & two.ends and one.end < two.begin for one in wide for two in wide
    )


def impossible_journeys(reads, kept, candidates, suspects, sections, params):
    """Every journey no car can have made, from one read of a plate to its next."""
    partner = candidates | {j: i for i, j in candidates.items()}
    seen = [i for i in kept if place(reads[i], sections) and not lost(reads[i].at, sections[reads[i].section])]
    seen.sort(key=lambda i: (reads[i].plate, reads[i].at, reads[i].side, reads[i].section))
    for i, j in pairwise(seen):
        one, two = reads[i], reads[j]
        own_way = partner.get(i) == j and suspects.get(i) != "impossible"
        if one.plate != two.plate or own_way or two.at - one.at > ms(params.journey_within):
            continue
        clocks = sections[one.section].clock_ms + sections[two.section].clock_ms
        metres = params.journey_kmh * (two.at - one.at + clocks + 1) / 3600 + ROUNDED_M + 2 * params.place_error_m
        if dist(place(one, sections), place(two, sections)) > metres:
            drives = i in partner and j in partner and partner[i] != j
            yield Journey(one.plate, one.at, two.at, frozenset([i, j]), drives)


def place(read, sections):
    section = sections[read.section]
    where = section.exit_place if read.side else section.entry_place
    if where is None:
        return None
    lon, lat = radians(where.lon_e6 / 1e6), radians(where.lat_e6 / 1e6)
    return [SMALLEST_RADIUS_M * part for part in (cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))]


def limit_during(entered, exited, section):
    """The highest limit of all milliseconds of the drive; only those at which something changes need a look."""
    changes = [(since.timestamp() * 1000, limit) for since, limit in section.limit_changes]

    def limit_at(moment):
        return [section.limit_kmh, *(limit for since, limit in changes if since <= moment)][-1]

    return max(
        limit_at(moment) for moment in [entered, exited, *(t for t, _ in changes)] if entered <= moment <= exited
    )


def certified(at, section):
    start, end = section.certified_from, section.certified_until
    return (start is None or at >= start.timestamp() * 1000) and (end is None or at < end.timestamp() * 1000)


def lost(at, section):
    return any(start.timestamp() * 1000 <= at < end.timestamp() * 1000 for start, end in section.clock_lost)


def ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)

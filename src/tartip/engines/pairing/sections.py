"""Certified stretches of road: length, tolerance, limit, clocks, devices' places, and when all of that holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput, expect
from tartip.engines.pairing.checks import is_moment, is_whole
from tartip.engines.pairing.globe import DIAMETER_M, to_metres

if TYPE_CHECKING:
    import pyarrow as pa

FOREVER = 2**62
LONGEST_MM = 10**9  # 1,000 km; keeps every product of the speed comparison inside 64 bits
WORST_CLOCK_MS = 60_000
SLACK_M = 1_000  # how far a stated place may make the straight line longer than the certified length
NAMES = ("id", "length_mm", "tolerance_mm", "limit_kmh", "clock_ms")
OPTIONAL = ("certified_from", "certified_until", "certificate")
PLACES = ("entry_lon_e6", "entry_lat_e6", "exit_lon_e6", "exit_lat_e6")


class MissingLength(BadInput):
    """A section without a certified length can prove nothing."""

    code = "pairing.missing_length"


class UnsortedSections(BadInput):
    """Sections must come in ascending order of id, each once."""

    code = "pairing.unsorted_sections"


class UnknownSection(BadInput):
    """A read names a section that was not described."""

    code = "pairing.unknown_section"


class Place(NamedTuple):
    """Where a device stands, in millionths of a degree (WGS 84)."""

    lon_e6: int
    lat_e6: int


@dataclass(frozen=True, slots=True)
class Section:
    """One direction between two devices.

    length_mm: certified length of the shortest way a car can take; tolerance_mm: its certified uncertainty.
    clock_ms: bound on the sum of both devices' clock errors. certified_*: the certificate holds in [from, until).
    clock_lost: spans [from, until) in which a device could not prove its time. limit_changes: (moment, limit in km/h)
    in ascending order; before the first of them `limit_kmh` holds. Without places no journey to or from the section
    is judged.
    """

    id: int
    length_mm: int
    tolerance_mm: int
    limit_kmh: int
    clock_ms: int
    certified_from: datetime | None = None
    certified_until: datetime | None = None
    clock_lost: tuple[tuple[datetime, datetime], ...] = ()
    certificate: str = ""
    entry_place: Place | None = None
    exit_place: Place | None = None
    limit_changes: tuple[tuple[datetime, int], ...] = ()

    def highest_limit(self, entered: datetime, exited: datetime) -> int:
        """The highest limit in force at any moment of the drive: a change on the way speaks for the driver."""
        # In ms since 1970: Python compares moments of one zone by their wall clocks, which may be set back.
        limits = [(-FOREVER, self.limit_kmh), *((_ms(since), limit) for since, limit in self.limit_changes)]
        ends = [since for since, _ in limits[1:]] + [FOREVER]
        first, last = _ms(entered), _ms(exited)
        return max(limit for (since, limit), end in zip(limits, ends, strict=True) if since <= last and first < end)


Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """All sections, ready for the compiled functions; make it with `Sections.of` or `Sections.from_table`."""

    road: Ints  # (n, 10), ascending by id; columns are the fields of ROAD in rule.py
    lost: Ints  # (spans, 2): from and until in ms
    changes: Ints  # (changes, 2): from in ms, limit in km/h
    places: Ints  # (n, 2, 4): entry and exit device, fields of DEVICE in rule.py
    described: tuple[Section, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.described)

    def __getitem__(self, section: int) -> Section:
        if isinstance(section, bool) or not isinstance(section, int | np.integer):
            raise UnknownSection("section", section, "is no number of a section")
        at = bisect_left(self.described, section, key=lambda row: row.id)
        if at == len(self) or self.described[at].id != section:
            raise UnknownSection("section", section, "not among the described sections")
        return self.described[at]

    @classmethod
    def of(cls, sections: Iterable[Section]) -> Sections:
        """Raises MissingLength, UnsortedSections (out of order or twice) and BadInput, each naming the section."""
        expect("sections", sections, Iterable)
        rows = tuple(sections)
        for i, row in enumerate(rows):
            if not isinstance(row, Section):
                raise BadInput("sections", f"number {i}", f"must be a Section, is {type(row).__name__}")
            _check(row)
        for one, two in pairwise(rows):
            if one.id >= two.id:
                raise UnsortedSections("section", two.id, f"must be above the one before it, {one.id}")
        lost = [(_ms(a), _ms(b)) for row in rows for a, b in row.clock_lost]
        changes = [(_ms(since), limit) for row in rows for since, limit in row.limit_changes]
        losts = list(accumulate((len(row.clock_lost) for row in rows), initial=0))
        limits = list(accumulate((len(row.limit_changes) for row in rows), initial=0))
        road = [
            (
                row.id, row.length_mm - row.tolerance_mm, row.limit_kmh, row.clock_ms,
                _ms(row.certified_from, -FOREVER), _ms(row.certified_until, FOREVER),
                losts[i], losts[i + 1], limits[i], limits[i + 1],
            )
            for i, row in enumerate(rows)
        ]  # fmt: skip
        places = [[_located(row.entry_place), _located(row.exit_place)] for row in rows]
        return cls(
            np.array(road, dtype=np.int64).reshape(-1, 10),
            np.array(lost, dtype=np.int64).reshape(-1, 2),
            np.array(changes, dtype=np.int64).reshape(-1, 2),
            np.array(places, dtype=np.int64).reshape(-1, 2, 4),
            rows,
        )

    @classmethod
    def from_table(cls, table: pa.Table) -> Sections:
        """Columns id, length_mm, tolerance_mm, limit_kmh, clock_ms; optionally certified_from, certified_until,
        certificate, and all four of entry_lon_e6, entry_lat_e6, exit_lon_e6, exit_lat_e6. Raises as `of`.
        """
        import pyarrow as pa

        expect("sections", table, pa.Table)
        for name in NAMES:
            if name not in table.column_names:
                raise (MissingLength if name == "length_mm" else BadInput)(name, "sections", "the column is missing")
        placed = [name for name in PLACES if name in table.column_names]
        if placed and len(placed) < len(PLACES):
            raise BadInput("places", "sections", f"need all of {', '.join(PLACES)}")
        plain = [*NAMES, *(name for name in OPTIONAL if name in table.column_names)]
        for name in (*plain, *placed):
            if table.column_names.count(name) > 1:
                raise BadInput(name, "sections", "the column is there twice")
        return cls.of(_section(row, plain, bool(placed)) for row in table.select([*plain, *placed]).to_pylist())


def _section(row: dict[str, Any], plain: list[str], placed: bool) -> Section:
    values: dict[str, Any] = {name: row[name] for name in plain}
    if placed:
        for side in ("entry", "exit"):
            lon, lat = row[f"{side}_lon_e6"], row[f"{side}_lat_e6"]
            values[f"{side}_place"] = None if lon is None and lat is None else Place(lon, lat)
    return Section(**values)


def _ms(moment: datetime | None, otherwise: int = 0) -> int:
    if moment is None:
        return otherwise
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _located(place: Place | None) -> tuple[int, int, int, int]:
    return (0, 0, 0, 0) if place is None else (1, *to_metres(*place))


def _check(row: Section) -> None:
    where = f"section {row.id}"
    if not is_whole(row.id, 0, 2**31 - 1):
        raise BadInput("id", where, "must be a whole number from 0 to 2^31 - 1")
    if not is_whole(row.length_mm, 1, LONGEST_MM):
        raise MissingLength("length_mm", where, f"must be whole millimetres, 1 to {LONGEST_MM}; is {row.length_mm}")
    if not is_whole(row.tolerance_mm, 0, row.length_mm - 1):
        raise BadInput("tolerance_mm", where, "must be whole millimetres, not negative and below the length")
    if not is_whole(row.clock_ms, 0, WORST_CLOCK_MS):
        raise BadInput("clock_ms", where, f"must be whole milliseconds from 0 to {WORST_CLOCK_MS}")
    _check_times(row, where)
    if not all(is_whole(limit, 1, 300) for limit in (row.limit_kmh, *(limit for _, limit in row.limit_changes))):
        raise BadInput("limit_kmh", where, "must be whole km/h from 1 to 300")
    _check_places(row, where)


def _check_times(row: Section, where: str) -> None:
    for name in ("clock_lost", "limit_changes"):
        value = getattr(row, name)
        if not isinstance(value, tuple | list) or not all(isinstance(v, tuple | list) and len(v) == 2 for v in value):
            raise BadInput(name, where, "must be a tuple of pairs")
    spans = [*row.clock_lost]
    if row.certified_from is not None and row.certified_until is not None:
        spans.append((row.certified_from, row.certified_until))
    # only a certificate may have an open end: a change since nobody knows when would hold since 1970
    moments = [moment for moment in (row.certified_from, row.certified_until) if moment is not None]
    moments += [t for span in spans for t in span] + [since for since, _ in row.limit_changes]
    if not all(is_moment(moment) for moment in moments):
        raise BadInput("times", where, "must be moments with a time zone")
    # Not by the wall clock, which a zone may set back: see `Section.highest_limit`.
    if any(_ms(start) >= _ms(end) for start, end in spans):
        raise BadInput("certified or clock_lost", where, "a span must end after it starts")
    if not all(_ms(a) < _ms(b) for (a, _), (b, _) in pairwise(row.limit_changes)):
        raise BadInput("limit_changes", where, "must be in ascending order of time")


def _check_places(row: Section, where: str) -> None:
    for place in (row.entry_place, row.exit_place):
        if place is None:
            continue
        whole = isinstance(place, tuple) and len(place) == 2 and is_whole(place[0], -180_000_000, 180_000_000)
        if not whole or not is_whole(place[1], -90_000_000, 90_000_000):
            raise BadInput("place", where, "must be whole millionths of a degree, longitude first")
    if row.entry_place is None or row.exit_place is None:
        return
    # No road is shorter than the straight line: swapped numbers or a wrong minus sign are found here.
    ends = zip(to_metres(*row.entry_place), to_metres(*row.exit_place), strict=True)
    line = sum((a - b) ** 2 for a, b in ends)
    if line > min(row.length_mm // 1000 + SLACK_M, DIAMETER_M) ** 2:
        raise BadInput("place", where, "the devices stand further apart than the certified length")

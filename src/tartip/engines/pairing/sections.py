"""Certified stretches of road: length, tolerance, limit, clocks, and when all of that holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

FOREVER = 2**62
LONGEST_MM = 10**9  # 1,000 km; keeps every product of the speed comparison inside 64 bits
WORST_CLOCK_MS = 60_000


class MissingLength(BadInput):
    """A section without a certified length can prove nothing."""

    code = "pairing.missing_length"


class UnsortedSections(BadInput):
    """Sections must come in ascending order of id, each once."""

    code = "pairing.unsorted_sections"


class UnknownSection(BadInput):
    """A read names a section that was not described."""

    code = "pairing.unknown_section"


@dataclass(frozen=True, slots=True)
class Section:
    """One direction between two devices.

    length_mm: certified length of the shortest way a car can take; tolerance_mm: its certified uncertainty.
    clock_ms: bound on the sum of both devices' clock errors. certified_*: the certificate holds in [from, until).
    clock_lost: spans [from, until) in which a device could not prove its time.
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


Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """All sections, ready for the compiled functions; make it with `Sections.of` or `Sections.from_table`."""

    road: Ints  # (n, 8), ascending by id; columns are named in rule.py
    lost: Ints  # (spans, 2): from and until in ms
    described: tuple[Section, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.described)

    def __getitem__(self, section: int) -> Section:
        at = bisect_left(self.described, section, key=lambda row: row.id)
        if at == len(self) or self.described[at].id != section:
            raise UnknownSection("section", section, "not among the described sections")
        return self.described[at]

    @classmethod
    def of(cls, sections: Iterable[Section]) -> Sections:
        """Raises MissingLength, UnsortedSections (out of order or twice) and BadInput, each naming the section."""
        rows = tuple(sections)
        for row in rows:
            _check(row)
        for one, two in pairwise(rows):
            if one.id >= two.id:
                raise UnsortedSections("section", two.id, f"must be above the one before it, {one.id}")
        lost = [(_ms(a, 0), _ms(b, 0)) for row in rows for a, b in row.clock_lost]
        ends = np.cumsum([0] + [len(row.clock_lost) for row in rows]).tolist()
        road = [
            (
                row.id, row.length_mm - row.tolerance_mm, row.limit_kmh, row.clock_ms,
                _ms(row.certified_from, -FOREVER), _ms(row.certified_until, FOREVER), first, end,
            )
            for row, first, end in zip(rows, ends, ends[1:], strict=False)
        ]  # fmt: skip
        columns = np.array(road, dtype=np.int64).reshape(-1, 8)
        return cls(columns, np.array(lost, dtype=np.int64).reshape(-1, 2), rows)

    @classmethod
    def from_table(cls, table: pa.Table) -> Sections:
        """Columns id, length_mm, tolerance_mm, limit_kmh, clock_ms, and optionally certified_from, certified_until."""
        known = [name for name in Section.__dataclass_fields__ if name in table.column_names and name != "clock_lost"]
        needed = ("id", "length_mm", "tolerance_mm", "limit_kmh", "clock_ms")
        for name in needed:
            if name not in known:
                raise (MissingLength if name == "length_mm" else BadInput)(name, "sections", "the column is missing")
        return cls.of(Section(**row) for row in table.select(known).to_pylist())


def _ms(moment: datetime | None, otherwise: int) -> int:
    if moment is None:
        return otherwise
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _check(row: Section) -> None:
    where = f"section {row.id}"
    if not _whole(row.id, 0, 2**31 - 1):
        raise BadInput("id", where, "must be a whole number from 0 to 2^31 - 1")
    if not _whole(row.length_mm, 1, LONGEST_MM):
        raise MissingLength("length_mm", where, f"must be whole millimetres, 1 to {LONGEST_MM}; is {row.length_mm}")
    if not _whole(row.tolerance_mm, 0, row.length_mm - 1):
        raise BadInput("tolerance_mm", where, "must be whole millimetres, not negative and below the length")
    if not _whole(row.limit_kmh, 1, 300):
        raise BadInput("limit_kmh", where, "must be whole km/h from 1 to 300")
    if not _whole(row.clock_ms, 0, WORST_CLOCK_MS):
        raise BadInput("clock_ms", where, f"must be whole milliseconds from 0 to {WORST_CLOCK_MS}")
    for moment in (row.certified_from, row.certified_until, *(t for span in row.clock_lost for t in span)):
        if moment is not None and moment.tzinfo is None:
            raise BadInput("certified or clock_lost", where, "must carry a time zone")
    for start, end in row.clock_lost:
        if start >= end:
            raise BadInput("clock_lost", where, "a span must end after it starts")

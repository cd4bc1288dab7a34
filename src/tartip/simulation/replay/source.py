"""Reading a file of calls: a bad row is named with line, field and rule, and the rest goes on.

Local times of the source are not always one moment: where clocks are put forward an hour does not exist, where they are
put back an hour comes twice.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from tartip.core.time import now
from tartip.simulation.errors import BadSource
from tartip.simulation.replay.mapping import CallMapping

MAX_NUMBER = 64
MAX_ADDRESS = 200
# A cell with line breaks is looked for on so many further lines before its quote counts as never closed.
MAX_BREAKS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One call as the source tells it, in our words; `line` is where it stands in the file."""

    line: int
    number: str
    at: datetime
    type: str
    disposition: str
    beat: str
    priority: int
    block: int
    road: str
    crossing: str

    @property
    def address(self) -> str:
        if self.crossing:
            return f"{self.road} / {self.crossing}"
        return f"{self.block} {self.road}" if self.block else self.road


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken, and why."""

    line: int
    field: str
    rule: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.rule}"


@dataclass(slots=True)
class Source:
    """What a file held. `unknown` counts codes that stand in no list of the mapping; their rows were taken.

    `notes` counts what was taken though the file left it open, such as an hour that came twice.

    `whole` is all good rows: beats and fleet are laid out for them, so that a part of a file is played on the same
    terrain as the whole; `rows` are those to play.
    """

    rows: list[Row] = field(default_factory=list)
    whole: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


class _Bad(Exception):
    def __init__(self, name: str, rule: str) -> None:
        self.name, self.rule = name, rule


def read(path: Path, mapping: CallMapping, limit: int | None = None) -> Source:
    """All rows of a CSV file in the order of their times, or of its first `limit` rows.

    An unclosed quote spoils its own line and not the rest of the file; a quoted cell may hold line breaks.
    Raises BadSource when the file cannot be opened, is empty, has lines that end with CR alone, or lacks a column.
    """
    source = Source()
    last = 1 + limit if limit is not None else math.inf
    twice: list[tuple[int, datetime]] = []
    try:
        with path.open("rb") as file:
            header = _header(path, file.readline(), mapping)
            seen: dict[str, int] = {}
            taken: set[int] = set()
            for record, (line, raw) in enumerate(_records(file, header, mapping), 2):
                if not raw.strip():
                    continue
                try:
                    row, local = _row(line, raw, header, mapping)
                    if row.number in seen:
                        raise _Bad(mapping.columns.number, f"{row.number} stands on line {seen[row.number]} already")
                except _Bad as bad:
                    if record <= last:
                        source.bad.append(BadRow(line, bad.name, bad.rule))
                    continue
                seen[row.number] = line
                if _comes_twice(local, mapping):
                    twice.append((len(source.whole), local))
                source.whole.append(row)
                if record <= last:
                    taken.add(line)
                    _count_unknown(source, row, mapping)
                    if b"\n" in raw.rstrip(b"\r\n"):
                        source.notes["a line break inside a cell"] += 1
    except OSError as error:
        raise BadSource(file=path.name, rule=error.strerror or str(error)) from error
    _settle_twice(source, twice, mapping)
    source.whole.sort(key=lambda row: (row.at, row.line))
    source.rows = [row for row in source.whole if row.line in taken]
    return source


def _records(lines: Iterable[bytes], header: list[str], mapping: CallMapping) -> Iterator[tuple[int, bytes]]:
    """Each record with the number of its first line; lines are joined only where that makes a whole record."""
    ahead: list[bytes] = []
    rest = iter(lines)
    line = 2
    while True:
        raw = ahead.pop(0) if ahead else next(rest, None)
        if raw is None:
            return
        joined, used = raw, 1
        while joined.count(b'"') % 2 and used <= MAX_BREAKS:
            if len(ahead) < used:
                following = next(rest, None)
                if following is None:
                    break
                ahead.append(following)
            joined += ahead[used - 1]
            used += 1
        if used > 1 and _is_record(joined, header, mapping):
            del ahead[: used - 1]
        else:
            joined, used = raw, 1
        yield line, joined
        line += used


def _is_record(raw: bytes, header: list[str], mapping: CallMapping) -> bool:
    try:
        return len(_cells(raw, mapping)) == len(header)
    except (UnicodeDecodeError, csv.Error):
        return False


def _cells(raw: bytes, mapping: CallMapping) -> list[str]:
    text = raw.decode(mapping.row_encoding).rstrip("\r\n")
    records = list(csv.reader(text.splitlines(keepends=True), strict=True))
    if len(records) > 1:
        raise csv.Error("more than one record")
    return records[0] if records else []


def _header(path: Path, raw: bytes, mapping: CallMapping) -> list[str]:
    if b"\r" in raw.rstrip(b"\r\n") and not raw.endswith(b"\n"):
        raise BadSource(file=path.name, rule="its lines end with CR alone; save it with LF or CRLF")
    try:
        names = next(csv.reader([raw.decode(mapping.encoding)]), [])
    except UnicodeDecodeError as error:
        raise BadSource(file=path.name, rule=f"is not {mapping.encoding}") from error
    if not names:
        raise BadSource(file=path.name, rule="is empty; its first line must name the columns")
    if missing := [name for name in mapping.columns.names() if name not in names]:
        raise BadSource(file=path.name, rule=f"has no column {', '.join(missing)}")
    return names


def _row(line: int, raw: bytes, header: list[str], mapping: CallMapping) -> tuple[Row, datetime]:
    """The row, and its time as the source wrote it."""
    try:
        values = _cells(raw, mapping)
    except UnicodeDecodeError as error:
        raise _Bad("line", f"is not {mapping.row_encoding.upper()} at byte {error.start}") from error
    except csv.Error as error:
        raise _Bad("line", f"is not CSV ({error})") from error
    if len(values) != len(header):
        raise _Bad("line", f"has {len(values)} fields, the header has {len(header)}")
    cells = {name: " ".join(value.split()) for name, value in zip(header, values, strict=True)}
    columns = mapping.columns
    if spoiled := [name for name in columns.names() if "\0" in cells[name]]:
        raise _Bad(spoiled[0], "holds a NUL, which no text of the database may")
    if not 1 <= len(cells[columns.number]) <= MAX_NUMBER:
        raise _Bad(columns.number, f"must have 1 to {MAX_NUMBER} characters")
    if cells[columns.priority] not in mapping.priorities:
        raise _Bad(columns.priority, f"“{cells[columns.priority]}” is none of {', '.join(mapping.priorities)}")
    block = cells[columns.block] or "0"
    if not block.isascii() or not block.isdigit() or len(block) > 6:
        raise _Bad(columns.block, f"“{block}” is not a whole number of at most six digits")
    local = _local(cells[columns.at], mapping)
    row = Row(
        line=line,
        number=cells[columns.number],
        at=_moment(local, mapping),
        type=cells[columns.type],
        disposition=cells[columns.disposition],
        beat=cells[columns.beat],
        priority=mapping.priorities[cells[columns.priority]],
        block=int(block),
        road=" ".join(filter(None, (cells[name] for name in columns.road))),
        crossing=" ".join(filter(None, (cells[name] for name in columns.crossing))),
    )
    if len(row.address) > MAX_ADDRESS:
        raise _Bad(columns.road[0], f"the address is longer than {MAX_ADDRESS} characters")
    return row, local


def _local(text: str, mapping: CallMapping) -> datetime:
    try:
        return datetime.strptime(text, mapping.time_format)  # noqa: DTZ007 (the zone comes next)
    except ValueError as error:
        raise _Bad(mapping.columns.at, f"“{text}” is not a time like {mapping.time_format}") from error


def _moment(local: datetime, mapping: CallMapping) -> datetime:
    moment = local.replace(tzinfo=mapping.zone).astimezone(UTC)
    if moment.astimezone(mapping.zone).replace(tzinfo=None) != local:
        raise _Bad(mapping.columns.at, f"{local} did not exist in {mapping.zone}: the clocks were put forward")
    if moment > now():
        raise _Bad(mapping.columns.at, f"{local} lies in the future")
    return moment


def _comes_twice(local: datetime, mapping: CallMapping) -> bool:
    """Is it in the hour that is lived a second time after the clocks are put back?"""
    first, second = (local.replace(tzinfo=mapping.zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset() and first.astimezone(UTC) < second.astimezone(UTC)


def _settle_twice(source: Source, twice: list[tuple[int, datetime]], mapping: CallMapping) -> None:
    """Of the hour that comes twice the file must tell which: where its times go back once, the second begins.

    Where they do not, or go back more than once, all are taken for the first; either way it is noted.
    """
    for day in sorted({local.date() for _, local in twice}):
        here = [(place, local) for place, local in twice if local.date() == day]
        drops = [n for n, ((_, one), (_, next_)) in enumerate(pairwise(here), 1) if next_ < one]
        if len(drops) == 1:
            for place, local in here[drops[0] :]:
                at = local.replace(tzinfo=mapping.zone, fold=1).astimezone(UTC)
                source.whole[place] = replace(source.whole[place], at=at)
        source.notes[f"{mapping.columns.at} {day}: in the hour that comes twice"] += len(here)


def _count_unknown(source: Source, row: Row, mapping: CallMapping) -> None:
    if row.type not in mapping.types:
        source.unknown[f"{mapping.columns.type} {row.type}"] += 1
    if row.disposition not in mapping.dispositions:
        source.unknown[f"{mapping.columns.disposition} {row.disposition or '(blank)'}"] += 1

"""Reading a file of calls: one line, one row; a bad one is named with line, field and rule, and the rest goes on."""

from __future__ import annotations

import csv
import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tartip.core.time import now
from tartip.simulation.errors import BadSource
from tartip.simulation.mapping import CallMapping

MAX_NUMBER = 64
MAX_ADDRESS = 200


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

    `whole` is all good rows: beats and fleet are laid out for them, so that a part of a file is played on the same
    ground as the whole; `rows` are those to play.
    """

    rows: list[Row] = field(default_factory=list)
    whole: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


class _Bad(Exception):
    def __init__(self, name: str, rule: str) -> None:
        self.name, self.rule = name, rule


def read(path: Path, mapping: CallMapping, limit: int | None = None) -> Source:
    """All rows of a CSV file in the order of their times, or of its first `limit` rows.

    Lines are read one by one, so that an unclosed quote spoils its own line and not the rest of the file.
    Raises BadSource when the file cannot be opened, is empty, or lacks a column.
    """
    source = Source()
    last = 1 + limit if limit is not None else math.inf
    try:
        with path.open("rb") as file:
            header = _header(path, file.readline(), mapping)
            seen: dict[str, int] = {}
            for line, raw in enumerate(file, 2):
                if not raw.strip():
                    continue
                try:
                    row = _row(line, raw, header, mapping)
                    if row.number in seen:
                        raise _Bad(mapping.columns.number, f"{row.number} stands on line {seen[row.number]} already")
                except _Bad as bad:
                    if line <= last:
                        source.bad.append(BadRow(line, bad.name, bad.rule))
                    continue
                seen[row.number] = line
                source.whole.append(row)
                if line <= last:
                    _count_unknown(source, row, mapping)
    except OSError as error:
        raise BadSource(file=path.name, rule=error.strerror or str(error)) from error
    source.whole.sort(key=lambda row: (row.at, row.line))
    source.rows = [row for row in source.whole if row.line <= last]
    return source


def _header(path: Path, raw: bytes, mapping: CallMapping) -> list[str]:
    try:
        names = next(csv.reader([raw.decode(mapping.encoding)]), [])
    except UnicodeDecodeError as error:
        raise BadSource(file=path.name, rule=f"is not {mapping.encoding}") from error
    if not names:
        raise BadSource(file=path.name, rule="is empty; its first line must name the columns")
    if missing := [name for name in mapping.columns.names() if name not in names]:
        raise BadSource(file=path.name, rule=f"has no column {', '.join(missing)}")
    return names


def _row(line: int, raw: bytes, header: list[str], mapping: CallMapping) -> Row:
    try:
        values = next(csv.reader([raw.decode("utf-8").rstrip("\r\n")], strict=True))
    except UnicodeDecodeError as error:
        raise _Bad("line", f"is not UTF-8 at byte {error.start}") from error
    except csv.Error as error:
        raise _Bad("line", f"is not CSV ({error})") from error
    if len(values) != len(header):
        raise _Bad("line", f"has {len(values)} fields, the header has {len(header)}")
    cells = {name: value.strip() for name, value in zip(header, values, strict=True)}
    columns = mapping.columns
    if not 1 <= len(cells[columns.number]) <= MAX_NUMBER:
        raise _Bad(columns.number, f"must have 1 to {MAX_NUMBER} characters")
    if cells[columns.priority] not in mapping.priorities:
        raise _Bad(columns.priority, f"“{cells[columns.priority]}” is none of {', '.join(mapping.priorities)}")
    block = cells[columns.block] or "0"
    if not block.isascii() or not block.isdigit() or len(block) > 6:
        raise _Bad(columns.block, f"“{block}” is not a whole number of at most six digits")
    row = Row(
        line=line,
        number=cells[columns.number],
        at=_moment(cells[columns.at], mapping),
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
    return row


def _moment(text: str, mapping: CallMapping) -> datetime:
    try:
        local = datetime.strptime(text, mapping.time_format)  # noqa: DTZ007 (the zone comes next)
    except ValueError as error:
        raise _Bad(mapping.columns.at, f"“{text}” is not a time like {mapping.time_format}") from error
    moment = local.replace(tzinfo=mapping.zone).astimezone(UTC)
    if moment > now():
        raise _Bad(mapping.columns.at, f"{text} lies in the future")
    return moment


def _count_unknown(source: Source, row: Row, mapping: CallMapping) -> None:
    if row.type not in mapping.types:
        source.unknown[f"{mapping.columns.type} {row.type}"] += 1
    if row.disposition not in mapping.dispositions:
        source.unknown[f"{mapping.columns.disposition} {row.disposition or '(blank)'}"] += 1

"""The mapping file: columns and codes of a foreign system, and what each becomes here."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from tartip.operations.calls.kinds import kinds
from tartip.operations.incidents.outcomes import OUTCOMES
from tartip.simulation.errors import BadMapping

SAN_DIEGO = Path(__file__).parent / "data" / "san_diego.toml"

Handling = Literal["dispatch", "broadcast", "desk", "patrol"]
Course = Literal["served", "recalled", "unserved", "duplicate"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a type of call becomes: our kind, and who begins and serves it (data/san_diego.toml explains)."""

    kind: str
    handling: Handling


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: our outcome, what happened to the units, and whether it kept them long (an arrest)."""

    outcome: str
    course: Course
    long: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    number: str
    at: str
    type: str
    disposition: str
    beat: str
    priority: str
    block: str
    road: tuple[str, ...]
    crossing: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        single = (self.number, self.at, self.type, self.disposition, self.beat, self.priority, self.block)
        return (*single, *self.road, *self.crossing)


@dataclass(frozen=True, slots=True)
class CallMapping:
    """A checked mapping. `nowhere` are beats without a place; a code that stands in no list becomes `unknown_…`."""

    name: str
    encoding: str
    zone: ZoneInfo
    time_format: str
    columns: Columns
    priorities: Mapping[str, int]
    territory: str
    nowhere: tuple[str, ...]
    division_letters: int
    callsign: str
    types: Mapping[str, Treatment]
    dispositions: Mapping[str, Ending]
    unknown_type: Treatment
    unknown_disposition: Ending

    @property
    def row_encoding(self) -> str:
        """Of every line but the first, which alone may begin with a byte-order mark."""
        return "utf-8" if codecs.lookup(self.encoding).name == "utf-8-sig" else self.encoding

    def division(self, beat: str) -> str:
        """Beats that share a fleet; the place-less ones are a division of their own."""
        return "" if beat in self.nowhere else beat[: self.division_letters]

    def treatment(self, code: str) -> Treatment:
        return self.types.get(code, self.unknown_type)

    def ending(self, code: str, kind: str) -> Ending:
        """An offence with an article of its own is administrative here: the report of it is no crime's."""
        found = self.dispositions.get(code, self.unknown_disposition)
        if found.outcome == "crime" and kinds()[kind].article:
            return Ending("offence", found.course, found.long)
        return found


def load(path: Path = SAN_DIEGO) -> CallMapping:
    """Read and check a mapping file. Raises BadMapping naming the field and the rule."""
    return _Reader(path).mapping()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise self.bad("file", str(error)) from error

    def bad(self, field: str, rule: str) -> BadMapping:
        return BadMapping(file=self.path.name, field=field, rule=rule)

    def at(self, *path: str) -> Any:
        found: Any = self.data
        for step in path:
            if not isinstance(found, dict) or step not in found:
                raise self.bad(".".join(path), "is missing")
            found = found[step]
        return found

    def mapping(self) -> CallMapping:
        columns: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in self.at("columns").items()
        }
        try:
            made = Columns(**columns)
            zone = ZoneInfo(self.at("file", "zone"))
        except (TypeError, KeyError, ValueError) as error:
            raise self.bad("columns, file.zone", str(error)) from error
        return CallMapping(
            name=self.at("file", "name"),
            encoding=self.encoding(),
            zone=zone,
            time_format=self.at("file", "time_format"),
            columns=made,
            priorities=self.priorities(),
            territory=self.at("places", "territory"),
            nowhere=tuple(self.at("places", "nowhere")),
            division_letters=self.at("places", "division_letters"),
            callsign=self.at("places", "callsign"),
            types=self.types(),
            dispositions={
                code: self.ending(f"dispositions.{code}", row) for code, row in self.at("dispositions").items()
            },
            unknown_type=self.treatment("unknown.type", self.at("unknown", "type")),
            unknown_disposition=self.ending("unknown.disposition", self.at("unknown", "disposition")),
        )

    def encoding(self) -> str:
        """One in which the characters of ASCII are single bytes, so that lines can be told apart before decoding."""
        name = str(self.at("file", "encoding"))
        try:
            plain = 'a,"\r\n'.encode(name).removeprefix(codecs.BOM_UTF8) == b'a,"\r\n'
        except (LookupError, UnicodeError):
            plain = False
        if not plain:
            raise self.bad("file.encoding", f"“{name}” is not an encoding that keeps ASCII, such as utf-8 or cp1251")
        return name

    def priorities(self) -> dict[str, int]:
        found: dict[str, int] = self.at("priorities")
        for code, priority in found.items():
            if priority not in (1, 2, 3, 4):
                raise self.bad(f"priorities.{code}", "must be from 1 to 4")
        return found

    def types(self) -> dict[str, Treatment]:
        found: dict[str, Treatment] = {}
        for number, row in enumerate(self.at("types")):
            treatment = self.treatment(f"types[{number}]", row)
            for code in row.get("codes", ()):
                if code in found:
                    raise self.bad(f"types[{number}]", f"the code “{code}” stands in two groups")
                found[code] = treatment
        return found

    def treatment(self, field: str, row: Mapping[str, str]) -> Treatment:
        if row.get("kind") not in kinds():
            raise self.bad(f"{field}.kind", f"“{row.get('kind')}” is not a kind of event")
        if row.get("handling") not in get_args(Handling):
            raise self.bad(f"{field}.handling", "must be one of " + ", ".join(get_args(Handling)))
        return Treatment(row["kind"], cast("Handling", row["handling"]))

    def ending(self, field: str, row: Mapping[str, Any]) -> Ending:
        if row.get("outcome") not in OUTCOMES:
            raise self.bad(f"{field}.outcome", f"“{row.get('outcome')}” is not an outcome")
        if row.get("course") not in get_args(Course):
            raise self.bad(f"{field}.course", "must be one of " + ", ".join(get_args(Course)))
        return Ending(row["outcome"], cast("Course", row["course"]), bool(row.get("long")))

"""A journal's extract, format `tartip-extract/1`: every header of the log, so that a month can be shown to be complete.

The extract is for an auditor: it names no person, but who acted when. A zip of `extract.json` and `entries.jsonl`, one
line per entry from index 0. Each line is hashed again; together they must give the root that the log signed, so no
entry can be left out of it. Day and territory of a record stand in its headers. Beside these are, for the acts that
sealed months, their payloads; and for entries of the counted register the pseudonym of the record in the files.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from tartip.engines.errors import EngineError
from tartip.engines.figures import sentences as say
from tartip.engines.merkle import (
    Checkpoint,
    Tree,
    VerifierKey,
    entry_leaf,
    parse_note,
    payload_hash,
    read_json,
)
from tartip.engines.merkle.keys import decode_base64
from tartip.verify import Step, done, failed, texts, unproven
from tartip.verify.month import SEALING
from tartip.verify.signatures import check_signatures

FORMAT = "tartip-extract/1"
HEAD, ENTRIES = "extract.json", "entries.jsonl"
MAX_HEAD = 1024 * 1024
MAX_LINE = 4 * 1024 * 1024
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class State:
    """A record after one of its acts, by the header of that act; `day` is None in those from before it was named."""

    index: int
    version: int
    day: date | None
    territory: str


@dataclass(slots=True)
class Born:
    """A record of the counted register: its first act, and its states by version."""

    index: int
    id: bytes
    acted: date  # UTC day of the first act, from its header: the house cannot choose it afterwards
    states: dict[int, State] = field(default_factory=dict)

    @property
    def first(self) -> State:
        return self.states[1]

    def as_of(self, index: int) -> State:
        """The newest state below an index; there is one if the record entered the journal below it."""
        return self.states[max(version for version, state in self.states.items() if state.index < index)]


@dataclass(frozen=True, slots=True)
class Sealing:
    """An act that sealed a file."""

    index: int
    register: str
    month: str
    file: str
    sha256: str


@dataclass(slots=True)
class Extract:
    register: str  # as files and indicators call it: calls
    records: str  # as the journal calls it: call
    size: int
    born: dict[str, Born] = field(default_factory=dict)
    sealings: list[Sealing] = field(default_factory=list)


class BadExtract(ValueError):
    """Raised with what is wrong; becomes a failed step."""


def read_extract(path: Path, keys: Sequence[VerifierKey]) -> tuple[Extract | None, list[Step]]:
    """The extract if every line belongs to the signed log, and the steps extract, key, signature, witness."""
    try:
        with zipfile.ZipFile(path) as package:
            with package.open(HEAD) as start:
                head = _object(_bounded(start.read(MAX_HEAD + 1), MAX_HEAD))
            if head.get("format") != FORMAT or head.keys() != {"format", "register", "records", "checkpoint"}:
                raise BadExtract(f"{HEAD} is not {FORMAT}")
            note = parse_note(str(head["checkpoint"]))
            checkpoint = Checkpoint.parse(note.text)
            extract = Extract(str(head["register"]), str(head["records"]), checkpoint.size)
            with package.open(ENTRIES) as lines:
                root = _read_entries(extract, lines)
        if root != checkpoint.root:
            raise BadExtract("its entries are not those of the signed log")
    except OSError as error:  # what cannot be read refutes nothing
        return None, [unproven("extract", texts.NO_FILE, error.strerror or str(error), name=path.name)]
    except Exception as error:  # zipfile, zlib and what reads the lines raise a dozen kinds for a broken package
        reason = str(error) if isinstance(error, EngineError | ValueError) else f"{type(error).__name__}: {error}"
        return None, [failed("extract", say.EXTRACT_WRONG, reason)]
    return extract, [done("extract", say.EXTRACT, count=extract.size), *check_signatures(note, keys, None)]


def _read_entries(extract: Extract, lines: IO[bytes]) -> bytes:
    """Fill the extract; returns the root of all entries."""
    tree, leaves = Tree(), []
    ids: dict[bytes, str] = {}
    for index, line in enumerate(_lines(lines)):
        if index >= extract.size:
            raise BadExtract(f"it holds more than {extract.size} entries")
        entry, hashed = line.get("entry"), decode_base64(str(line.get("payload_hash")))
        if not isinstance(entry, dict):
            raise BadExtract(f"line {index}: no header")
        leaves.append(entry_leaf(entry, hashed))
        if len(leaves) == CHUNK:
            tree.extend(leaves)
            leaves.clear()
        if entry.get("act") == SEALING:
            extract.sealings.append(_sealing(index, line, hashed))
        if entry.get("register") == extract.records and entry.get("subject") is not None:
            _add_state(extract, ids, index, entry, line.get("record"))
    tree.extend(leaves)
    if tree.size != extract.size:
        raise BadExtract(f"it holds {tree.size} of {extract.size} entries")
    return tree.root()


def _lines(lines: IO[bytes]) -> Iterator[dict[str, Any]]:
    while line := lines.readline(MAX_LINE + 1):
        yield _object(_bounded(line, MAX_LINE))


def _bounded(data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise BadExtract(f"a part is longer than {most} bytes")
    return data


def _object(data: bytes) -> dict[str, Any]:
    value = read_json(data)
    if not isinstance(value, dict):
        raise BadExtract("a line is not a JSON object")
    return value


def _sealing(index: int, line: dict[str, Any], hashed: bytes) -> Sealing:
    """The payload of a sealing act is shown, and must be the one that was hashed."""
    payload = line.get("payload")
    if not isinstance(payload, dict) or payload_hash(decode_base64(str(line.get("salt"))), payload) != hashed:
        raise BadExtract(f"line {index}: the payload of a sealing act is missing or changed")
    after = payload["after"]
    return Sealing(index, *(str(after[name]) for name in ("counted", "month", "file", "sha256")))


def _add_state(extract: Extract, ids: dict[bytes, str], index: int, entry: dict[str, Any], shown: Any) -> None:
    if not isinstance(shown, dict):
        raise BadExtract(f"line {index}: says nothing about its record")
    subject, version, id = str(entry["subject"]), int(entry["version"]), bytes.fromhex(str(shown["id"]))
    day = None if entry.get("day") is None else date.fromisoformat(str(entry["day"]))
    # One pseudonym for each record and one record for each pseudonym: two records cannot hide behind one.
    if ids.setdefault(id, subject) != subject:
        raise BadExtract(f"line {index}: two records have one pseudonym")
    born = extract.born.get(subject)
    if born is None:
        if version != 1:
            return  # an entry that changed no record, such as a read
        born = extract.born[subject] = Born(index, id, date.fromisoformat(str(entry["occurred_at"])[:10]))
    if born.id != id:
        raise BadExtract(f"line {index}: one record has two pseudonyms")
    # A read repeats the version of the act before it and names no day; the first entry of a version is its act.
    before = born.states.get(version)
    if before is None or (before.day is None and day is not None):
        born.states[version] = State(index, version, day, str(entry["territory"]))

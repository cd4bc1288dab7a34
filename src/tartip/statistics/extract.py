"""The journal's extract for an auditor: every header, so that a figure can be shown to be complete.

Not for the public: headers say which officer acted when. Beside the entries of a record stands its name in the files.
"""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from tartip.core.figures.sources import Source, sources
from tartip.core.journal.entries import header_of
from tartip.core.journal.models import Entry, Payload, Seal
from tartip.core.journal.queries import latest_checkpoint
from tartip.engines.figures.extract import ENTRIES, FORMAT, HEAD
from tartip.engines.merkle import canonical_json
from tartip.errors import TartipError
from tartip.statistics.export import pseudonyms
from tartip.verify.month import SEALING

CHUNK = 2000


class UnknownRegister(TartipError):
    code = "statistics.unknown_register"
    text = "register: “%(register)s” is not counted; known are %(known)s."
    http_status = 404


class NoJournal(TartipError):
    code = "statistics.no_journal"
    text = "The journal is empty: there is nothing to extract yet."
    http_status = 409
    again = True


def write_extract(register: str, path: Path) -> int:
    """Write the extract of the sealed journal for one register; returns how many entries it holds.

    Raises UnknownRegister, NoJournal.
    """
    if register not in sources():
        raise UnknownRegister(register=register[:32], known=", ".join(sources()))
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        raise NoJournal
    source, size = sources()[register], checkpoint.size
    head = {"format": FORMAT, "register": register, "records": source.journal_register, "checkpoint": checkpoint.note}
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(HEAD, canonical_json(head))
        with package.open(ENTRIES, "w", force_zip64=True) as lines:
            for line in _entries(source, size):
                lines.write(canonical_json(line) + b"\n")
    return size


def _entries(source: Source, size: int) -> Iterator[dict[str, Any]]:
    hide = pseudonyms(source.schema.register)
    for first in range(0, size, CHUNK):
        seals = Seal.objects.filter(index__gte=first, index__lt=min(first + CHUNK, size)).order_by("index")
        entries = [seal.entry for seal in seals.select_related("entry")]
        shown = [entry.pk for entry in entries if entry.act == SEALING]
        payloads = {payload.entry_id: payload for payload in Payload.objects.filter(entry_id__in=shown)}
        for entry in entries:
            yield _line(source, entry, payloads.get(entry.pk), hide)


def _line(source: Source, entry: Entry, payload: Payload | None, hide: Any) -> dict[str, Any]:
    line = {"entry": header_of(entry).as_json(), "payload_hash": _base64(entry.payload_hash)}
    if entry.act == SEALING and payload is not None:
        line |= {"payload": orjson.loads(payload.body), "salt": _base64(payload.salt)}
    if entry.register == source.journal_register and entry.subject is not None:
        line["record"] = {"id": hide(entry.subject).hex()}
    return line


def _base64(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode()

"""The audit: replay the journal against the records and report every difference.

It recomputes each leaf from its columns and payload, the tree from the leaves, and compares each record with what
its last act says the record became. What slipped past the guard shows here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from tartip.core.journal.entries import header_of
from tartip.core.journal.models import Checkpoint, Entry
from tartip.core.journal.sealing import signing_key
from tartip.core.registers.register import REGISTERS, Register, payload_of
from tartip.engines import merkle

PAGE = 2_000
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Audit:
    """What was looked at and what does not fit. `findings` empty means clean."""

    entries: int = 0
    sealed: int = 0
    erased: int = 0
    records: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.findings

    def add(self, finding: str) -> None:
        self.findings.append(finding)


def audit(progress: Progress = lambda *_: None) -> Audit:
    result = Audit()
    _check_log(result, progress)
    for number, register in enumerate(REGISTERS.values()):
        progress("records", number, len(REGISTERS))
        _check_register(result, register)
    return result


def _check_log(result: Audit, progress: Progress) -> None:
    """Every sealed entry in its order: leaf, payload hash, root of the last checkpoint and its signature."""
    tree = merkle.Tree()
    total = Entry.objects.count()
    for expected, (index, entry, salt, body) in enumerate(_sealed_entries()):
        if index != expected:
            result.add(f"the journal has a gap: {expected} is followed by {index}")
            return
        _check_leaf(result, index, entry, salt, body)
        tree.append(bytes(entry.leaf))
        result.sealed += 1
        if index % PAGE == 0:
            progress("journal", index, total)
    result.entries = total
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        return
    opened = merkle.open_checkpoint(last.note, [signing_key().verifier])
    if last.size != result.sealed:
        result.add(f"the last checkpoint names {last.size} entries, {result.sealed} are sealed")
    elif tree.root() != opened.checkpoint.root:
        result.add("the root of the sealed entries is not the signed one")


def _check_leaf(result: Audit, index: int, entry: Entry, salt: bytes | None, body: str | None) -> None:
    if body is None or salt is None:
        result.erased += 1
    elif merkle.payload_hash(bytes(salt), orjson.loads(body)) != bytes(entry.payload_hash):
        result.add(f"entry {index} ({entry.act}): its payload is not the one that was sealed")
    if merkle.entry_leaf(header_of(entry).as_json(), bytes(entry.payload_hash)) != bytes(entry.leaf):
        result.add(f"entry {index} ({entry.act}): its header is not the one that was sealed")


def _sealed_entries() -> Iterator[tuple[int, Entry, bytes | None, str | None]]:
    start = 0
    while True:
        rows = list(
            Entry.objects.filter(seal__index__gte=start, seal__index__lt=start + PAGE)
            .select_related("seal", "content")
            .order_by("seal__index")
        )
        if not rows:
            return
        for entry in rows:
            content = getattr(entry, "content", None)
            yield entry.seal.index, entry, content.salt if content else None, content.body if content else None
        start = rows[-1].seal.index + 1


LAST_ACTS = """
SELECT DISTINCT ON (e.subject) e.subject, e.version, e.act, p.body
FROM journal_entry e LEFT JOIN journal_payload p ON p.entry_id = e.id
WHERE e.register = %s AND e.version > 0
ORDER BY e.subject, e.version DESC
"""


def _check_register(result: Audit, register: Register) -> None:
    """Each record equals what its last act left; each record has a last act; each last act has its record."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_ACTS, (register.name,))
        last = {subject: (version, act, body) for subject, version, act, body in cursor.fetchall()}
    count = 0
    for record in register.model._default_manager.all().iterator(PAGE):
        count += 1
        known = last.pop(record.pk, None)
        where = f"{register.name} {record.pk}"
        if known is None:
            result.add(f"{where}: no act made it")
            continue
        version, act, body = known
        if record.version != version:
            result.add(f"{where}: has version {record.version}, its last act ({act}) made {version}")
        elif body is not None:
            for name in _differences(
                orjson.loads(body).get("after", {}), orjson.loads(orjson.dumps(payload_of(record)))
            ):
                result.add(f"{where}: {name} is not what the act {act} left")
    for subject, (_, act, _body) in last.items():
        result.add(f"{register.name} {subject}: gone, though {act} made it")
    result.records[register.name] = count


def _differences(said: dict[str, Any], stored: dict[str, Any]) -> list[str]:
    return sorted(name for name in said.keys() | stored.keys() if said.get(name) != stored.get(name))

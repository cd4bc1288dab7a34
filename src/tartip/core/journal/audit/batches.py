"""Every batch against what its entry commits to: no row is gone, and each is what came in until an act changed it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from tartip.core.batches.leaves import beginning_of, leaf_of, root_of
from tartip.core.batches.models import CLOCKS, Batch, Block
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit.result import Audit, Progress
from tartip.core.people.models import Person
from tartip.core.registers.register import REGISTERS, Register, payload_of, register_of
from tartip.engines.errors import EngineError
from tartip.engines.merkle import EMPTY_ROOT

COUNT = 'SELECT count(DISTINCT batch_row), count(*), max(batch_row) FROM "{table}" WHERE batch = %s'
CLOCK_COUNT = """
SELECT count(*) FROM clocks_clock c JOIN "{table}" r ON r.id = c.subject
WHERE r.batch = %s AND c.started_by IN (SELECT id FROM journal_entry WHERE subject = %s)
"""
LEAVES = """
SELECT w.batch, w.row, b.salt, substring(b.leaves FROM w.row * 32 + 1 FOR 32)
FROM unnest(%s::uuid[], %s::int[]) AS w(batch, row) JOIN batches_block b ON b.subject = w.batch AND b.register = %s
"""


class Leaf(NamedTuple):
    salt: bytes
    hash: bytes


def check(result: Audit, progress: Progress) -> None:
    """The rows themselves are looked at with all records (`records.py`), their clocks with all clocks."""
    for batch in Batch.objects.order_by("pk").iterator(100):
        with result.judging(f"batch {batch.pk}"):
            _check_batch(result, batch)


def _check_batch(result: Audit, batch: Batch) -> None:
    where = f"batch {batch.pk}"
    own, persons = REGISTERS[batch.register], register_of(Person)
    blocks = {block.register: block for block in Block.objects.filter(subject=batch.pk)}
    parts = ((own.name, batch.rows, batch.root), (persons.name, batch.persons, batch.persons_root),
             (CLOCKS, batch.rows, batch.clocks_root))  # fmt: skip
    for name, size, root in parts:
        block = blocks.pop(name, None)
        leaves = bytes(block.leaves) if block else b""
        if len(leaves) != size * 32 or (root_of(leaves) if leaves else EMPTY_ROOT) != bytes(root):
            result.add(f"{where}: the hashes of its {name} rows are not those that its entry commits to")
    if blocks:
        result.add(f"{where}: has hashes of other rows: {', '.join(sorted(blocks))}")
    for register, size in ((own, batch.rows), (persons, batch.persons)):
        if _counted(register, batch.pk) != (size, size):
            result.add(f"{where}: not every row of {register.name} is there once")
    with connection.cursor() as cursor:
        cursor.execute(CLOCK_COUNT.format(table=own.model._meta.db_table), (batch.pk, batch.pk))
        if cursor.fetchone()[0] != batch.clocks:
            result.add(f"{where}: not every clock that its rows started is there")


def _counted(register: Register, batch: uuid.UUID) -> tuple[int, int]:
    """How many places of the batch are taken, and by how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(table=register.model._meta.db_table), (batch,))
        places, rows, last = cursor.fetchone()
    return (places if last is None or last == places - 1 else -1), rows


def leaves_of(register: str, records: Sequence[Any]) -> dict[uuid.UUID, Leaf]:
    """The leaf of each record that came in a batch, by the record's id."""
    came = {(record.batch, record.batch_row): record.pk for record in records if record.batch is not None}
    with connection.cursor() as cursor:
        cursor.execute(LEAVES, ([batch for batch, _ in came], [row for _, row in came], register))
        found = cursor.fetchall()
    return {came[batch, row]: Leaf(bytes(salt), bytes(leaf)) for batch, row, salt, leaf in found}


def is_as_it_came(register: Register, record: Any, leaf: Leaf | None) -> bool:
    """Whether an imported record that no act has touched is what its batch commits to."""
    if leaf is None:
        return False
    try:
        return leaf_of(leaf.salt, record.batch_row, register.state_of(payload_of(record))) == leaf.hash
    except (EngineError, OverflowError):  # a value no act could have written
        return False


def clocks_of_rows(clocks: Sequence[Clock]) -> dict[uuid.UUID, bool]:
    """For each of these clocks that a batch started: whether its row's leaf says so, as the clock is now.

    All clocks of a record must be given together: the leaf covers those that the row started.
    """
    found: dict[uuid.UUID, bool] = {}
    of: dict[tuple[str, uuid.UUID], list[Clock]] = defaultdict(list)
    for clock in clocks:
        of[clock.register, clock.subject].append(clock)
    for register in {name for name, _ in of}:
        model = REGISTERS[register].model if register in REGISTERS else None
        if model is None or not hasattr(model, "batch"):
            continue
        ids = [subject for name, subject in of if name == register]
        manager: Any = model._default_manager
        rows: list[Any] = list(manager.filter(pk__in=ids, batch__isnull=False))
        entries = _entries([row.batch for row in rows])
        leaves = leaves_of(CLOCKS, rows)
        for row in rows:
            entry = entries.get(row.batch)
            began = sorted((one for one in of[register, row.pk] if one.started_by == entry), key=lambda one: one.pk)
            leaf = leaves.get(row.pk)
            said = {"clocks": [beginning_of(clock) for clock in began]}
            same = leaf is not None and leaf_of(leaf.salt, row.batch_row, said) == leaf.hash
            found.update((clock.pk, same) for clock in began)
    return found


def _entries(batches: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The entry of each batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, id FROM journal_entry WHERE subject = ANY(%s) AND register = %s AND version = 1",
            (list(set(batches)), register_of(Batch).name),
        )
        return dict(cursor.fetchall())

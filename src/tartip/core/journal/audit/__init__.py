"""The audit: replay the journal against the records and clocks and report every difference.

It recomputes each leaf from its columns and payload, the tiles and every checkpoint from the leaves, and compares each
record, clock, account and key of the API with what the entries say became of it, and territories with
their file. What slipped past the guard shows.

It reads in pages, so memory stays flat, and in one snapshot, so it may run while acts go on. Each row is judged by
itself: one that holds what no act could have written is a finding, and the audit goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tartip.core.journal import keys
from tartip.core.journal.audit import accounts, batches, clocks, log, places, records
from tartip.core.journal.audit.moments import any_moment
from tartip.core.journal.audit.result import Audit, Progress

__all__ = ["Audit", "audit"]


def audit(progress: Progress = lambda *_: None) -> Audit:
    """Look at everything as it is at this moment; what is written meanwhile is left to the next audit."""
    result = Audit(keys_given=keys.given_from_outside())
    with _snapshot():
        for part in (log, records, batches, clocks, accounts, places):
            # A savepoint each: a query that fails in one part would end the transaction for all.
            with result.judging(part.__name__.rpartition(".")[2]), transaction.atomic():
                part.check(result, progress)
    return result


@contextmanager
def _snapshot() -> Iterator[None]:
    """One transaction that sees one state and writes nothing. It holds no number that sealing would wait for."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with any_moment(connection.connection):
            yield

"""Sealing: entries per second through the database, one proof, one whole verification.

`entries_per_s` is the sealing process's own work on committed entries: order them, grow the tree, write tiles and a
signed checkpoint, notify. Entries are written beforehand by COPY-like inserts, so that only sealing is timed.
"""

from __future__ import annotations

import os
import statistics
import time

from bench.contract import Report
from bench.parts.database import database

FILL = """
INSERT INTO journal_entry (id, origin, recorded_at, occurred_at, act, actor, role, on_behalf, territory, register,
  subject, version, cause, ground, edition, purpose, key, payload_hash, leaf)
SELECT uuidv7(), 1, now(), now(), 'incident.open', 'bench', 'dispatcher', '', '750000000', 'incident',
  uuidv7(), 1, NULL, 'order-706', '2024-09-20', '', NULL, sha256(n::text::bytea), sha256(n::text::bytea)
FROM generate_series(1, %s) n
"""


def run(quick: bool) -> Report:
    count = 60_000 if quick else 300_000
    with database():
        from django.db import connection

        from tartip.core.journal import queries
        from tartip.core.journal.models import Entry
        from tartip.core.journal.sealing import seal, signing_key

        rates = []
        for _ in range(3):
            with connection.cursor() as cursor:
                cursor.execute(FILL, (count,))
                cursor.execute("ANALYZE journal_entry")
            begun, sealed = time.perf_counter(), 0
            while done := seal().count:
                sealed += done
            rates.append(sealed / (time.perf_counter() - begun))
        size = 3 * count
        proofs = []
        for number in range(300):
            begun = time.perf_counter()
            queries.inclusion(number * 7919 % size, size)
            proofs.append(time.perf_counter() - begun)
        from tartip.core.people.personas import PERSONAS, make

        make(PERSONAS[0])
        while seal().count:
            pass
        verify = _verify(
            queries.receipt(Entry.objects.filter(act="people.appoint").latest("recorded_at").pk),
            str(signing_key().verifier),
        )
    return Report(
        "seal",
        {
            "entries_per_s": statistics.median(rates),
            "proof_ms": statistics.median(proofs) * 1000,
            "verify_ms": verify * 1000,
        },
        runs=3,
        input=f"{count} committed entries a run, one sealing process, embedded PostgreSQL; proofs by the database",
    )


def _verify(receipt: object, key: str) -> float:
    import orjson

    from tartip.verify import verify_bytes

    document, times = orjson.dumps(receipt), []
    for _ in range(50):
        begun = time.perf_counter()
        verdict = verify_bytes(document, keys=[key])
        times.append(time.perf_counter() - begun)
        assert verdict.ok, os.linesep.join(map(str, verdict.steps))
    return statistics.median(times)

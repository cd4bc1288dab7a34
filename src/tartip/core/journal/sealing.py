"""Sealing: give committed entries their place in the log, grow the tree, sign a checkpoint, tell the screens.

An entry is sealed once no transaction older than its own can still commit (the xmin horizon): the index is dense and
a late commit is never skipped, as a cursor over ids would skip it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from tartip.core.time import now
from tartip.engines.merkle import (
    HASH_SIZE,
    Checkpoint,
    SigningKey,
    TileKey,
    edge_keys,
    sign_checkpoint,
    tiles_after,
)

CHANNEL = "tartip_journal"
BATCH = 20_000

TAKE = """
WITH state AS (SELECT size, xid, entry FROM journal_state FOR UPDATE),
 ready AS (
  SELECT e.id, e.xid, e.leaf FROM journal_entry e, state
  WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())
    AND (e.xid, e.id) > (state.xid, coalesce(state.entry, '00000000-0000-0000-0000-000000000000'))
  ORDER BY e.xid, e.id LIMIT %s),
 placed AS (
  INSERT INTO journal_seal (index, entry_id)
  SELECT state.size + row_number() OVER (ORDER BY ready.xid, ready.id) - 1, ready.id FROM ready, state),
 last AS (SELECT xid, id FROM ready ORDER BY xid DESC, id DESC LIMIT 1),
 moved AS (
  UPDATE journal_state SET size = journal_state.size + (SELECT count(*) FROM ready), xid = last.xid, entry = last.id
  FROM last)
SELECT (SELECT size FROM state), coalesce(string_agg(leaf, ''::bytea ORDER BY xid, id), ''::bytea) FROM ready
"""

PUT_TILES = """
INSERT INTO journal_tile (level, n, hashes) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
ON CONFLICT (level, n) DO UPDATE SET hashes = EXCLUDED.hashes
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did: entries sealed, and the size of the log after it."""

    count: int
    size: int


def seal(batch: int = BATCH) -> Sealed:
    """Seal up to `batch` committed entries. Any number may call it at a time; they take turns."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, (batch,))
        size, joined = cursor.fetchone()
        leaves = bytes(joined)
        if not leaves:
            return Sealed(0, size)
        hashes = [leaves[i : i + HASH_SIZE] for i in range(0, len(leaves), HASH_SIZE)]
        grown = tiles_after(read_tiles(edge_keys(size)), size, hashes)
        keys = list(grown.changed)
        cursor.execute(PUT_TILES, ([k.level for k in keys], [k.index for k in keys], list(grown.changed.values())))
        note = sign_checkpoint(Checkpoint(settings.NODE_NAME, grown.size, grown.root), signing_key())
        cursor.execute(
            "INSERT INTO journal_checkpoint (size, root, note, made_at) VALUES (%s,%s,%s,%s)",
            (grown.size, grown.root, note, now()),
        )
        cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(grown.size)))
    return Sealed(len(hashes), grown.size)


def read_tiles(keys: list[TileKey]) -> dict[TileKey, bytes]:
    """Several tiles by one query."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, n, hashes FROM journal_tile WHERE (level, n) IN "
            "(SELECT * FROM unnest(%s::smallint[], %s::bigint[]))",
            ([key.level for key in keys], [key.index for key in keys]),
        )
        return {TileKey(level, n): bytes(hashes) for level, n, hashes in cursor.fetchall()}


@lru_cache(maxsize=1)
def signing_key() -> SigningKey:
    """The node's key; its public half (`str(signing_key().verifier)`) is what everyone checks receipts with."""
    return SigningKey(settings.NODE_NAME, bytes.fromhex(settings.JOURNAL_KEY)[:32])

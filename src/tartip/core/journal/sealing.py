"""Sealing: give committed entries their place in the log, grow the tree, sign a checkpoint, tell the screens.

An entry is sealed once no transaction older than its own can still commit (the xmin horizon): the index is dense and
a late commit is never skipped, as a cursor over ids would skip it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tartip.core.journal import keys
from tartip.core.registers.guard import SEALER_ROLE
from tartip.core.time import now
from tartip.engines.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    BadTile,
    Checkpoint,
    SigningKey,
    TileKey,
    check_edge,
    edge_keys,
    edge_root,
    sign_checkpoint,
    tiles_after,
)
from tartip.errors import TartipError

CHANNEL = "tartip_journal"
BATCH = 20_000

# The place of the last pass stands in subqueries and not in a join: only so does the index begin to read there, and a
# pass costs what is new instead of all that was ever written.
AFTER_STATE = """
(e.xid, e.id) >
  ((SELECT xid FROM {state}), (SELECT coalesce(entry, '00000000-0000-0000-0000-000000000000') FROM {state}))
"""
# The planner does not know how much is new: it would read and sort a whole backlog in each pass to take its beginning.
IN_ORDER = "SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)"
# The rights to write seals, tiles, checkpoints and keys are the sealing role's alone, and taken up for one pass.
BEGIN_PASS = f"{IN_ORDER}, set_config('role', '{SEALER_ROLE}', true)"
STEP_BACK = "SELECT set_config('role', %s, true)"
TAKE = f"""
WITH state AS MATERIALIZED (SELECT size, xid, entry FROM journal_state FOR UPDATE),
 ready AS (
  SELECT e.id, e.xid, e.leaf FROM journal_entry e
  WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot()) AND {AFTER_STATE.format(state="state")}
  ORDER BY e.xid, e.id LIMIT %s),
 placed AS (
  INSERT INTO journal_seal (index, entry_id)
  SELECT state.size + row_number() OVER (ORDER BY ready.xid, ready.id) - 1, ready.id FROM ready, state),
 last AS (SELECT xid, id FROM ready ORDER BY xid DESC, id DESC LIMIT 1),
 moved AS (
  UPDATE journal_state SET size = journal_state.size + (SELECT count(*) FROM ready), xid = last.xid, entry = last.id
  FROM last)
SELECT (SELECT size FROM state), coalesce(string_agg(leaf, ''::bytea ORDER BY xid, id), ''::bytea),
  (SELECT c.root FROM journal_checkpoint c, state WHERE c.size = state.size),
  (SELECT state.xid >= pg_snapshot_xmax(pg_current_snapshot()) FROM state)
FROM ready
"""  # noqa: S608 (constants of ours)

PUT_TILES = """
INSERT INTO journal_tile (level, n, hashes) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
ON CONFLICT (level, n) DO UPDATE SET hashes = EXCLUDED.hashes
"""

# With the key it is signed with, so that whoever reads the checkpoint finds the key too.
PUT_CHECKPOINT = f"""
WITH published AS ({keys.PUBLISH})
INSERT INTO journal_checkpoint (size, root, note, made_at, previous) VALUES (%s,%s,%s,%s,%s)
"""  # noqa: S608 (a constant of ours)


class Restored(TartipError):
    """A dump was loaded into another server: its transaction numbers began anew, and the order of sealing with them."""

    code = "journal.restored"
    text = "The journal was restored into another server. Nothing is sealed until you run: tartip journal resume"
    http_status = 503


class BrokenLog(TartipError):
    """The stored tiles are not those of the last signed checkpoint: a signature now would cover the change."""

    code = "journal.broken_log"
    text = (
        "The journal is not signed further: its stored tiles do not lead to the root of the checkpoint of %(size)s "
        "entries. Run tartip audit and restore what it names."
    )
    http_status = 503


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did: entries sealed, and the size of the log after it."""

    count: int
    size: int


def seal(batch: int = BATCH) -> Sealed:
    """Seal up to `batch` committed entries. Any number may call it at a time; they take turns.

    Raises Restored and BrokenLog, and seals nothing then: the log only ever continues what was signed last.
    """
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN_PASS)
        done = _pass(cursor, batch)
        if inside:  # otherwise the end of the transaction gives the role back
            cursor.execute(STEP_BACK, (connection.settings_dict.get("APP_ROLE") or "none",))
    return done


def _pass(cursor: CursorWrapper, batch: int) -> Sealed:
    cursor.execute(TAKE, (batch,))
    size, joined, root, restored = cursor.fetchone()
    if restored:
        raise Restored
    leaves = bytes(joined)
    if not leaves:
        return Sealed(0, size)
    keys.check_signer(signing_key().verifier)
    hashes = [leaves[i : i + HASH_SIZE] for i in range(0, len(leaves), HASH_SIZE)]
    edge = _checked_edge(size, root)
    grown = tiles_after(edge, size, hashes)
    tiles = list(grown.changed)
    cursor.execute(PUT_TILES, ([k.level for k in tiles], [k.index for k in tiles], list(grown.changed.values())))
    note = sign_checkpoint(Checkpoint(settings.NODE_NAME, grown.size, grown.root), signing_key())
    row = keys.as_row(signing_key().verifier, grown.size)
    cursor.execute(PUT_CHECKPOINT, (*row, grown.size, grown.root, note, now(), size))
    cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(grown.size)))
    return Sealed(len(hashes), grown.size)


def _checked_edge(size: int, root: bytes | None) -> dict[TileKey, bytes]:
    """The tiles at the right edge, if they lead to the root that was signed for `size` entries."""
    edge = read_tiles(edge_keys(size))
    try:
        if edge_root(check_edge(edge, size), size) == (EMPTY_ROOT if not size else bytes(root or b"")):
            return edge
    except BadTile:
        pass
    raise BrokenLog(size=size)


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
    """The node's private key. The process that seals asks for it and no other; for its public half see `keys.py`."""
    return SigningKey(settings.NODE_NAME, bytes.fromhex(settings.JOURNAL_KEY())[:32])

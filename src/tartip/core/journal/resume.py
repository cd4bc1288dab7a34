"""Sealing again after a dump was loaded into another server.

Entries are sealed in the order of their transaction numbers, and these begin anew in a new server: entries of the dump
that were not sealed yet stand above the horizon, new ones below the place that sealing has reached. Both would wait,
silently. Here all sealed entries get the number 0 and all others the number 1, below every number of the new server.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass

from django.db import connection, transaction

from tartip.core.journal import entries
from tartip.core.journal.keys import verifiers
from tartip.core.journal.sealing import read_tiles
from tartip.engines import merkle
from tartip.engines.errors import EngineError
from tartip.errors import TartipError

RESUME = "journal.resume"
NAMES = {
    RESUME: {
        "kk": "Қалпына келтіруден кейін мөрлеу жалғасты",
        "ru": "Запечатывание продолжено после восстановления",
        "en": "Sealing resumed after a restore",
    }
}
# Behind every entry with the number 0.
LAST_ID = uuid.UUID(int=2**128 - 1)

NEEDED = """
SELECT s.xid >= pg_snapshot_xmax(pg_current_snapshot()) OR EXISTS (
  SELECT 1 FROM journal_entry e
  WHERE NOT EXISTS (SELECT 1 FROM journal_seal l WHERE l.entry_id = e.id)
    AND (e.xid >= pg_snapshot_xmax(pg_current_snapshot())
         OR (e.xid, e.id) <= (s.xid, coalesce(s.entry, '00000000-0000-0000-0000-000000000000'))))
FROM journal_state s
"""

# The table is written anew instead of updated: its triggers refuse every update, the owner's too.
RENUMBER = """
CREATE FUNCTION tartip_number_after_restore(entry uuid) RETURNS xid8 LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN EXISTS (SELECT 1 FROM journal_seal WHERE entry_id = entry) THEN '0'::xid8 ELSE '1'::xid8 END $$;
ALTER TABLE journal_entry ALTER COLUMN xid TYPE xid8 USING tartip_number_after_restore(id);
DROP FUNCTION tartip_number_after_restore(uuid);
"""


class NotWhole(TartipError):
    """What was restored is not one state of the journal."""

    code = "journal.not_whole"
    text = "The restored journal is not whole: %(why)s. Restore the dump again, or another one."
    http_status = 503


@dataclass(frozen=True, slots=True)
class Resumed:
    """How many entries are sealed, and how many wait for their seal."""

    sealed: int
    waiting: int


def resume() -> Resumed | None:
    """Let sealing go on after a restore; None if nothing holds it up. Must run as the owner of the tables.

    Refuses a journal whose seals, tiles and last checkpoint do not belong together. Its entry says where it went on.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE journal_state, journal_entry IN ACCESS EXCLUSIVE MODE")
        cursor.execute(NEEDED)
        if not cursor.fetchone()[0]:
            return None
        size, root = _whole()
        cursor.execute(RENUMBER)
        cursor.execute("UPDATE journal_state SET size = %s, xid = '0', entry = %s", (size, LAST_ID))
        cursor.execute("SELECT count(*) FROM journal_entry WHERE xid = '1'")
        waiting = cursor.fetchone()[0]
        _tell(size, root, waiting)
    return Resumed(size, waiting + 1)


def _whole() -> tuple[int, bytes]:
    """Size and root of the log, if the seals are dense and the tiles lead to the last signed checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(index), -1) + 1 FROM journal_seal")
        seals, size = cursor.fetchone()
        cursor.execute("SELECT size, root, note FROM journal_checkpoint ORDER BY size DESC LIMIT 1")
        signed, root, note = cursor.fetchone() or (0, merkle.EMPTY_ROOT, None)
    if seals != size:
        raise NotWhole(why=f"{seals} seals reach up to place {size - 1}")
    if signed != size:
        raise NotWhole(why=f"{size} entries are sealed, the last checkpoint names {signed}")
    try:
        if note is not None and merkle.open_checkpoint(note, verifiers()).checkpoint.root != bytes(root):
            raise NotWhole(why="the last checkpoint is not the text that was signed")
        if merkle.root_from_tiles(size, read_tiles) != bytes(root):
            raise NotWhole(why="the tiles do not lead to the root of the last checkpoint")
    except EngineError as error:
        raise NotWhole(why=str(error)) from error
    return size, bytes(root)


def _tell(size: int, root: bytes, waiting: int) -> None:
    said = {"sealed": size, "root": base64.b64encode(root).decode(), "waiting": waiting}
    entries.write(entries.of_the_log(RESUME), said)

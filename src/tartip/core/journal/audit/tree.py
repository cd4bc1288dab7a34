"""The tree over the sealed entries: stored tiles of every level, and every checkpoint with its signature and moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from tartip.core.journal.audit.result import WALL_CLOCK, Audit
from tartip.core.journal.keys import given_from_outside, has_signed, verifiers
from tartip.core.journal.sealing import read_tiles
from tartip.core.time import now
from tartip.engines import merkle
from tartip.engines.errors import EngineError

TILE_BYTES = 256 * merkle.HASH_SIZE
CHECKPOINTS = """
SELECT size, root, note, made_at, previous FROM journal_checkpoint WHERE size > %s AND size <= %s ORDER BY size
"""
# Five minutes for a wall clock that was set back since.
KEYS = """
SELECT k.key, k.name, k.size, c.note, k.valid_from > now() + interval '5 minutes'
FROM journal_key k LEFT JOIN journal_checkpoint c ON c.size = k.size ORDER BY k.size, k.key
"""


CLOCK_OR_CHANGED = "a wall clock was wrong then, or the moment was changed"
# No computer's clock shows an earlier moment.
FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


class Made(NamedTuple):
    """A checkpoint: the moment its row names, and when the newest of the entries that it was the first to cover was
    recorded."""

    size: int
    at: datetime
    newest: datetime | None


class TreeCheck:
    """Grows with the leaves, page by page, and compares what is stored with what they give."""

    def __init__(self, result: Audit) -> None:
        self.result = result
        self.size = 0
        self._edge: dict[merkle.TileKey, bytes] = {}
        self._tree = merkle.Tree()
        self._keys = verifiers()
        self._signed = 0
        self._first_of: dict[str, int] = {}  # each key that has signed, and the first checkpoint it did
        self._chained = False
        self._unchained: Made | None = None  # the last one of those that name none before them
        self._last: Made | None = None
        self._recorded: datetime | None = None
        self._newest: set[str] = set()

    def extend(self, leaves: list[bytes], recorded: list[datetime]) -> None:
        """Go on by these leaves; `recorded` says when each of their entries was."""
        grown = merkle.tiles_after(self._edge, self.size, leaves)
        self._compare({key: tile for key, tile in grown.changed.items() if len(tile) == TILE_BYTES})
        self._edge = grown.edge
        self._checkpoints(leaves, recorded)
        self.size = grown.size

    def finish(self) -> None:
        """What stands at the right edge, and that nothing stands beyond it."""
        self._compare(self._edge)
        with connection.cursor() as cursor:
            cursor.execute("SELECT level, count(*), max(n) FROM journal_tile GROUP BY level ORDER BY level")
            for level, count, last in cursor.fetchall():
                hashes = self.size >> 8 * level
                if (count, last) != (-(-hashes // 256), -(-hashes // 256) - 1):
                    self.result.add(f"level {level} has {count} tiles up to {last}; {hashes} hashes need others")
            cursor.execute("SELECT count(*) FROM journal_checkpoint WHERE size > %s OR size <= 0", (self.size,))
            if beyond := cursor.fetchone()[0]:
                self.result.add(f"{beyond} checkpoints name more entries than the {self.size} that are sealed")
        self._published()
        if last := self._unchained:
            self.result.note(
                f"no checkpoint up to that of {last.size} entries, said to be made on {last.at.date().isoformat()}, "
                "names the one before it: versions before 27 November 2026 did not"
            )
        if self._signed != self.size:
            self.result.add(f"the last checkpoint names {self._signed} entries, {self.size} are sealed")

    def _published(self) -> None:
        """That every stored key signed this log, from the checkpoint it names on, and that the first one signs now."""
        with connection.cursor() as cursor:
            cursor.execute(KEYS)
            for key, name, first, note, later in cursor.fetchall():
                if later:
                    self.result.add(f"the key {key} is said to be used from a moment that has not come")
                if note is None or not has_signed(key, note, settings.NODE_NAME):
                    self.result.add(f"the key {key} has not signed the checkpoint of {first} entries that it names")
                elif key not in self._first_of and not given_from_outside():
                    self.result.add(f"the key {key} has signed no checkpoint of this log")
                elif self._first_of.get(key, first) != first:
                    self.result.add(
                        f"the key {key} signed {self._first_of[key]} entries before the {first} that it names"
                    )
                if name != key.partition("+")[0]:
                    self.result.add(f"the key {key} stands under the name {name}")
        if self._signed and self._keys and str(self._keys[0]) not in self._newest:
            self.result.add(f"the key {self._keys[0]} is published and has not signed the newest checkpoint")

    def _compare(self, tiles: dict[merkle.TileKey, bytes]) -> None:
        stored = read_tiles(list(tiles))
        for key, tile in tiles.items():
            if stored.get(key) != tile:
                self.result.add(f"tile {key.index} of level {key.level} does not hold the hashes of the sealed entries")

    def _checkpoints(self, leaves: list[bytes], recorded: list[datetime]) -> None:
        """Roots at every size that was signed within this page."""
        with connection.cursor() as cursor:
            cursor.execute(CHECKPOINTS, (self.size, self.size + len(leaves)))
            rows = cursor.fetchall()
        done = 0
        for size, root, note, made_at, previous in rows:
            self._tree.extend(leaves[done : size - self.size])
            self._record(recorded[done : size - self.size])
            done = size - self.size
            self._follows(size, previous)
            self._signed = size
            self._checkpoint(size, bytes(root), note)
            made = Made(size, made_at, self._recorded)
            self._moment(made)
            if previous is None and not self._chained:
                self._unchained = made
            self._recorded = None
        self._tree.extend(leaves[done:])
        self._record(recorded[done:])

    def _record(self, moments: list[datetime]) -> None:
        self._recorded = max([*moments, *([self._recorded] if self._recorded else [])], default=None)

    def _follows(self, size: int, previous: int | None) -> None:
        """Each checkpoint names the one before it, but for those of versions that did not."""
        if previous is None and self._chained:
            self.result.add(f"the checkpoint of {size} entries does not say which one was before it")
        elif previous is not None and previous != self._signed:
            self.result.add(
                f"the checkpoint of {size} entries follows that of {previous}; before it stands that of {self._signed}"
            )
        self._chained = self._chained or previous is not None

    def _moment(self, made: Made) -> None:
        """No signature covers it, and the sealing process's clock may have been wrong, or that of a page server.

        So what its entries and the next checkpoint contradict is a note. A finding is a moment that no clock showed.
        """
        where, before = "the checkpoint of {} entries is said to be made {}", self._last
        if made.at < FIRST_MOMENT:
            self.result.add(where.format(made.size, "before there were computers"))
        elif made.newest is not None and made.newest - made.at > WALL_CLOCK:
            self.result.note(where.format(made.size, f"before its entries: {CLOCK_OR_CHANGED}"))
        if made.at - now() > WALL_CLOCK:
            self.result.add(where.format(made.size, "at a moment that has not come"))
        elif before and before.at - made.at > WALL_CLOCK:
            self.result.note(where.format(before.size, f"after that of {made.size}: {CLOCK_OR_CHANGED}"))
        self._last = made

    def _checkpoint(self, size: int, root: bytes, note: str) -> None:
        try:
            opened = merkle.open_checkpoint(note, self._keys, origin=settings.NODE_NAME)
        except EngineError as error:
            self.result.add(f"the checkpoint of {size} entries: {error}")
            return
        signed = opened.checkpoint
        self._newest = {str(one.key) for one in opened.signed_by}
        for key in self._newest:
            self._first_of.setdefault(key, size)
        if (signed.size, signed.root) != (size, root):
            self.result.add(f"the checkpoint of {size} entries stands beside another signed text")
        if signed.root != self._tree.root():
            self.result.add(f"the root of the first {size} sealed entries is not the signed one")

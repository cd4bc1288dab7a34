"""What this process caches of the database: the tree and the outlines, read once and again after each change.

A load or an import changes a stamp in the table Revision; the stamp is looked at not more often than every
CHECK_EVERY seconds, so a change made by another process is seen within that time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from tartip.core.ids import new_id
from tartip.core.territory.errors import NoTerritories
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.locator import Locator
from tartip.core.territory.rows import COLUMNS, TerritoryRow

T = TypeVar("T")
CHECK_EVERY: Final = 5.0
TERRITORIES: Final = "territories"
OUTLINES: Final = "outlines"


class Cached(Generic[T]):
    """A value made from the database, with the stamps it was made under."""

    def __init__(self, build: Callable[[], T], keys: tuple[str, ...]) -> None:
        self._build, self._keys = build, keys
        self._lock = threading.Lock()
        self._value: T | None = None
        self._stamps: dict[str, str] | None = None
        self._checked = 0.0

    def get(self) -> T:
        value = self._value
        if value is not None and time.monotonic() - self._checked < CHECK_EVERY:
            return value
        with self._lock:
            stamps = self._read_stamps()
            if self._value is None or stamps != self._stamps:
                self._value, self._stamps = self._build(), stamps
            self._checked = time.monotonic()
            return self._value

    def forget(self) -> None:
        self._value = None

    def _read_stamps(self) -> dict[str, str]:
        from tartip.core.territory.models import Revision

        return dict(Revision.objects.filter(key__in=self._keys).values_list("key", "stamp"))


def _read_tree() -> TerritoryTree:
    from tartip.core.territory.models import Territory

    renamed = {"parent": "parent_id", "previous_parent": "previous_parent_id"}
    columns = [renamed.get(column, column) for column in COLUMNS]
    rows = Territory.objects.values_list(*columns)
    found = [
        TerritoryRow(**{**cell, "aliases": tuple(filter(None, cell["aliases"].split("\n")))})
        for cell in (dict(zip(COLUMNS, row, strict=True)) for row in rows)
    ]
    if not found:
        raise NoTerritories
    return TerritoryTree(found)


def _read_locator() -> Locator:
    from tartip.core.territory.outlines import current_outlines

    return Locator(current_outlines())


_tree = Cached(_read_tree, (TERRITORIES,))
_locator: Cached[Locator] = Cached(_read_locator, (TERRITORIES, OUTLINES))


def tree() -> TerritoryTree:
    return _tree.get()


def locator() -> Locator:
    return _locator.get()


def forget() -> None:
    """Read everything again at the next question; called after a load or an import in this process."""
    _tree.forget()
    _locator.forget()


def restamp(*keys: str) -> None:
    """Tell every process that the tables of these keys changed; part of the writer's transaction."""
    from tartip.core.territory.models import Revision

    rows = [Revision(key=key, stamp=new_id().hex) for key in keys]
    Revision.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["stamp"])

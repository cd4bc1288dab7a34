"""How long things are kept: at least (the archive must still have it) or at most (then it is erased)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tartip.core.law.edition import Dated, Timeline, edition_of
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to ground sense amount unit kk ru en status source note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Dated):
    """`amount` of `unit` (days or years); `sense` is at_least or at_most."""

    sense: str
    amount: int
    unit: str
    ground: str


@cache
def retentions() -> Timeline[Retention]:
    return Timeline((found.edition.key, found) for found in map(_retention, read("retention", COLUMNS)))


def _retention(row: Row) -> Retention:
    return Retention(
        sense=row.one_of("sense", ("at_least", "at_most")),
        amount=row.number("amount"),
        unit=row.one_of("unit", ("days", "years")),
        ground=row.text("ground"),
        edition=edition_of(row),
    )


def retention(key: str, on: date) -> Retention:
    """A retention term in force on a day: `keep-camera-archive`. Raises MissingEdition."""
    return retentions().at(key, on)

"""The national working calendar: the PyPI `holidays` table of Kazakhstan with our own table of decrees on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tartip.core.law.errors import UnknownWorkYear
from tartip.core.law.tables import STATUSES, by_key, read
from tartip.core.terms.calendar import WorkCalendar

COLUMNS = "date kind pair status source note"
ESTIMATED = " (estimated"


@dataclass(frozen=True, slots=True)
class Swap:
    """A decree moved a day of rest: `day` became free (off) or working (work) in exchange for `pair`."""

    day: date
    kind: str
    pair: date
    status: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A holiday or an observed day off, with its names; unconfirmed where the date is an estimate (Eid al-Adha)."""

    day: date
    kk: str
    ru: str
    en: str
    status: str


@cache
def swaps() -> dict[date, Swap]:
    """Working days moved by Government decree, by day."""
    return {
        row.day("date"): Swap(
            day=row.day("date"),
            kind=row.one_of("kind", ("off", "work")),
            pair=row.day("pair"),
            status=row.one_of("status", STATUSES),
            source=row.text("source"),
            note=row.maybe("note"),
        )
        for row in by_key(read("holidays", COLUMNS), "date").values()
    }


@cache
def national() -> WorkCalendar:
    """The calendar every term in working days is counted by; one shared instance."""
    return WorkCalendar(_off, work=[swap.day for swap in swaps().values() if swap.kind == "work"])


@cache
def free_days(year: int) -> tuple[FreeDay, ...]:
    """Holidays and observed days of a year, named in three languages, for the page that explains a deadline."""
    rows = by_key(read("holiday_names", "en kk ru"), "en")
    names = {english: (row.text("kk"), row.text("ru")) for english, row in rows.items()}
    found = []
    for day, english in sorted(_package(year).items()):
        plain = english.split(" (")[0]
        kk, ru = names.get(plain, (plain, plain))
        found.append(FreeDay(day, kk, ru, english, "unconfirmed" if ESTIMATED in english else "confirmed"))
    return tuple(found)


def first_year() -> int:
    """The first year whose decrees are all in the table: it is kept without gaps from its first row on."""
    return min(swaps()).year


def _off(year: int) -> set[date]:
    if year < first_year():
        raise UnknownWorkYear(year, first_year())
    # The package knows some decrees too; where ours names a day, ours decides.
    decreed = {swap.day for swap in swaps().values() if swap.kind == "off" and swap.day.year == year}
    return {day for day in _package(year) if day not in swaps()} | decreed


def _package(year: int) -> dict[date, str]:
    import holidays

    table: Any = holidays.country_holidays("KZ", years=year, language="en_US")
    return {day: name for day, name in table.items() if day.year == year}

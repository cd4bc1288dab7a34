"""Figures and what the page of figures shows. A figure comes from sealed files only, never from the live tables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.utils.translation import gettext as _, gettext_lazy

from tartip.core.figures.sources import sources
from tartip.core.journal.queries import NotSealedYet, receipt
from tartip.core.territory import tree
from tartip.core.territory.days import civil_day
from tartip.core.territory.spelling import Language
from tartip.core.time import now
from tartip.engines.figures import (
    Change,
    Cube,
    FigureReceipt,
    Indicator,
    NotCounted,
    Period,
    Territory,
    change,
    compute_figure,
)
from tartip.engines.figures.receipt import DEFINITIONS
from tartip.engines.months import Manifest, Month, NotSealed, SealedMonths
from tartip.errors import TartipError
from tartip.statistics.definitions import entry_for, place_of
from tartip.statistics.models import SealedMonth
from tartip.statistics.registry import Declared, all_declared, declared
from tartip.statistics.sealing import first_month, folder, last_over

KEPT_SECONDS = 3600


class BadPeriod(TartipError):
    code = "statistics.bad_period"
    text = "period: “%(period)s” is not YYYY-MM, YYYY-MM..YYYY-MM or YYYY."
    http_status = 422


class NothingSealed(TartipError):
    code = "statistics.not_sealed"
    text = "period: %(period)s is not sealed."
    http_status = 404


@dataclass(frozen=True, slots=True)
class Published:
    """One figure: the integer, and its receipt (canonical JSON, format tartip-figure/2)."""

    value: int
    receipt: bytes
    sha256: str
    files: tuple[str, ...]
    proved: int  # of the files, how many have their entry in the sealed journal
    defined: bool  # does the sealed journal hold the definition and the borders?
    as_of: int | None  # records were counted that entered the journal before this index


class NotCountedThen(TartipError):
    code = "statistics.not_counted"
    text = "indicator: %(indicator)s is not counted for %(period)s: its records did not hold then what it needs."
    http_status = 404


NOT_SEALED, BORDERS, BEGAN, NOT_COUNTED = "not_sealed", "borders", "began", "not_counted"
WHY_NOT = {
    NOT_SEALED: gettext_lazy("last year is not sealed"),
    BORDERS: gettext_lazy("the borders were others a year before"),
    BEGAN: gettext_lazy("counting began in that period"),
    NOT_COUNTED: gettext_lazy("it was not counted a year before"),
}


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """A period and the same period of the year before.

    `before` is None where the two cannot be compared; `why` is then a key of WHY_NOT.
    """

    now: int
    before: int | None
    why: str = ""

    @property
    def change(self) -> Change | None:
        return None if self.before is None else change(self.now, self.before)


def period_of(text: str) -> Period:
    """`2026-10`, `2026-01..2026-10` or `2026`. Raises BadPeriod."""
    try:
        if len(text) == 4 and text.isascii() and text.isdigit():
            return Period.of_year(int(text))
        first, dots, last = text.partition("..")
        return Period.of_months(Month.parse(first), Month.parse(last) if dots else None)
    except TartipError:
        raise BadPeriod(period=text[:32]) from None


def written(period: Period) -> str:
    first, last = Month.of(period.first), Month.of(period.last)
    return str(first) if first == last else f"{first}..{last}"


def figure(indicator: str, territory: str, period: Period) -> Published:
    """Count one figure from the sealed files, twice (DuckDB and polars), and make its receipt.

    Raises UnknownIndicator, UnknownTerritory, NothingSealed, NotCountedThen, FileChanged, RecountDiffers.
    """
    found, place = declared(indicator).indicator, place_of(territory)
    sealed = sealed_of(found.register)
    used = _used(sealed, period)
    hashes = [manifest.sha256 for manifest in used.manifests]
    used.check()
    proofs = _proofs(found, place, hashes)
    made_of = sha256(f"{found.sha256} {territory} {written(period)} {hashes} {sorted(proofs)}".encode()).hexdigest()
    key = f"figure-2:{made_of}"
    kept: Published | None = caches["figures"].get(key)
    if kept is None:
        try:
            made = compute_figure(found, place, period, used, recount=True)
        except NotCounted:
            raise NotCountedThen(indicator=indicator, period=written(period)) from None
        handed = FigureReceipt(made, proofs)
        files = tuple(name for m in used.manifests for name in (m.file, f"{m.name}.manifest.json"))
        defined = DEFINITIONS in proofs
        kept = Published(made.value, handed.data, handed.sha256, files, len(proofs) - defined, defined, made.as_of)
        caches["figures"].set(key, kept, KEPT_SECONDS)
    return kept


def year_on_year(indicator: str, territory: str, period: Period) -> YearOnYear:
    """The figure and the same one a year before, from the kept cells of the sealed months.

    Like is compared with like: the same months, sealed and counted in full, within the same borders. Raises
    NothingSealed, NotCountedThen.
    """
    found, place = declared(indicator).indicator, place_of(territory)
    cube = cube_of(found.register)
    if cube is None or not _holds(cube, period):
        raise NothingSealed(period=written(period))
    try:
        value = cube.value(indicator, place, period)
    except NotCounted:
        raise NotCountedThen(indicator=indicator, period=written(period)) from None
    return YearOnYear(value, *_year_before(found, territory, period, cube))


def _year_before(indicator: Indicator, territory: str, period: Period, cube: Cube) -> tuple[int | None, str]:
    """The value a year before, or why there is none to compare with."""
    before = period.year_before
    if not _holds(cube, before):
        return None, NOT_SEALED
    if not same_borders(territory, period, before):
        return None, BORDERS
    began = began_on(indicator.register)
    if began is None or began > before.first:
        return None, BEGAN
    try:
        return cube.value(indicator.code, place_of(territory), before), ""
    except NotCounted:
        return None, NOT_COUNTED


def same_borders(territory: str, *periods: Period) -> bool:
    """Did the territory exist with the same parts on the first and the last day of each period?"""
    if territory == tree.ROOT:
        return True
    trees = [tree.current().at(day) for period in periods for day in (period.first, period.last)]
    return all(territory in one for one in trees) and len({one.subtree(territory) for one in trees}) == 1


def began_on(register: str) -> date | None:
    """The day of the oldest sealed record: what lies before was not counted, which is not the same as nothing."""
    sealed = sealed_of(register)
    for month in sealed.months:
        if any(manifest.rows > manifest.withdrawn for manifest in sealed.parts(month)):
            return _first_day(str(sealed.folder), register, month, tuple(m.sha256 for m in sealed.parts(month)))
    return None


@lru_cache(maxsize=16)
def _first_day(place: str, register: str, month: Month, hashes: tuple[str, ...]) -> date:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    sealed = sealed_of(register)
    files = [sealed.path(manifest) for manifest in sealed.parts(month) if manifest.rows]
    days = [pc.min(pq.read_table(file, columns=["date"])["date"]).as_py() for file in files]
    first: date = min(days)
    return first


def monthly(indicator: str, territory: str, year: int) -> list[int | None]:
    """Twelve values, None where a month is not sealed or the indicator was not counted yet."""
    found, place = declared(indicator).indicator, place_of(territory)
    cube = cube_of(found.register)
    return [_month_value(cube, indicator, place, month) for month in Month(year, 1).through(Month(year, 12))]


def _month_value(cube: Cube | None, indicator: str, place: Territory, month: Month) -> int | None:
    if cube is None or month not in cube.months:
        return None
    try:
        return cube.value(indicator, place, Period.of_months(month))
    except NotCounted:
        return None


def by_part(indicator: str, territory: str, period: Period, language: Language) -> list[dict[str, Any]]:
    """The parts one level below, in the order of their names, each with this and last year; empty for a district.

    What the territory holds itself, or under no part of it, is the last row (`code` is empty), so that the parts always
    sum to the whole.
    """
    rows: list[dict[str, Any]] = []
    for code in tree.children(territory, language):
        both = year_on_year(indicator, code, period)
        rows.append({"code": code, "name": tree.name(code, language), "both": both, "change": both.change})
    rest = _rest(year_on_year(indicator, territory, period), [row["both"] for row in rows])
    if rows and (rest.now or rest.before):
        name = _("Not assigned to a region") if territory == tree.ROOT else _("Not assigned to a district")
        rows.append({"code": "", "name": name, "both": rest, "change": rest.change})
    return rows


def _rest(whole: YearOnYear, parts: list[YearOnYear]) -> YearOnYear:
    """What of the whole lies in none of the parts."""
    now = whole.now - sum(part.now for part in parts)
    lacking = next((one.why for one in (whole, *parts) if one.before is None), "")
    if whole.before is None or lacking:
        return YearOnYear(now, None, lacking)
    return YearOnYear(now, whole.before - sum(part.before or 0 for part in parts))


@dataclass(frozen=True, slots=True)
class LateMonth:
    """A month that should be sealed since `due`, and the registers in which it is not."""

    month: str
    registers: tuple[str, ...]
    due: date


def late_months() -> list[LateMonth]:
    """For the duty engineer's board: months that are over and not sealed by the third day of the next."""
    first = first_month()
    if first is None:
        return []
    known = set(SealedMonth.objects.filter(supplement=0).values_list("counted", "month"))
    today = civil_day(tree.ROOT, now())
    late = []
    for month in first.through(last_over()):
        due = month.plus(1).first.replace(day=3)
        registers = tuple(register for register in sources() if (register, str(month)) not in known)
        if registers and today >= due:
            late.append(LateMonth(str(month), registers, due))
    return late


def newest_period() -> Period | None:
    """From the first month of the newest sealed year that is sealed without a gap, through the newest month."""
    known = months_sealed()
    if not known:
        return None
    first = last = known[-1]
    while first.plus(-1) in known and first.plus(-1).year == last.year:
        first = first.plus(-1)
    return Period.of_months(first, last)


def months_sealed() -> list[Month]:
    """Months sealed in every register, oldest first."""
    found = [set(sealed_of(register).months) for register in sources()]
    return sorted(set.intersection(*found)) if found else []


def sealed_of(register: str) -> SealedMonths:
    """All sealed files of a register, read again when the folder changed; `check` looks at the files themselves."""
    place = folder()
    if not place.exists():
        return SealedMonths(place, ())
    return _read(register, str(place), len(os.listdir(place)), place.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(register: str, place: str, files: int, changed_ns: int) -> SealedMonths:
    return SealedMonths.read(place, register)


def cube_of(register: str) -> Cube | None:
    """The cells of every sealed month; only months sealed anew are counted again."""
    sealed = sealed_of(register)
    if not sealed.manifests:
        return None
    return _cube(register, str(sealed.folder), tuple(m.sha256 for m in sealed.manifests))


@lru_cache(maxsize=8)
def _cube(register: str, place: str, hashes: tuple[str, ...]) -> Cube:
    sealed = sealed_of(register)
    sealed.check()
    found = [one.indicator for one in all_declared() if one.indicator.register == register]
    return Cube.build(found, sealed)


def _holds(cube: Cube, period: Period) -> bool:
    return all(month in cube.months for month in period.months)


def _used(sealed: SealedMonths, period: Period) -> SealedMonths:
    try:
        return sealed.of(period.months)
    except NotSealed:
        raise NothingSealed(period=written(period)) from None


def _proofs(indicator: Indicator, place: Territory, hashes: list[str]) -> dict[str, Any]:
    """The journal's receipts of the manifests and of the definitions, where their entries are sealed already."""
    entries = dict(SealedMonth.objects.filter(sha256__in=hashes).values_list("sha256", "entry"))
    defined = entry_for(indicator, place)
    if defined is not None:
        entries[DEFINITIONS] = defined
    proofs = {}
    for name, entry in entries.items():
        try:
            proofs[name] = receipt(entry)
        except NotSealedYet:
            continue
    return proofs


def manifests_of(indicator: Declared, period: Period) -> tuple[Manifest, ...]:
    return _used(sealed_of(indicator.indicator.register), period).manifests

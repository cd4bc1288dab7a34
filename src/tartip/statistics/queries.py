"""Figures and what the page of figures shows. A figure comes from sealed files only, never from the live tables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.core.cache import cache

from tartip.core.journal.queries import NotSealedYet, receipt
from tartip.core.territory import tree
from tartip.core.territory.spelling import Language
from tartip.engines.figures import Change, Cube, FigureReceipt, Period, Territory, change, compute_figure
from tartip.engines.months import Manifest, Month, NotSealed, SealedMonths
from tartip.errors import TartipError
from tartip.statistics.export import SOURCES
from tartip.statistics.models import SealedMonth
from tartip.statistics.registry import Declared, all_declared, declared
from tartip.statistics.sealing import folder

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
    """One figure: the integer, and its receipt (canonical JSON, format tartip-figure/1)."""

    value: int
    receipt: bytes
    sha256: str
    files: tuple[str, ...]
    proved: int  # of the files, how many have their entry in the sealed journal


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """A period and the same period of the year before; `before` is None where that one is not sealed whole."""

    now: int
    before: int | None

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


def place_of(code: str) -> Territory:
    """A territory with everything below it today; the republic is all records. Raises UnknownTerritory."""
    codes = tree.subtree(code)
    return Territory(code) if code == tree.ROOT else Territory.of(code, codes)


def figure(indicator: str, territory: str, period: Period) -> Published:
    """Count one figure from the sealed files, twice (DuckDB and polars), and make its receipt.

    Raises UnknownIndicator, UnknownTerritory, NothingSealed, FileChanged, RecountDiffers.
    """
    found, place = declared(indicator).indicator, place_of(territory)
    sealed = sealed_of(found.register)
    used = _used(sealed, period)
    hashes = [manifest.sha256 for manifest in used.manifests]
    used.check()
    proofs = _proofs(hashes)
    made_of = sha256(f"{found.sha256} {territory} {written(period)} {hashes} {len(proofs)}".encode()).hexdigest()
    key = f"figure:{made_of}"
    kept: Published | None = cache.get(key)
    if kept is None:
        made = compute_figure(found, place, period, used, recount=True)
        handed = FigureReceipt(made, proofs)
        files = tuple(name for m in used.manifests for name in (m.file, f"{m.name}.manifest.json"))
        kept = Published(made.value, handed.data, handed.sha256, files, len(proofs))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def year_on_year(indicator: str, territory: str, period: Period) -> YearOnYear:
    """The figure and the same one a year before, from the kept cells of the sealed months."""
    found, place = declared(indicator).indicator, place_of(territory)
    cube = cube_of(found.register)
    if cube is None or not _holds(cube, period):
        raise NothingSealed(period=written(period))
    before = cube.value(indicator, place, period.year_before) if _holds(cube, period.year_before) else None
    return YearOnYear(cube.value(indicator, place, period), before)


def monthly(indicator: str, territory: str, year: int) -> list[int | None]:
    """Twelve values, None where a month is not sealed."""
    found, place = declared(indicator).indicator, place_of(territory)
    cube = cube_of(found.register)
    known = cube.months if cube else ()
    return [
        cube.value(indicator, place, Period.of_months(month)) if cube and month in known else None
        for month in Month(year, 1).through(Month(year, 12))
    ]


def by_part(indicator: str, territory: str, period: Period, language: Language) -> list[dict[str, Any]]:
    """The parts one level below, in the order of their names, each with this and last year; empty for a district."""
    rows = []
    for code in tree.children(territory, language):
        both = year_on_year(indicator, code, period)
        rows.append({"code": code, "name": tree.name(code, language), "both": both, "change": both.change})
    return rows


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
    found = [set(sealed_of(register).months) for register in SOURCES]
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


def _proofs(hashes: list[str]) -> dict[str, Any]:
    """The journal's receipt of each manifest, where its entry is sealed already."""
    entries = dict(SealedMonth.objects.filter(sha256__in=hashes).values_list("sha256", "entry"))
    proofs = {}
    for manifest, entry in entries.items():
        try:
            proofs[manifest] = receipt(entry)
        except NotSealedYet:
            continue
    return proofs


def manifests_of(indicator: Declared, period: Period) -> tuple[Manifest, ...]:
    return _used(sealed_of(indicator.indicator.register), period).manifests

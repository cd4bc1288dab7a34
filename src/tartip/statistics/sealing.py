"""Closing a month: its file, its manifest, its entry in the journal; later a supplement for what came late.

`catch_up` closes whatever is due, however long nobody looked; one month or register that fails stops no other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from tartip.core.acts import Actor, system
from tartip.core.figures.sources import Source, sources
from tartip.core.journal.models import State
from tartip.core.territory import tree
from tartip.core.territory.days import civil_day
from tartip.core.time import now
from tartip.engines import months
from tartip.engines.months import Month, SealedMonths
from tartip.errors import TartipError
from tartip.statistics.actions import seal_file
from tartip.statistics.definitions import seal_changed
from tartip.statistics.export import around, of_month
from tartip.statistics.models import SealedMonth

if TYPE_CHECKING:
    import pyarrow as pa


class MonthNotOver(TartipError):
    code = "statistics.month_not_over"
    text = "month: %(month)s is not over yet; a month is sealed after its last day."
    http_status = 422


class RecordsGone(TartipError):
    code = "statistics.records_gone"
    text = "%(register)s: %(count)s sealed records of %(month)s are not found any more. Nothing was sealed."
    http_status = 500


class FilesGone(TartipError):
    code = "statistics.files_gone"
    text = "%(register)s: files of %(month)s are sealed in the journal and not in the folder. Nothing was sealed."
    http_status = 500


class FilesOfAnotherJournal(TartipError):
    code = "statistics.files_of_another_journal"
    text = (
        "%(register)s: the file %(file)s counts what this database does not hold. Nothing was sealed. "
        "After a restore, move the files that are newer than the dump out of the folder (docs/restore.md)."
    )
    http_status = 500


class MonthsFailed(TartipError):
    code = "statistics.months_failed"
    text = "Months that could not be sealed: %(which)s. First reason: %(why)s"
    http_status = 500
    again = True


log = logging.getLogger("tartip.statistics")
LOOKED_AT_DAILY = 3  # months; all others are looked at again whenever a new month is sealed


@dataclass(frozen=True, slots=True)
class Failure:
    register: str
    month: Month | None  # None: the register's folder could not be read at all
    error: Exception


@dataclass(slots=True)
class Closed:
    """What a pass did: the files sealed, and what could not be."""

    sealed: list[SealedMonth] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    def check(self) -> None:
        """Raises MonthsFailed if anything failed."""
        if self.failed:
            which = ", ".join(f"{one.register} {one.month or ''}".strip() for one in self.failed)
            raise MonthsFailed(which=which, why=self.failed[0].error) from self.failed[0].error


def folder() -> Path:
    """Where the sealed files lie."""
    return Path(settings.VAR) / "statistics"


def is_over(month: Month) -> bool:
    """Has the month ended in every zone of the country, by each zone's own civil day?"""
    at = now()
    return all(at.astimezone(zone).date() > month.last for zone in zones())


def zones() -> set[ZoneInfo]:
    return {tree.zone(code) for code in tree.subtree(tree.ROOT)}


def last_over() -> Month:
    """The newest month that has ended everywhere."""
    month = Month.of(now().date()).plus(1)
    while not is_over(month):
        month = month.plus(-1)
    return month


def first_month() -> Month | None:
    """The month of the oldest record of any register; None where there is none. Never before TARTIP_CALLS_SINCE."""
    found = []
    for source in sources().values():
        oldest = source.records().order_by(source.moment).values_list(source.moment, "territory_id").first()
        if oldest is not None:
            at, place = oldest
            found.append(Month.of(civil_day(place, at)))
    return max(min(found), Month.parse(settings.CALLS_SINCE)) if found else None


def seal_month(month: Month, actor: Actor | None = None) -> list[SealedMonth]:
    """Seal a month of every register, or a supplement where records came or changed since; nothing new, nothing done.

    Returns the files sealed now. Safe to repeat after a crash: a file without its entry gets it first. A register that
    fails stops no other; the first failure is raised when all were tried.
    """
    if not is_over(month):
        raise MonthNotOver(month=month)
    closed = Closed()
    seal_changed(actor or system("statistics"))
    for source in sources().values():
        _close(closed, source, [month], actor or system("statistics"))
    if closed.failed:
        raise closed.failed[0].error
    return closed.sealed


def catch_up(actor: Actor | None = None) -> Closed:
    """Seal every month that is over and not sealed, oldest first, and what came late to the sealed ones.

    Before a new month is sealed, all sealed months are looked at again, whatever their age; on other days the last
    few.
    """
    closed, first, last = Closed(), first_month(), last_over()
    try:
        seal_changed(actor or system("statistics"))
    except Exception as error:
        log.exception("the definitions of figures could not be sealed")
        closed.failed.append(Failure("definitions", None, error))
    for source in sources().values():
        try:
            known = sealed_months(source)
        except Exception as error:
            log.exception("%s: the sealed months cannot be read", source.schema.register)
            closed.failed.append(Failure(source.schema.register, None, error))
            continue
        due = [month for month in first.through(last) if month not in known] if first else []
        again = known if due else known[-LOOKED_AT_DAILY:]
        _close(closed, source, [*again, *due], actor or system("statistics"))
    return closed


def sealed_months(source: Source) -> tuple[Month, ...]:
    return SealedMonths.read(folder(), source.schema.register).months if folder().exists() else ()


def _close(closed: Closed, source: Source, wanted: Iterable[Month], actor: Actor) -> None:
    for month in wanted:
        try:
            closed.sealed += enter(actor, source)
            if (made := _seal(source, month)) is not None:
                closed.sealed += enter(actor, source, made.sha256)
        except Exception as error:
            log.exception("%s %s could not be sealed", source.schema.register, month)
            closed.failed.append(Failure(source.schema.register, month, error))


def enter(actor: Actor, source: Source, made: str = "") -> list[SealedMonth]:
    """Tell the journal of every sealed file it does not know yet, in the order in which they were sealed.

    made: the hash of one that was made from these very records. Any other must have been left by a crash, and not by
    a database that was lost: raises FilesOfAnotherJournal before anything is entered.
    """
    register = source.schema.register
    found = SealedMonths.read(folder(), register).manifests if folder().exists() else ()
    known = set(SealedMonth.objects.filter(counted=register).values_list("sha256", flat=True))
    late = sorted((m for m in found if m.sha256 not in known), key=lambda m: m.number)
    for manifest in late:
        if manifest.sha256 != made:
            _check_ours(source, manifest)
    # The hash is the idempotency key: two sealers at once write one entry.
    return [seal_file(actor.saying(key=manifest.sha256), manifest=manifest) for manifest in late]


def _check_ours(source: Source, manifest: months.Manifest) -> None:
    """Was the file counted in this journal: up to an index that it has, of records and versions that are here?"""
    import pyarrow.parquet as pq

    size = State.objects.values_list("size", flat=True).first() or 0
    near, _ = around(source, manifest.month)
    here = dict(zip(near["id"].to_pylist(), near["version"].to_pylist(), strict=True))
    part = pq.read_table(folder() / manifest.file, columns=["id", "version"])
    rows = zip(part["id"].to_pylist(), part["version"].to_pylist(), strict=True)
    if (manifest.as_of or 0) > size or any(here.get(key, 0) < version for key, version in rows):
        raise FilesOfAnotherJournal(register=source.schema.register, file=manifest.file)


def _seal(source: Source, month: Month) -> months.Manifest | None:
    near, size = around(source, month)
    table = of_month(near, month)
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    sealed = SealedMonths.read(place, source.schema.register)
    parts = sealed.parts(month)
    entered = SealedMonth.objects.filter(counted=source.schema.register, month=str(month)).values_list(
        "sha256", flat=True
    )
    if set(entered) - {manifest.sha256 for manifest in parts}:
        raise FilesGone(register=source.schema.register, month=month)  # sealing it again would make a second truth
    if not parts:
        return months.seal_month(table, source.schema, month, place, as_of=(size, table.num_rows))
    # A month keeps the columns it was first sealed with, though its register may have more by now.
    schema = parts[0].schema
    near, table = near.select(schema.names), table.select(schema.names)
    known = _sealed_versions(sealed, month)
    fresh = _newer(table, known)
    gone = _moved(near, table, known, source.schema.register, month)
    if not fresh.num_rows and not gone:
        return None
    withdrawn = months.rows_to_withdraw(sealed, month, gone) if gone else None
    return months.seal_month(
        fresh, schema, month, place, supplement=len(parts), withdrawn=withdrawn, as_of=(size, table.num_rows)
    )


def _sealed_versions(sealed: SealedMonths, month: Month) -> dict[bytes, tuple[int, bool]]:
    """By id the newest sealed version, and whether it counts (was not withdrawn)."""
    import pyarrow.parquet as pq

    found: dict[bytes, tuple[int, bool]] = {}
    for manifest in sealed.parts(month):
        part = pq.read_table(sealed.path(manifest), columns=["id", "version", "withdrawn"])
        for key, version, out in zip(*(part[name].to_pylist() for name in part.column_names), strict=True):
            if key not in found or found[key][0] < version:
                found[key] = (version, not out)
    return found


def _newer(table: pa.Table, known: dict[bytes, tuple[int, bool]]) -> pa.Table:
    import pyarrow as pa

    rows = zip(table["id"].to_pylist(), table["version"].to_pylist(), strict=True)
    newer = [key not in known or known[key][0] < version for key, version in rows]
    # Of an empty table the list would have no type, which Arrow refuses.
    return table.filter(pa.array(newer, pa.bool_()))


def _moved(
    near: pa.Table, table: pa.Table, known: dict[bytes, tuple[int, bool]], register: str, month: Month
) -> dict[Any, int]:
    """Records that counted in the month and now belong to another, with their versions.

    A record never disappears: one that is nowhere near the month means a lost record or another key of pseudonyms, and
    then sealing would count everything twice. Raises RecordsGone.
    """
    here = set(table["id"].to_pylist())
    lost = {key for key, (_version, counts) in known.items() if counts and key not in here}
    now_at = dict(zip(near["id"].to_pylist(), near["version"].to_pylist(), strict=True))
    missing = lost - set(now_at)
    if missing:
        raise RecordsGone(register=register, count=len(missing), month=month)
    return {key: now_at[key] for key in sorted(lost)}

"""Closing a month: its file, its manifest, its entry in the journal; later a supplement for what came late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tartip.core.acts import Actor, system
from tartip.core.time import now
from tartip.engines import months
from tartip.engines.months import Month, SealedMonths
from tartip.errors import TartipError
from tartip.statistics.actions import seal_file
from tartip.statistics.export import SOURCES, Source, around, of_month
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


def folder() -> Path:
    """Where the sealed files lie."""
    return Path(settings.VAR) / "statistics"


def seal_month(month: Month, actor: Actor | None = None) -> list[SealedMonth]:
    """Seal a month of every register, or a supplement where records came or changed since; nothing new, nothing done.

    Returns the files sealed now. Safe to repeat after a crash: a file without its entry gets it first.
    """
    if month.last >= now().date():
        raise MonthNotOver(month=month)
    actor = actor or system("statistics")
    sealed = []
    for source in SOURCES.values():
        sealed += enter(actor, source)
        manifest = _seal(source, month)
        if manifest is not None:
            sealed += enter(actor, source)
    return sealed


def enter(actor: Actor, source: Source) -> list[SealedMonth]:
    """Tell the journal of every sealed file it does not know yet, in the order in which they were sealed."""
    register = source.schema.register
    found = SealedMonths.read(folder(), register).manifests if folder().exists() else ()
    known = set(SealedMonth.objects.filter(counted=register).values_list("sha256", flat=True))
    late = sorted((m for m in found if m.sha256 not in known), key=lambda m: m.number)
    # The hash is the idempotency key: two sealers at once write one entry.
    return [seal_file(actor.saying(key=manifest.sha256), manifest=manifest) for manifest in late]


def _seal(source: Source, month: Month) -> months.Manifest | None:
    near = around(source, month)
    table = of_month(near, month)
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    sealed = SealedMonths.read(place, source.schema.register)
    parts = sealed.parts(month)
    if not parts:
        return months.seal_month(table, source.schema, month, place)
    known = _sealed_versions(sealed, month)
    fresh = _newer(table, known)
    gone = _moved(near, table, known, source.schema.register, month)
    if not fresh.num_rows and not gone:
        return None
    withdrawn = months.rows_to_withdraw(sealed, month, gone) if gone else None
    return months.seal_month(fresh, source.schema, month, place, supplement=len(parts), withdrawn=withdrawn)


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
    rows = zip(table["id"].to_pylist(), table["version"].to_pylist(), strict=True)
    return table.filter([key not in known or known[key][0] < version for key, version in rows])


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

"""From records to the rows that are sealed: only what the indicators ask for, under pseudonyms.

A sealed file is public, so it names no call: its ids are keyed hashes (a UUIDv7 would tell the second of the call),
its place is the territory and its time the day. The key stays with the house; with it an auditor finds the record.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from tartip.core.figures.sources import Source
from tartip.core.journal.models import Entry, State
from tartip.core.territory import tree
from tartip.engines.months import Month
from tartip.errors import TartipError

if TYPE_CHECKING:
    import pyarrow as pa

MARGIN = timedelta(days=2)  # wider than any zone: the day that counts is the territory's


class JournalBehind(TartipError):
    code = "statistics.journal_behind"
    text = "%(register)s: records of %(month)s are not in the sealed journal yet. Nothing was sealed."
    http_status = 503
    again = True


def around(source: Source, month: Month) -> tuple[pa.Table, int]:
    """Rows of the month and of some days before and after it, in the columns of the schema; and as of which index.

    The index is the size of the sealed journal before the rows are read: whatever entered the journal below it has
    long been committed, so every such record is among the rows, in the version that the row names. Records that are
    not sealed yet are left to the next look. Raises JournalBehind if one of them lies in the month itself: then the
    journal stands still, and a month without them would be complete in name only.
    One query; a month of the nation (about 360,000 calls) takes some seconds and 200 MB.
    """
    import pyarrow as pa

    from tartip.engines.months import civil_dates
    from tartip.engines.months.canonical import arrow_type

    low = datetime.combine(month.first, time.min, UTC) - MARGIN
    high = datetime.combine(month.last, time.max, UTC) + MARGIN
    fields = ("id", "version", source.moment, "territory_id", *source.fields)
    as_of = State.objects.values_list("size", flat=True).first() or 0
    near = source.records().filter(**{f"{source.moment}__range": (low, high)}).annotate(entered=entered(source, as_of))
    found = list(near.order_by("id").values_list(*fields, "entered"))
    for *_, moment, place in [row[:4] for row in found if not row[-1]]:
        if month.first <= moment.astimezone(tree.zone(place)).date() <= month.last:
            raise JournalBehind(register=source.schema.register, month=month)
    rows = [row[:-1] for row in found if row[-1]]
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in fields]
    places = pa.array(columns[3], pa.string())
    zones = {code: str(tree.zone(code)) for code in set(columns[3])}
    moments = pa.array(columns[2], pa.timestamp("us", "UTC"))
    days = civil_dates(moments, places, zones) if rows else pa.array([], pa.date32())
    hide = pseudonyms(source.schema.register)
    arrays = [
        pa.array([hide(key) for key in columns[0]], pa.binary(16)), pa.array(columns[1], pa.int32()), days, places,
        *(
            pa.array(values, arrow_type(column.kind))
            for column, values in zip(source.columns, columns[4:], strict=True)
        ),
    ]  # fmt: skip
    return pa.table(arrays, names=list(source.schema.names)), as_of


def entered(source: Source, as_of: int) -> Exists:
    """Was the record's first act sealed below this index?"""
    first = Entry.objects.filter(
        register=source.journal_register, subject=OuterRef("pk"), version=1, seal__index__lt=as_of
    )
    return Exists(first)


def of_month(table: pa.Table, month: Month) -> pa.Table:
    """The rows whose day lies in the month."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first, last = (pa.scalar(day, pa.date32()) for day in (month.first, month.last))
    return table.filter(pc.and_(pc.greater_equal(table["date"], first), pc.less_equal(table["date"], last)))


def pseudonyms(register: str) -> Callable[[uuid.UUID], bytes]:
    """The id of a record as a sealed file shows it: HMAC-SHA-256 with the house's key, 16 bytes."""
    start = hmac.new(bytes.fromhex(settings.LOOKUP_KEY), f"statistics/{register}/".encode(), hashlib.sha256)

    def hide(key: uuid.UUID) -> bytes:
        keyed = start.copy()
        keyed.update(key.bytes)
        return keyed.digest()[:16]

    return hide

"""From records to the rows that are sealed: only what the indicators ask for, under pseudonyms.

A sealed file is public, so it names no call: its ids are keyed hashes (a UUIDv7 would tell the second of the call),
its place is the territory and its time the day. The key stays with the house; with it an auditor finds the record.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from tartip.core.territory import tree
from tartip.engines.months import Column, Month, MonthSchema
from tartip.operations.calls.models import Call
from tartip.operations.incidents.models import Incident

if TYPE_CHECKING:
    import pyarrow as pa

MARGIN = timedelta(days=2)  # wider than any zone: the day that counts is the territory's
COMMON = (
    Column("id", "uuid"),
    Column("version", "int32", low=1),
    Column("date", "date"),
    Column("territory", "string", low=2, high=9),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One register as statistics sees it: schema, the moment that counts, columns beside the common ones."""

    schema: MonthSchema
    records: Callable[[], QuerySet[Any]]
    moment: str
    more: tuple[str, ...] = ()


SOURCES = {
    source.schema.register: source
    for source in [
        Source(MonthSchema("calls", COMMON), lambda: Call.objects.all(), "offered_at"),
        Source(
            MonthSchema("incidents", (*COMMON, Column("state", "string", low=1, high=16))),
            lambda: Incident.objects.all(),
            "opened_at",
            ("state",),
        ),
    ]
}


def around(source: Source, month: Month) -> pa.Table:
    """Rows of the month and of some days before and after it, in the columns of the schema.

    One query; a month of the nation (about 360,000 calls) takes some seconds and 200 MB.
    """
    import pyarrow as pa

    from tartip.engines.months import civil_dates

    low = datetime.combine(month.first, time.min, UTC) - MARGIN
    high = datetime.combine(month.last, time.max, UTC) + MARGIN
    fields = ("id", "version", source.moment, "territory_id", *source.more)
    rows = list(source.records().filter(**{f"{source.moment}__range": (low, high)}).order_by("id").values_list(*fields))
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in fields]
    places = pa.array(columns[3], pa.string())
    zones = {code: str(tree.zone(code)) for code in set(columns[3])}
    moments = pa.array(columns[2], pa.timestamp("us", "UTC"))
    days = civil_dates(moments, places, zones) if rows else pa.array([], pa.date32())
    hide = pseudonyms(source.schema.register)
    arrays = [
        pa.array([hide(key) for key in columns[0]], pa.binary(16)), pa.array(columns[1], pa.int32()), days, places,
        *(pa.array(column, pa.string()) for column in columns[4:]),
    ]  # fmt: skip
    return pa.table(arrays, names=list(source.schema.names))


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

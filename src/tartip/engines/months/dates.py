"""The date that counts: the civil day of an instant in the zone of its territory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc

from tartip.engines.errors import BadInput

# A day inside the years 1 to 9999, so that no zone leads out of them; seconds since 1970.
_FIRST, _LAST = (
    int(datetime(year, month, day, tzinfo=UTC).timestamp()) for year, month, day in ((1, 1, 2), (9999, 12, 31))
)


def civil_dates(
    instants: pa.ChunkedArray | pa.Array, territories: pa.ChunkedArray | pa.Array, zones: Mapping[Any, str]
) -> pa.Array:
    """Day (date32) on which each instant fell where it happened; empty stays empty.

    instants: timestamp with zone UTC, any unit; territories: codes, one for each; zones: IANA zone by code.
    Kazakhstan had two zones until 2024-03-01, so a late evening may belong to different months by territory.
    Raises BadInput for a territory without a zone, an unknown zone, other lengths, or instants that are not UTC or lie
    outside the years 1 to 9999.
    """
    if len(instants) != len(territories):
        raise BadInput("territories", "every row", f"{len(territories)} stand beside {len(instants)} instants")
    if not pa.types.is_timestamp(instants.type) or instants.type.tz != "UTC":
        raise BadInput("instants", "every row", f"must be timestamps in UTC, not {instants.type}")
    for name in zones.values():
        if name not in available_timezones():
            raise BadInput("zone", str(name)[:40], "is no zone of the IANA data")
    try:
        known = pa.array(list(zones), type=territories.type)
    except (pa.ArrowException, TypeError, OverflowError):
        raise BadInput("zones", "every row", f"must be by territory of type {territories.type}") from None
    seconds = pc.min_max(instants.cast(pa.timestamp("s", "UTC"), safe=False).cast(pa.int64()))
    if seconds["min"].is_valid and not (seconds["min"].as_py() > _FIRST and seconds["max"].as_py() < _LAST):
        raise BadInput("instants", "some row", "must lie in the years 1 to 9999")
    place = pc.index_in(territories, value_set=known)
    if place.null_count:
        row = pc.index(pc.is_null(place), True).as_py()
        raise BadInput("territory", f"row {row}", f"{territories[row].as_py()} has no time zone")
    names = list(zones.values())
    days = pa.nulls(len(instants), pa.date32())
    for zone in dict.fromkeys(names):
        here = pc.is_in(place, value_set=pa.array([n for n, name in enumerate(names) if name == zone], pa.int32()))
        local = pc.local_timestamp(instants.cast(pa.timestamp(instants.type.unit, zone))).cast(pa.date32(), safe=False)
        days = pc.if_else(here, local, days)
    return days.combine_chunks() if isinstance(days, pa.ChunkedArray) else days

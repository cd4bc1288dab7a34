"""Positions of units: telemetry, written in bulk; the last one of each is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection

from tartip.core.time import now, utc

UPSERT = """
INSERT INTO units_position (unit_id, lon_e6, lat_e6, at)
SELECT * FROM unnest(%s::uuid[], %s::integer[], %s::integer[], %s::timestamptz[])
ON CONFLICT (unit_id) DO UPDATE SET lon_e6 = EXCLUDED.lon_e6, lat_e6 = EXCLUDED.lat_e6, at = EXCLUDED.at
WHERE units_position.at <= EXCLUDED.at OR units_position.at > %s
"""

# A device whose clock was never set begins with 1970 or 1980.
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks of two machines are never quite the same.
AHEAD = timedelta(minutes=2)


def latest() -> datetime:
    """The last moment a position may carry: a device whose clock is wrong must not freeze its unit in the future."""
    return now() + AHEAD


def put_positions(rows: Iterable[tuple[uuid.UUID, int, int, datetime]]) -> int:
    """Keep the newest position of each unit; a late one never overwrites a newer. Returns how many it really wrote.

    A position from the future or from before `FIRST` is no position: it is not kept, and one from the future that is
    stored gives way to any other.
    """
    last = latest()
    newest: dict[uuid.UUID, tuple[uuid.UUID, int, int, datetime]] = {}
    for row in rows:
        if not FIRST <= row[3] <= last:
            continue
        # Python knows offsets of almost a day, the database only those of the earth.
        unit, lon_e6, lat_e6, at = *row[:3], utc(row[3])
        if unit not in newest or newest[unit][3] <= at:
            newest[unit] = (unit, lon_e6, lat_e6, at)
    if not newest:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [*(list(column) for column in zip(*newest.values(), strict=True)), last])
        written: int = cursor.rowcount
    return written

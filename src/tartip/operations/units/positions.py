"""Positions of units: telemetry, written in bulk; the last one of each is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

UPSERT = """
INSERT INTO units_position (unit_id, lon_e6, lat_e6, at)
SELECT * FROM unnest(%s::uuid[], %s::integer[], %s::integer[], %s::timestamptz[])
ON CONFLICT (unit_id) DO UPDATE SET lon_e6 = EXCLUDED.lon_e6, lat_e6 = EXCLUDED.lat_e6, at = EXCLUDED.at
WHERE units_position.at <= EXCLUDED.at
"""


def put_positions(rows: Iterable[tuple[uuid.UUID, int, int, datetime]]) -> int:
    """Keep the newest position of each unit; a late one never overwrites a newer. Returns how many were given."""
    newest: dict[uuid.UUID, tuple[uuid.UUID, int, int, datetime]] = {}
    for row in rows:
        if row[0] not in newest or newest[row[0]][3] <= row[3]:
            newest[row[0]] = row
    if newest:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [list(column) for column in zip(*newest.values(), strict=True)])
    return len(newest)

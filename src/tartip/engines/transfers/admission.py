"""Which transfers are judged: new ones, in time, not from the future. One wrong clock must not shut out the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import get, put
from tartip.engines.transfers.layout import C_AHEAD, C_DUPLICATES, C_IDS, C_LATE, C_NEWEST, EARLIEST, Status

Int64s = NDArray[np.int64]
_JUDGED, _LATE = int(Status.JUDGED), int(Status.LATE)
_DUPLICATE, _AHEAD = int(Status.DUPLICATE), int(Status.AHEAD)


@njit(cache=True)
def admit(
    rows: Any, id_map: Int64s, counters: Int64s, lateness_ms: int, repeated_ms: int, latest: int, keep: bool
) -> None:
    """Set the status of each TRANSFER record; with `keep` its id and time are remembered.

    `latest`: the clock and what clocks may differ by. Only transfers up to it move the watermark; one up to the newest
    moves nothing and stays welcome when our clock was put back. An id counts as known
    by its time and not by whether it is still in the map, so that it does not matter when ids are forgotten.
    """
    for place in range(rows.size):
        row = rows[place]
        seen = get(id_map, row.id)
        if seen >= 0 and seen >= counters[C_NEWEST] - repeated_ms:
            row.status = _DUPLICATE
            counters[C_DUPLICATES] += keep
        elif row.at > max(latest, counters[C_NEWEST]):
            row.status = _AHEAD
            counters[C_AHEAD] += keep
        elif row.at < EARLIEST or row.at < counters[C_NEWEST] - lateness_ms:
            row.status = _LATE
            counters[C_LATE] += keep
        else:
            row.status = _JUDGED
            if keep:
                put(id_map, row.id, row.at)
                counters[C_IDS] += seen < 0
                counters[C_NEWEST] = max(counters[C_NEWEST], row.at)


@njit(cache=True)
def admit_logged(rows: Any, id_map: Int64s, counters: Int64s, latest: int) -> None:
    """Remember records of the log: all were admitted once. A time ahead of the clock does not move the watermark."""
    for place in range(rows.size):
        row = rows[place]
        row.status = _JUDGED
        counters[C_IDS] += get(id_map, row.id) < 0
        put(id_map, row.id, row.at)
        counters[C_NEWEST] = max(counters[C_NEWEST], min(row.at, latest))

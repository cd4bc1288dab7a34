"""From verdicts per row to the two Arrow tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from tartip.engines.pairing.reads import AT
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.room import room
from tartip.engines.pairing.rule import CLOCK_MS, CUT_MS, LIMIT, LOW_MM, Ints, band_of, index_of

WORDS = pa.array([reason.word for reason in Reason])


@njit(cache=True, nogil=True)
def low_m_per_h(low_mm: int, high_ms: int) -> int:
    return low_mm * 3600 // high_ms


@njit(cache=True, nogil=True)
def count_suspects(reason: npt.NDArray[np.uint8], first: int, last: int) -> int:
    suspects = 0
    for i in range(first, last):
        suspects += reason[i] != 0
    return suspects


@njit(cache=True, nogil=True)
def write_verdicts(
    plate: Ints,
    section: npt.NDArray[np.int32],
    when: Ints,
    row: Ints,
    reason: npt.NDArray[np.uint8],
    road: Ints,
    by_id: npt.NDArray[np.int32],
    bands: Ints,
    first: int,
    last: int,
    p: int,
    s: int,
    pairs: tuple[npt.NDArray[np.int64], ...],
    suspects: tuple[npt.NDArray[np.int64], ...],
) -> None:
    """Fill the columns from pair p and suspect s on, for the judged reads [first, last)."""
    pair_plate, pair_section, entry, exit_, entered_at, exited_at, speed, band = pairs
    read, suspect_plate, suspect_section, suspect_at, suspect_side, why = suspects
    i = first
    while i < last:
        if reason[i] != 0:
            read[s], suspect_plate[s], suspect_section[s] = row[i], plate[i], section[i]
            suspect_at[s], suspect_side[s], why[s] = when[i] >> 1, when[i] & 1, reason[i]
            s += 1
            i += 1
        else:
            k = index_of(section[i], road, by_id)
            entered, exited = when[i] >> 1, when[i + 1] >> 1
            high_ms = exited - entered + road[k, CLOCK_MS] + CUT_MS
            pair_plate[p], pair_section[p], entry[p], exit_[p] = plate[i], section[i], row[i], row[i + 1]
            entered_at[p], exited_at[p] = entered, exited
            speed[p] = low_m_per_h(road[k, LOW_MM], high_ms)
            band[p] = band_of(road[k, LOW_MM], high_ms, road[k, LIMIT], bands)
            p += 1
            i += 2


def columns(schema: pa.Schema, rows: int) -> tuple[npt.NDArray[Any], ...]:
    return tuple(room(rows, _dtype(field.type)) for field in schema)


def table(schema: pa.Schema, filled: tuple[npt.NDArray[Any], ...]) -> pa.Table:
    arrays = [_array(values, field.type) for values, field in zip(filled, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _dtype(kind: pa.DataType) -> npt.DTypeLike:
    if pa.types.is_dictionary(kind):
        return np.int8
    return np.int64 if kind == AT else kind.to_pandas_dtype()


def _array(values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(pa.array(values), WORDS)
    made = pa.array(values)
    return made.view(kind) if kind == AT else made

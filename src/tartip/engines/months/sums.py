"""Control sums of a sealed file: exact totals of its integer columns, for the eye and for a first check."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tartip.engines.months.canonical import one_chunk
from tartip.engines.months.schema import INTEGERS, MonthSchema


def control_sums(table: pa.Table, schema: MonthSchema) -> dict[str, int]:
    """Sum of each integer column but the id; empty values count as 0."""
    counted = [c.name for c in schema.sealed_columns if c.kind in INTEGERS and c.name != schema.id]
    return {name: exact_sum(one_chunk(table[name])) for name in counted}


def exact_sum(array: Any) -> int:
    """Sum of an integer Arrow array, right beyond 64 bits."""
    if array.null_count:
        array = pc.drop_null(array)
    values = array.to_numpy(zero_copy_only=False)
    if not len(values):
        return 0
    if values.itemsize < 8:
        return int(values.sum(dtype=np.int64))
    low, high = int(values.min()), int(values.max())
    if max(-low, high) * len(values) < 2**63:
        return int(values.sum())
    upper, lower = values >> 32, values & 0xFFFFFFFF
    return (int(upper.sum()) << 32) + int(lower.sum())

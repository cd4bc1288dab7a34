"""Columns for the compiled functions to fill, and the two Arrow tables made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tartip.engines.pairing.buffers import buffer
from tartip.engines.pairing.reads import AT
from tartip.engines.pairing.reasons import Reason
from tartip.engines.pairing.result import PAIRS, SUSPECTS, Pairs
from tartip.engines.pairing.verdicts import Columns

WORDS = pa.array([reason.word for reason in Reason])


def new_columns(pairs: int, suspects: int) -> Columns:
    """Room for that many rows; memory that is never written costs nothing."""
    rows = [(field, pairs) for field in PAIRS] + [(field, suspects) for field in SUSPECTS]
    return Columns(*(buffer(n, _dtype(field.type)) for field, n in rows))


def to_tables(columns: Columns, pairs: int, suspects: int) -> Pairs:
    """The first rows of the columns as tables."""
    cut = len(PAIRS)
    return Pairs(_table(PAIRS, columns[:cut], pairs), _table(SUSPECTS, columns[cut:], suspects))


def _table(schema: pa.Schema, filled: tuple[npt.NDArray[Any], ...], rows: int) -> pa.Table:
    arrays = [_array(values[:rows], field.type) for values, field in zip(filled, schema, strict=True)]
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

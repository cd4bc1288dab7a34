"""Arrays that come from outside become int64 arrays, or a typed error that names the first bad place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput

Ints = npt.NDArray[np.int64]
Whole = npt.NDArray[np.integer[Any]]


def integers(what: str, values: npt.ArrayLike, ndim: int, low: int | None = 0) -> Whole:
    """The values as an integer array of `ndim` dimensions, none below `low`; the dtype is kept."""
    try:
        array = np.asarray(values)
    except ValueError as ragged:
        raise BadInput(what, "shape", "rows must be of one length") from ragged
    if array.ndim != ndim:
        raise BadInput(what, f"shape {array.shape}", f"must have {ndim} dimension(s)")
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind == "f":
        bad = ~np.isfinite(array)
        raise BadInput(what, first(bad) if bad.any() else "all", "must be whole numbers; unreachable is UNREACHABLE")
    if array.dtype.kind not in "iu":
        raise BadInput(what, f"type {array.dtype}", "must be whole numbers")
    if array.dtype.kind == "u" and array.dtype.itemsize == 8 and int(array.max()) > np.iinfo(np.int64).max:
        raise BadInput(what, first(array > np.iinfo(np.int64).max), "must fit 63 bits")
    if low is not None and int(array.min()) < low:
        raise BadInput(what, first(array < low), f"must be at least {low}")
    return array


def column(what: str, values: npt.ArrayLike | int, size: int, low: int | None = 0) -> Ints:
    """One int64 value for each of `size` rows; a single number stands for all."""
    if isinstance(values, int):
        values = np.full(size, values)
    array = integers(what, values, 1, low).astype(np.int64)
    if len(array) != size:
        raise BadInput(what, f"length {len(array)}", f"must have length {size}")
    return array


def first(bad: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(bad)[0])

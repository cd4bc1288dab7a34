"""Arrays that come from outside become int64 arrays, or a typed error that names the first bad place."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput

Ints = npt.NDArray[np.int64]
LEAST, MOST = -(2**63), 2**63 - 1
Whole = npt.NDArray[np.integer[Any]]


def integers(what: str, values: npt.ArrayLike, ndim: int, low: int | None = 0) -> Whole:
    """The values as an integer array of `ndim` dimensions, none below `low`; the dtype is kept."""
    if isinstance(values, np.ma.MaskedArray):
        raise BadInput(what, "all", "must not be masked: what the mask hides is not a number")
    try:
        array = np.asarray(values)
    except ValueError as ragged:
        raise BadInput(what, "shape", "rows must be of one length") from ragged
    if array.ndim != ndim:
        raise BadInput(what, f"shape {array.shape}", f"must have {ndim} dimension(s)")
    if array.size == 0:
        return np.empty(array.shape, np.int64)
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
    if isinstance(values, int | float | np.generic):
        values = np.full(size, whole(what, values, LEAST if low is None else low, MOST))
    array = integers(what, values, 1, low).astype(np.int64)
    if len(array) != size:
        raise BadInput(what, f"length {len(array)}", f"must have length {size}")
    return array


def whole(what: str, value: object, low: int, high: int) -> int:
    """The value as an int within low..high; bool, float, text and None are refused."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise BadInput(what, f"type {type(value).__name__}", "must be a whole number") from None
    if isinstance(value, bool | np.bool_) or not low <= number <= high:
        # str() refuses integers of thousands of digits.
        raise BadInput(what, number if LEAST <= number <= MOST else "value", f"must be a whole number in {low}..{high}")
    return number


def first(bad: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(bad)[0])

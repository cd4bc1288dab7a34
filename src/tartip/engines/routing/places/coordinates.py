"""Degrees as callers give them become numbers a kernel may have: a pair or two numbers, one place or many."""

from __future__ import annotations

from collections.abc import Mapping, Set
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput

Floats = npt.NDArray[np.float64]
NO_HEADING = -1.0


def one_place(lon: Any, lat: Any, heading: Any = None) -> tuple[float, float, float]:
    """Longitude, latitude and heading (NO_HEADING if not known) of one place, given as lon and lat or as a pair.

    Raises BadInput for anything but finite numbers on the earth.
    """
    if lat is None:
        # Of a set nobody knows which of the two is the longitude.
        if isinstance(lon, str | bytes | Mapping | Set) or not hasattr(lon, "__len__") or len(lon) != 2:
            raise BadInput("lon, lat", "place", f"{lon!r} is no pair (longitude, latitude)")
        lon, lat = lon
    elif hasattr(lon, "__len__"):
        raise BadInput("lon", "place", "give a pair (longitude, latitude) or two numbers, not both")
    x, y = degrees(lon, 180, "lon"), degrees(lat, 90, "lat")
    if heading is None:
        return x, y, NO_HEADING
    faces = number(heading, "heading")
    if faces in (float("inf"), float("-inf")):
        raise BadInput("heading", "place", f"{heading!r} is no direction")
    return x, y, NO_HEADING if faces != faces else faces % 360.0


def degrees(value: Any, most: int, what: str) -> float:
    given = value if type(value) is float else number(value, what)
    if not -most <= given <= most:
        hint = "; longitude comes first" if what == "lat" else ""
        raise BadInput(what, "place", f"{value!r} is not from -{most} to {most} degrees{hint}")
    return given


def number(value: Any, what: str, where: object = "place") -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real | Decimal):
        raise BadInput(what, where, f"{value!r} is not a number")
    try:
        return float(value)
    except (OverflowError, ValueError) as error:
        raise BadInput(what, where, f"{value!r} is not a number") from error


def whole(value: Any, what: str, where: str, least: int, most: int | None = None) -> int:
    """A whole number in its limits. Raises BadInput."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise BadInput(what, where, f"{value!r} is not a whole number")
    if value < least or (most is not None and value > most):
        raise BadInput(
            what, where, f"{value} is not {least} or more" if most is None else f"{value} is not from {least} to {most}"
        )
    return int(value)


def many_places(lon: Any, lat: Any, heading: Any = None) -> tuple[Floats, Floats, Floats]:
    """The same for rows, float64 [n] each: lon and lat, or one table [n, 2]; a heading that is None or not a number
    is not known. Raises BadInput naming the first bad row."""
    if lat is None:
        table = floats(lon, "lon, lat")
        if table.ndim != 2 or table.shape[1] != 2:
            raise BadInput("lon, lat", "places", f"shape {table.shape}, but one pair (longitude, latitude) a place")
        x, y = np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
    else:
        x, y = floats(lon, "lon"), floats(lat, "lat")
    faces = np.full(x.shape, np.nan) if heading is None else floats(heading, "heading", unknown=True)
    for what, values, most in (("lon", x, 180.0), ("lat", y, 90.0), ("heading", faces, np.inf)):
        if values.ndim != 1 or values.shape != x.shape:
            raise BadInput(what, "places", f"shape {values.shape}, but one number a place")
        wrong = np.isinf(values) if what == "heading" else ~(np.abs(values) <= most)
        if bool(wrong.any()):
            row = int(wrong.argmax())
            hint = "; longitude comes first" if what == "lat" else ""
            raise BadInput(what, f"row {row}", f"{values[row]} is not from -{most:g} to {most:g} degrees{hint}")
    return x, y, np.where(np.isnan(faces), NO_HEADING, np.mod(faces, 360.0))


def floats(values: Any, what: str, unknown: bool = False) -> Floats:
    """float64 of any table of numbers; texts, truth values and None are none (None is, where `unknown` says so)."""
    refuse_mask(values, what)
    try:
        given = np.asarray(values)
    except ValueError as error:
        raise BadInput(what, "places", f"not a table of numbers: {error}") from error
    if given.dtype.kind not in "iuf":
        wide = np.array(values, dtype=object) if given.dtype.kind != "O" else given
        rows = [
            np.nan if item is None and unknown else number(item, what, f"row {row}")
            for row, item in enumerate(wide.flat)
        ]
        given = np.array(rows, np.float64).reshape(wide.shape)
    return np.ascontiguousarray(given, np.float64)


def refuse_mask(values: Any, what: str) -> None:
    """NumPy goes on with the numbers under a mask as if they were meant. Raises BadInput."""
    if isinstance(values, np.ma.MaskedArray):
        raise BadInput(what, "mask", "must not be masked: what the mask hides is not a number")


def unit(value: Any, what: str, where: str) -> float:
    """How much one unit of a column is; above zero and finite. Raises BadInput."""
    size = number(value, what, where)
    if not 0 < size <= 1e12:
        raise BadInput(what, where, f"{value!r} is not above zero, or too much")
    return size

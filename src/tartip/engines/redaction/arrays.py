"""Names for the arrays that pass between the parts."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""(height, width, 3), blue-green-red."""

Grey: TypeAlias = NDArray[np.uint8]
"""(height, width)."""

Boxes: TypeAlias = NDArray[np.float64]
"""(n, 4): left, top, right, bottom in pixels."""


def no_boxes() -> Boxes:
    return np.empty((0, 4), dtype=np.float64)


def grey_of(picture: Picture, size: tuple[int, int] | None = None) -> Grey:
    """The picture without colour, scaled to `size` (width, height) if given."""
    import cv2

    if size is not None and size != picture.shape[1::-1]:
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def overlaps(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """Intersection over union of every box of `a` with every box of `b`: (len(a), len(b))."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a, area_b = np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1)
    union = area_a[:, None] + area_b[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))

"""Where number plates are, so that they can be hidden; what they say is not read here.

A plate is a bright rectangle of plate shape with a row of dark strokes. No model: a black-hat picks dark strokes on
bright ground, a wide closing joins the strokes of one plate, and each blob is checked for strokes and ground.
It prefers to cover a bright sign too many over a plate too few.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tartip.engines.redaction.arrays import Boxes, Grey, no_boxes, overlaps

SIDE = 1280
HEIGHTS = (10, 20, 40, 80)  # text heights in pixels that the joins are made for
SHAPE = (1.5, 8.0)  # width to height: from two-line to one-line plates seen from the side
CONTRAST = 50  # grey levels between ground and strokes
STROKES = 6  # edges crossed along a row: three characters
SAME = 0.3


def find_plates(grey: Grey) -> Boxes:
    """Rectangles of plates, (n, 4) in pixels of `grey`."""
    import cv2

    height, width = grey.shape
    scale = min(1.0, SIDE / max(height, width))
    if round(min(height, width) * scale) < 2 * HEIGHTS[0]:
        return no_boxes()  # too low for any plate, and a side scaled to nothing cannot be made
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    found = [box for text_height in HEIGHTS for box in at_height(grey, text_height)]
    if not found:
        return no_boxes()
    boxes = np.asarray(found, dtype=np.float64)
    return np.asarray(lone(boxes) / scale)


def at_height(grey: Grey, text_height: int) -> list[tuple[float, float, float, float]]:
    import cv2

    # Large text is found on a smaller picture: the same joins at a fraction of the cost.
    shrink = max(1, text_height // 20)
    small = cv2.resize(grey, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA) if shrink > 1 else grey
    step = max(3, text_height // shrink)
    if min(small.shape) < step * 2:
        return []
    small = np.asarray(small, dtype=np.uint8)
    dark = np.asarray(cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, kernel(step, step // 2)), dtype=np.uint8)
    joined = cv2.morphologyEx(over(dark, 30), cv2.MORPH_CLOSE, kernel(step, max(2, step // 4)))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel(step, max(2, step // 3)))
    return [
        (left * shrink, top * shrink, right * shrink, bottom * shrink)
        for left, top, right, bottom in blobs(small, np.asarray(joined, dtype=np.uint8), step)
    ]


def over(picture: Grey, least: int) -> Grey:
    return np.where(picture > least, np.uint8(255), np.uint8(0))


def blobs(grey: Grey, mask: Grey, step: int) -> Iterator[tuple[float, float, float, float]]:
    """Blobs of plate shape and look, a quarter of their height wider on every side."""
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    for x, y, w, h, area in stats[1:count].tolist():
        fits = step * 0.4 <= h <= step * 1.8 and SHAPE[0] <= w / h <= SHAPE[1] and area >= 0.45 * w * h
        if fits and has_plate_look(grey[y : y + h, x : x + w]):
            pad = h * 0.25
            yield x - pad, y - pad, x + w + pad, y + h + pad


def has_plate_look(crop: Grey) -> bool:
    """Contrast, bright ground for the larger part, and enough strokes crossed along the middle rows."""
    height, width = crop.shape
    core = crop[height // 5 : max(height * 4 // 5, height // 5 + 1), width // 12 : width - width // 12]
    low, high = np.percentile(core, (10, 90))
    if high - low < CONTRAST or high < 90:
        return False
    bright = core > (low + high) / 2
    if not 0.35 <= bright.mean() <= 0.9:
        return False
    return bool(np.median(np.count_nonzero(bright[:, 1:] != bright[:, :-1], axis=1)) >= STROKES)


def lone(boxes: Boxes) -> Boxes:
    """Of boxes that overlap strongly or lie inside another, the largest stays."""
    order = np.argsort(-np.prod(boxes[:, 2:] - boxes[:, :2], axis=1), kind="stable")
    kept: list[int] = []
    for n in order:
        middle = (boxes[n, :2] + boxes[n, 2:]) / 2
        inside = [bool((boxes[k, :2] < middle).all() and (middle < boxes[k, 2:]).all()) for k in kept]
        if not any(inside) and (not kept or overlaps(boxes[[n]], boxes[kept]).max() < SAME):
            kept.append(int(n))
    return boxes[kept]


def kernel(width: int, height: int) -> Grey:
    return np.ones((max(1, height), max(1, width)), dtype=np.uint8)

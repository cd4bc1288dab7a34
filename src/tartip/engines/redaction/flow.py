"""Move rectangles from one frame to the next by sparse optical flow."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tartip.engines.redaction.arrays import Boxes, Grey

GRID = 4
WINDOW = (15, 15)
NEAR, FAR = 1, 3  # levels of half size: motion of up to about 15 and 60 pixels per frame
SURE = 0.8  # likeness from which the near motion is taken without looking further
MOST_SCALE = 1.15
MOST_ERROR = 2.0  # pixels between a point and where it comes back to
LEAST_POINTS = 4
PATCH = (4, 48)  # least and most pixels of the sides that are compared
Points: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


def move(before: Grey, after: Grey, boxes: Boxes) -> tuple[Boxes, list[bool]]:
    """Where each box of `before` is on `after`, and whether the flow is to be trusted (else the box is unmoved).

    A small thing in front of a large one that moves is carried along by it on the coarse levels: motion is searched
    nearby first, farther only where the place found looks different, and the place that looks more alike is taken.
    """
    if not len(boxes):
        return boxes, []
    moved, trusted = flow(before, after, boxes, NEAR)
    like = likeness(before, after, boxes, moved)
    doubtful = np.flatnonzero(~trusted | (like < SURE))
    if len(doubtful):
        farther, sure = flow(before, after, boxes[doubtful], FAR)
        better = sure & (~trusted[doubtful] | (likeness(before, after, boxes[doubtful], farther) > like[doubtful]))
        moved[doubtful[better]], trusted[doubtful[better]] = farther[better], True
    return moved, trusted.tolist()


def flow(before: Grey, after: Grey, boxes: Boxes, levels: int) -> tuple[Boxes, Mask]:
    """Boxes moved, and which of them had enough points that came back.

    Points of a grid are followed there and back; the better half by return error gives the median shift and the median
    change of distance between points. Method: Kalal et al., "Forward-Backward Error", ICPR 2010.
    """
    import cv2

    steps = np.linspace(0.15, 0.85, GRID)
    gx, gy = (axis.ravel() for axis in np.meshgrid(steps, steps))
    size = boxes[:, 2:] - boxes[:, :2]
    points = boxes[:, None, :2] + size[:, None, :] * np.stack([gx, gy], axis=1)[None]
    start = points.reshape(-1, 1, 2).astype(np.float32)
    there, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, start, start.copy(), winSize=WINDOW, maxLevel=levels)
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, start.copy(), winSize=WINDOW, maxLevel=levels)
    error = np.linalg.norm(back - start, axis=2).reshape(len(boxes), -1)
    error[(ok.reshape(error.shape) == 0) | (ok_back.reshape(error.shape) == 0)] = np.inf
    good = error <= np.minimum(np.median(error, axis=1), MOST_ERROR)[:, None]
    trusted = good.sum(axis=1) >= LEAST_POINTS
    moved = boxes.copy()
    moved[trusted] = shifted(boxes[trusted], points[trusted], there.reshape(points.shape)[trusted], good[trusted])
    return moved, trusted


def likeness(before: Grey, after: Grey, boxes: Boxes, moved: Boxes) -> NDArray[np.float64]:
    """How alike the two places look, (n,): the correlation of their pixels, from -1 to 1; 0 where one is flat."""
    import cv2

    like = np.zeros(len(boxes))
    for n, (box, place) in enumerate(zip(boxes, moved, strict=True)):
        size = tuple(int(side) for side in np.clip(np.rint(box[2:] - box[:2]), *PATCH))
        old, new = (
            cv2.getRectSubPix(picture, size, (box[:2] + box[2:]) / 2, patchType=cv2.CV_32F)
            for picture, box in ((before, box), (after, place))
        )
        old, new = old - old.mean(), new - new.mean()
        whole = float(np.sqrt((old * old).sum() * (new * new).sum()))
        like[n] = float((old * new).sum()) / whole if whole > 0 else 0.0
    return like


def shifted(boxes: Boxes, start: Points, end: Points, good: Mask) -> Boxes:
    """Boxes (n, 4) moved as the good ones of their points (n, k, 2) moved, and scaled as these spread."""
    end = end.astype(np.float64)
    shift = median_of(end - start, good)
    spread, spread_end = spread_of(start, good), spread_of(end, good)
    scale = np.divide(spread_end, spread, out=np.ones_like(spread), where=spread > 0)
    scale = np.clip(scale, 1 / MOST_SCALE, MOST_SCALE)[:, None]
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2 + shift, (boxes[:, 2:] - boxes[:, :2]) / 2 * scale
    return np.concatenate([middle - half, middle + half], axis=1)


def median_of(points: Points, good: Mask) -> Points:
    """The median of each axis over the good points: (n, 2). Sorting beats a loop of medians: there are few points."""
    ordered = np.sort(np.where(good[:, :, None], points, np.inf), axis=1)
    count = good.sum(axis=1)[:, None, None]
    low, high = (np.take_along_axis(ordered, n // 2, axis=1)[:, 0] for n in (count - 1, count))
    return np.asarray((low + high) / 2)


def spread_of(points: Points, good: Mask) -> Points:
    """Mean distance of the good points from their median along the axes: (n,)."""
    away = np.abs(points - median_of(points, good)[:, None]) * good[:, :, None]
    return np.asarray(away.sum(axis=(1, 2)) / (2 * good.sum(axis=1)))

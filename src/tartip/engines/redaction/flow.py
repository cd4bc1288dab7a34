"""Move rectangles from one frame to the next by sparse optical flow."""

from __future__ import annotations

import numpy as np

from tartip.engines.redaction.arrays import Boxes, Grey

GRID = 5
WINDOW = (15, 15)
MOST_SCALE = 1.15


def move(before: Grey, after: Grey, boxes: Boxes) -> tuple[Boxes, list[bool]]:
    """Where each box of `before` is on `after`, and whether the flow is to be trusted (else the box is unmoved).

    Points of a 5 x 5 grid are followed there and back; the better half by return error gives the median shift and the
    median change of distance between points. Method: Kalal et al., "Forward-Backward Error", ICPR 2010.
    """
    import cv2

    if not len(boxes):
        return boxes, []
    steps = np.linspace(0.15, 0.85, GRID)
    gx, gy = (axis.ravel() for axis in np.meshgrid(steps, steps))
    size = boxes[:, 2:] - boxes[:, :2]
    points = boxes[:, None, :2] + size[:, None, :] * np.stack([gx, gy], axis=1)[None]
    start = points.reshape(-1, 1, 2).astype(np.float32)
    there, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, start, start.copy(), winSize=WINDOW, maxLevel=3)
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, start.copy(), winSize=WINDOW, maxLevel=3)
    error = np.linalg.norm(back - start, axis=2).reshape(len(boxes), -1)
    error[(ok.reshape(error.shape) == 0) | (ok_back.reshape(error.shape) == 0)] = np.inf
    ends = there.reshape(points.shape).astype(np.float64)
    moved, trusted = boxes.copy(), []
    for n, box in enumerate(boxes):
        good = error[n] <= min(np.median(error[n]), 2.0)
        trusted.append(bool(good.sum() >= 4))
        if trusted[-1]:
            moved[n] = shifted(box, points[n][good], ends[n][good])
    return moved, trusted


def shifted(box: Boxes, start: Boxes, end: Boxes) -> Boxes:
    shift = np.median(end - start, axis=0)
    spread, spread_end = (np.abs(p - np.median(p, axis=0)).mean() for p in (start, end))
    scale = np.clip(spread_end / spread, 1 / MOST_SCALE, MOST_SCALE) if spread > 0 else 1.0
    middle, half = (box[:2] + box[2:]) / 2 + shift, (box[2:] - box[:2]) / 2 * scale
    return np.concatenate([middle - half, middle + half])

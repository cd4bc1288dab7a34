"""Where rows of signs are, so that plates the strokes do not show are covered too; what they say is not read here.

The detection network of the rapidocr wheel (PP-OCRv6 small, Apache-2.0) gives the likelihood of text for each pixel.
Method: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020. rapidocr itself is
not imported: it would look for downloads.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.redaction.arrays import Boxes, Picture, no_boxes

MODEL = "PP-OCRv6_det_small.onnx"
MEAN, DEVIATION = 127.5, 127.5
LIKELY, LIKELY_ROW = 0.3, 0.6  # of one pixel, of a row in the mean
LEAST_FILL = 0.3  # of its rectangle, so that a leaning row passes and a net of thin lines does not
WIDEST, HIGHEST = 0.5, 0.25  # of the picture's width and height: what is larger is no row of signs of one plate
SHAPE = (0.9, 8.0)  # width to height of a plate: from two lines seen from the side to one line
GROW = 0.75  # the network marks the core of a row of signs: this share of its height is added on every side
LEAST_HEIGHT = 3  # pixels of the network's input


def find_text(picture: Picture, side: int) -> Boxes:
    """Rectangles of rows of signs that have the shape of a plate, (n, 4) in pixels of `picture`.

    The picture is scaled so that its longer side is at most `side`.
    """
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    w, h = (max(32, math.ceil(n * scale / 32) * 32) for n in (width, height))
    small = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32)
    blob = ((small - MEAN) / DEVIATION).transpose(2, 0, 1)[None]
    (likelihood,) = model().run(None, {"x": np.ascontiguousarray(blob)})
    return np.asarray(rows_of(likelihood[0, 0]) * (width / w, height / h, width / w, height / h), dtype=np.float64)


def rows_of(likelihood: NDArray[np.float32]) -> Boxes:
    """Rectangles around the parts of a map (h, w) of likelihoods that are sure, filled, and of a plate's shape."""
    import cv2

    h, w = likelihood.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats((likelihood > LIKELY).astype(np.uint8))
    sums = np.bincount(labels.ravel(), weights=likelihood.ravel(), minlength=count)
    boxes = []
    for n, (x, y, wide, high, area) in enumerate(stats[1:count].tolist(), start=1):
        sure = sums[n] >= LIKELY_ROW * area and area >= LEAST_FILL * wide * high
        fits = LEAST_HEIGHT <= high <= h * HIGHEST and wide <= w * WIDEST
        if sure and fits and SHAPE[0] <= (wide + high * GROW) / (high * (1 + GROW)) <= SHAPE[1]:
            pad = high * GROW
            boxes.append((x - pad, y - pad, x + wide + pad, y + high + pad))
    return np.array(boxes, dtype=np.float64) if boxes else no_boxes()


def model_file() -> Path:
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise BadInput("rapidocr", "installed packages", "the extra `vision` is not installed")
    return Path(spec.origin).parent / "models" / MODEL


@functools.cache
def model_sha256() -> str:
    return hashlib.sha256(model_file().read_bytes()).hexdigest()


@functools.cache
def model() -> Any:
    """The session, loaded once, with threads that sleep when idle."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model_file()), options, providers=["CPUExecutionProvider"])

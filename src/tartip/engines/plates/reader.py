"""Reads the signs in a crop of a plate with the text model that travels in the rapidocr wheel. Processor only.

rapidocr itself is not imported: it would look for downloads. Only its recognition network (PP-OCRv6 small, Apache-2.0)
is opened, because the signs' likelihoods are needed and not only the likeliest text.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.plates.confusion import SIGNS
from tartip.engines.plates.frame import Frame

MODEL = "PP-OCRv6_rec_small.onnx"
HEIGHT, NARROWEST, WIDEST = 48, 160, 960  # pixels of the network's input
SQUARE = 2.4  # crops less wide than this many heights have two lines


class ModelMissing(EngineError):
    """The rapidocr wheel or the network in it is not installed (extra `vision`)."""

    code = "plates.model_missing"
    text = "The text model is missing: %(what)s. Install the extra `vision`."


class BadCrop(BadInput):
    """Not a picture a plate could be read from."""

    code = "plates.bad_crop"


class Reader:
    """A loaded network. Making one costs about a second; one reader serves many threads.

    `digest` is the SHA-256 of the network, to be kept with what was read.
    """

    def __init__(self, *, threads: int = 1) -> None:
        import onnxruntime

        path = _model_path()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        signs = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._columns = _columns(signs)
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()

    def read(self, crop: npt.NDArray[np.uint8]) -> Frame:
        """crop: (height, width, 3) RGB, tight around the plate; a square plate is read line by line. Raises BadCrop."""
        _check(crop)
        lines = _lines(crop)
        found = [self._line(line) for line in lines]
        at = [(k * 1000 + x) // len(lines) for k, (_, places) in enumerate(found) for x in places]
        return Frame.of_likelihoods(np.concatenate([likely for likely, _ in found]), tuple(at), len(lines))

    def _line(self, line: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], list[int]]:
        """Likelihoods (signs, 36) in thousandths, one row per sign found, and where it stands in the line."""
        filled, wide = _prepared(line)
        steps = self._session.run(None, {self._input: filled})[0][0]
        likely, at = _signs(steps, self._columns)
        step = filled.shape[3] // len(steps)
        return likely, [min(1000, (2 * n + 1) * step * 500 // wide) for n in at]


def _signs(steps: npt.NDArray[np.float32], columns: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Best-path decoding (Graves 2006): runs of one class between blanks are one sign; other classes are left out.

    A sign takes its likelihoods from the step where the network was surest of it; those steps are returned too.
    """
    best = steps.argmax(axis=1)
    known = np.flatnonzero(columns >= 0)
    rows, at = [], []
    start = 0
    for end in range(1, len(best) + 1):
        if end < len(best) and best[end] == best[start]:
            continue
        if columns[best[start]] >= 0:
            surest = start + int(steps[start:end, best[start]].argmax())
            rows.append(np.bincount(columns[known], steps[surest, known], len(SIGNS)))
            at.append(surest)
        start = end
    likely = np.floor(1000 * np.array(rows).reshape(-1, len(SIGNS))).clip(0, 1000).astype(np.int64)
    return likely, at


def _columns(signs: list[str]) -> npt.NDArray[np.int64]:
    """For every class of the network the place in SIGNS, small letters folded; -1 for blank and all other signs."""
    places = {sign: place for place, sign in enumerate(SIGNS)}
    return np.array([-1, *(places.get(sign.upper(), -1) for sign in signs), -1], np.int64)


def _prepared(line: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], int]:
    """(1, 3, 48, filled width) in -1 to 1, blue first, as the network was trained, and the width before filling."""
    import cv2

    height, width = line.shape[:2]
    wide = min(WIDEST, max(1, round(HEIGHT * width / height)))
    small: Any = cv2.resize(line, (wide, HEIGHT), interpolation=cv2.INTER_LINEAR)
    filled = np.zeros((1, 3, HEIGHT, -(-max(wide, NARROWEST) // 32) * 32), np.float32)
    filled[0, :, :, :wide] = small[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1
    return filled, wide


def _lines(crop: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.uint8]]:
    """One line, or two cut where the middle of a square plate is brightest."""
    height, width = crop.shape[:2]
    if width >= SQUARE * height:
        return [crop]
    low, high = height * 2 // 5, height * 3 // 5 + 1
    brightness = crop[low:high].mean(axis=(1, 2))
    cut = low + int(brightness.argmax())
    return [crop[:cut], crop[cut:]]


def _check(crop: Any) -> None:
    if not isinstance(crop, np.ndarray) or crop.dtype != np.uint8 or crop.ndim != 3 or crop.shape[2] != 3:
        found = f"{crop.dtype} {crop.shape}" if isinstance(crop, np.ndarray) else type(crop).__name__
        raise BadCrop("crop", found, "must be (height, width, 3) of 8-bit RGB")
    if min(crop.shape[:2]) < 8 or max(crop.shape[:2]) > 4096:
        raise BadCrop("crop", crop.shape, "must be 8 to 4,096 pixels on each side")


def _model_path() -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise ModelMissing(what="rapidocr")
    path = Path(found.origin).parent / "models" / MODEL
    if not path.is_file():
        raise ModelMissing(what=MODEL)
    return path

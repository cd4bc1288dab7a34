"""Scenes with known truth: a face from an installed package and drawn plates, moving over a made road."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

FACE = (182, 59, 270, 177)  # of skimage's astronaut.png, by eye and by the detector
HEAD = (130, 10, 320, 230)  # what is pasted: the head with some background


def astronaut() -> np.ndarray:
    spec = importlib.util.find_spec("skimage")
    file = Path(spec.origin).parent / "data/astronaut.png" if spec and spec.origin else None
    if file is None or not file.exists():
        pytest.skip("scikit-image with astronaut.png is not installed")
    return cv2.imread(str(file))


def road(width: int, height: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(80, 110, (height // 16 + 1, width // 16 + 1, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return np.clip(picture + rng.integers(-6, 7, picture.shape), 0, 255).astype(np.uint8)


def plate(width: int) -> np.ndarray:
    picture = np.full((112, 520, 3), 245, np.uint8)
    cv2.rectangle(picture, (4, 4), (515, 107), (0, 0, 0), 3)
    cv2.putText(picture, "123 ABC", (20, 85), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (10, 10, 10), 9)
    cv2.putText(picture, "02", (425, 85), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (10, 10, 10), 8)
    return cv2.resize(picture, (width, round(width * 112 / 520)), interpolation=cv2.INTER_AREA)


def head(face_height: int) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """The head scaled to a face of that height, and where the face is on it."""
    left, top, right, bottom = HEAD
    scale = face_height / (FACE[3] - FACE[1])
    picture = cv2.resize(astronaut()[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    x0, y0, x1, y1 = ((v - o) * scale for v, o in zip(FACE, (left, top, left, top), strict=True))
    return picture, (round(x0), round(y0), round(x1), round(y1))


def paste(picture: np.ndarray, thing: np.ndarray, x: int, y: int) -> None:
    """Also half outside."""
    h, w = picture.shape[:2]
    x0, y0, x1, y1 = max(0, x), max(0, y), min(w, x + thing.shape[1]), min(h, y + thing.shape[0])
    if x1 > x0 and y1 > y0:
        picture[y0:y1, x0:x1] = thing[y0 - y : y1 - y, x0 - x : x1 - x]


def save(frames: list[np.ndarray], file: Path, sound: bool = False, fps: int = 25) -> Path:
    with av.open(str(file), "w") as out:
        stream = out.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "16"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        voice = out.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="bgr24")))
        out.mux(stream.encode(None))
        if voice is not None:
            for n in range(16):
                tone = (np.sin(np.arange(1024) / 5) * 0.2).astype(np.float32)[None]
                part = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
                part.sample_rate, part.pts, part.time_base = 16_000, n * 1024, Fraction(1, 16_000)
                out.mux(voice.encode(part))
            out.mux(voice.encode(None))
    return file


def share_covered(truth: tuple[int, int, int, int], covers: list[tuple[int, int, int, int]], size: tuple[int, int]):
    """Share of the visible part of the truth (x0, y0, x1, y1) that lies under the covers, by painting pixels."""
    mask = np.zeros((size[1], size[0]), bool)
    for x0, y0, x1, y1 in covers:
        mask[max(0, y0) : y1, max(0, x0) : x1] = True
    x0, y0, x1, y1 = truth
    seen = mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
    return seen.mean() if seen.size else 1.0

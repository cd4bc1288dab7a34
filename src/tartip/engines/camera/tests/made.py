"""Scenes with known truth: things moving over a noisy, textured ground whose light drifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

WIDTH, HEIGHT, STEP_MS = 320, 180, 100

Draw = Callable[[np.ndarray, int], None]


def scene(draw: Draw, seconds: int, seed: int = 1, drift: float = 0.15) -> Iterator[tuple[int, np.ndarray]]:
    """Ten looks a second. The light swings by `drift` once a minute; sensor noise has a deviation of 3 grey levels."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(70, 130, (HEIGHT // 12, WIDTH // 12)).astype(np.uint8)
    ground = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    for at in range(0, seconds * 1000, STEP_MS):
        picture = ground.copy()
        draw(picture, at)
        light = 1 + drift * np.sin(2 * np.pi * at / 60_000)
        noise = rng.normal(0, 3, picture.shape)
        yield at, np.clip(picture * light + noise, 0, 255).astype(np.uint8)


def box(picture: np.ndarray, x: float, y: float, width: int, height: int, grey: int) -> None:
    x0, y0 = round(x), round(y)
    picture[max(0, y0) : max(0, y0 + height), max(0, x0) : max(0, x0 + width)] = grey

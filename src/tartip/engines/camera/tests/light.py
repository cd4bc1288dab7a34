"""Scenes in which light, camera or stream change and nothing else happens: whatever is told about them, no alarm.

Written from what cameras do, without a look at how the engine judges pictures. Each is a function from the empty
picture (float) and the time to what the camera shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from tartip.engines.camera import EventKind

Picture = np.ndarray
Show = Callable[[Picture, int, np.random.Generator], Picture]
HEIGHT, WIDTH, AT = 180, 320, 10_000
ALARMS = (EventKind.OBJECT_LEFT, EventKind.VEHICLE_STOPPED, EventKind.WRONG_WAY)


def place(texture: str, seed: int = 4) -> Picture:
    """An empty square: `coarse` paving, `fine` gravel, `flat` asphalt; kerbs, poles and bins with hard edges."""
    rng = np.random.default_rng(seed)
    cell = {"coarse": 14, "fine": 3, "flat": 200}[texture]
    low = rng.integers(70, 130, (HEIGHT // cell + 2, WIDTH // cell + 2)).astype(np.float32)
    picture = cv2.resize(low, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    if texture != "flat":
        for x, y, w, h, grey in (
            (20, 30, 6, 120, 40),
            (100, 60, 14, 16, 170),
            (240, 100, 18, 20, 30),
            (0, 150, 320, 3, 200),
        ):
            picture[y : y + h, x : x + w] = grey
    return picture


def play(show: Show, seconds: int = 40, texture: str = "coarse", seed: int = 1) -> Iterator[tuple[int, np.ndarray]]:
    rng = np.random.default_rng(seed)
    empty = place(texture)
    for at in range(0, seconds * 1000, 100):
        shown = show(empty.copy(), at, rng)
        yield at, np.clip(shown + rng.normal(0, 3, shown.shape), 0, 255).astype(np.uint8)


def step(grey: float, share: float, ramp_ms: int = 0, centre: bool = False) -> Show:
    """A lamp on a part of the picture that goes on (or off) and stays."""

    def show(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
        on = min(1.0, max(0, at - AT + 1) / max(1, ramp_ms)) if at >= AT else 0.0
        if centre:
            h, w = round(HEIGHT * share**0.5), round(WIDTH * share**0.5)
            top, left = (HEIGHT - h) // 2, (WIDTH - w) // 2
            picture[top : top + h, left : left + w] += on * grey
        else:
            picture[:, : round(WIDTH * share)] += on * grey
        return picture

    return show


def infrared(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    """Night view: every material has another brightness, and the lamp lights the middle."""
    if at < AT:
        return picture
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    lamp = np.exp(-(((x - 160) / 120) ** 2) - ((y - 90) / 70) ** 2)
    night: Picture = (0.3 * picture + 40 * np.sin(picture / 15)) * 0.5 + 150 * lamp
    return night


def exposure(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    """An automatic exposure that hunts for half a minute."""
    return picture * (1 + 0.5 * np.sin((at - AT) / 700)) if AT <= at < AT + 20_000 else picture


def headlights(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    """Two cones that sweep over the square and then stand on it."""
    if at < AT:
        return picture
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    middle = min(220, (at - AT) / 20)
    for side in (-25, 25):
        picture = picture * (1 + 1.2 * np.exp(-(((x - middle) / 40) ** 2) - ((y - 100 - side) / 16) ** 2))
    return picture


def spot(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    """A small window with sun in it, as large as a bag: the paving stays to be seen."""
    if at >= AT:
        picture[60:80, 96:124] += 45
    return picture


def moved(dx: int, dy: int) -> Show:
    def show(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
        return np.roll(picture, (dy, dx), (0, 1)) if at >= AT else picture

    return show


def shaken(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    if AT <= at < AT + 15_000:
        return np.roll(picture, tuple(rng.integers(-4, 5, 2)), (0, 1))
    return picture


def turned(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    return place("coarse", seed=99) if at >= AT else picture


def black(milliseconds: int) -> Show:
    return lambda picture, at, rng: picture * 0 if AT <= at < AT + milliseconds else picture


def flash(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    return picture + 120 if at >= AT and at % 3_000 == 0 else picture


def smeared(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    """Lost packets: grey blocks over the lower part for a second, every four seconds."""
    if at >= AT and at % 4_000 < 1_000:
        picture[90:, 40:] = 128
    return picture


def dusk(picture: Picture, at: int, rng: np.random.Generator) -> Picture:
    """A cloud's shadow over two fifths that wanders in within twenty seconds."""
    edge = min(130, max(0, at - AT) / 20_000 * 130)
    picture[:, : round(edge)] *= 0.6
    return picture


SCENES: dict[str, Show] = {
    "infrared over 40 %": step(60, 0.4),
    "infrared over 40 %, in the middle": step(60, 0.4, centre=True),
    "a tenth in the middle": step(60, 0.1, centre=True),
    "a lamp goes out over a fifth": step(-45, 0.2),
    "over three fifths": step(60, 0.6),
    "the whole picture": step(60, 1.0),
    "over 40 % within two seconds": step(60, 0.4, ramp_ms=2_000, centre=True),
    "over 40 % within ten seconds": step(60, 0.4, ramp_ms=10_000, centre=True),
    "over 40 % within thirty seconds": step(90, 0.4, ramp_ms=30_000),
    "night view": infrared,
    "hunting exposure": exposure,
    "headlights": headlights,
    "a spot of sun": spot,
    "nudged by two pixels": moved(2, 0),
    "nudged by four pixels": moved(4, 2),
    "moved by thirty pixels": moved(30, 12),
    "shaken": shaken,
    "turned to another place": turned,
    "black for half a second": black(500),
    "black for fifteen seconds": black(15_000),
    "flashes": flash,
    "lost packets": smeared,
    "a cloud": dusk,
}

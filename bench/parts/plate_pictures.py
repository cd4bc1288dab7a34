"""Pictures of plates that share nothing with the engine: own list of series, own layouts, other typefaces, other wear.

Typefaces: Aileron, which comes with Pillow, made bold; and the stroked Hershey face of OpenCV, whose even lines are
nearest to pressed plates. Wear: perspective of a camera above or beside the road, motion blur, headlight glare, mud,
a frame that covers the edge, JPEG. Layouts: one row, and two rows as on lorries and imported cars.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OLD_REGIONS = "ABCDEFHKLMNOPRSTUVWXZ"
SHARED = "ABEKMHOPCTYX"
# name: (weight, signs by place: d digit, l letter, o old region, s shared letter, r region of two digits, F or H)
SERIES = {
    "person 2012": (8, "dddlllr"),
    "entity 2012": (4, "dddllr"),
    "foreign owner 2012": (1, "fddddr"),
    "person 1993": (2, "odddlll"),
    "entity 1993": (2, "odddll"),
    "Russia": (2, "sdddssdd"),
    "Kyrgyzstan": (1, "ddKGdddlll"),
    "Uzbekistan": (1, "ddldddll"),
}
# Series whose format is not confirmed: they must go to a person and never come out as another car's plate.
UNCONFIRMED = {"motorcycle 2012": "ddllr", "trailer 2012": "ddlllr", "diplomat": "tdddddd"}
ONE_ROW = ("Russia", "Kyrgyzstan", "Uzbekistan")
FLAGGED = ("person 2012", "entity 2012", "foreign owner 2012", "motorcycle 2012", "trailer 2012")
INK, WHITE, YELLOW = (22, 22, 26), (236, 238, 236), (226, 190, 40)


@dataclass(frozen=True, slots=True)
class Road:
    """The worst of everything; each picture draws its own below it."""

    height_px: tuple[int, int] = (30, 70)
    lean: float = 0.10
    motion_px: int = 3
    noise: float = 10.0
    glare: float = 0.35
    mud: int = 3
    quality: tuple[int, int] = (40, 92)


def draw_series(rng: np.random.Generator) -> str:
    names = list(SERIES)
    weights = np.array([SERIES[name][0] for name in names], float)
    return str(rng.choice(names, p=weights / weights.sum()))


def draw_signs(series: str, rng: np.random.Generator) -> str:
    choices = {"d": "0123456789", "l": LATIN, "o": OLD_REGIONS, "s": SHARED, "f": "FH", "t": "DT"}
    signs = []
    for place in UNCONFIRMED[series] if series in UNCONFIRMED else SERIES[series][1]:
        if place == "r":
            signs.append(f"{rng.integers(1, 21):02d}")
        else:
            among = choices.get(place, place)
            signs.append(among[rng.integers(len(among))])
    return "".join(signs)


def photograph(signs: str, series: str, rng: np.random.Generator, road: Road = Road(), rows: int = 1) -> Picture:
    """(height, width, 3) RGB: one crop as a detector would cut it."""
    face = int(rng.integers(2))
    flat = draw_rows(signs, series, face) if rows == 2 else draw_row(signs, series, face)
    return expose(flat, rng, road, rows)


def draw_row(signs: str, series: str, face: int) -> Picture:
    plate = np.full((112, 520, 3), YELLOW if series.startswith("foreign") else WHITE, np.uint8)
    cv2.rectangle(plate, (4, 4), (515, 107), INK, 3)
    if series in FLAGGED:
        draw_band(plate, 10, 18)
        cv2.line(plate, (424, 4), (424, 107), INK, 3)
        put(plate, signs[:-2], (70, 416), (20, 92), face)
        put(plate, signs[-2:], (432, 508), (28, 84), face)
    elif series == "Russia":
        cv2.line(plate, (392, 4), (392, 107), INK, 3)
        put(plate, signs[:6], (18, 384), (20, 94), face)
        put(plate, signs[6:], (404, 506), (14, 66), face)
        put(plate, "RUS", (412, 496), (76, 100), face)
    else:
        put(plate, signs, (22, 500), (18, 94), face)
    return plate


def draw_rows(signs: str, series: str, face: int) -> Picture:
    """Two rows: of 2012 three signs beside the band and the rest below; of 1993 the letters below."""
    plate = np.full((202, 280, 3), YELLOW if series.startswith("foreign") else WHITE, np.uint8)
    cv2.rectangle(plate, (4, 4), (275, 197), INK, 3)
    if series in FLAGGED:
        draw_band(plate, 10, 30)
        put(plate, signs[:3], (78, 262), (18, 94), face)
        put(plate, signs[3:], (18, 262), (108, 184), face)
    else:
        put(plate, signs[:4], (20, 260), (18, 94), face)
        put(plate, signs[4:], (40, 240), (108, 184), face)
    return plate


def draw_band(plate: Picture, left: int, top: int) -> None:
    """The flag above the letters KZ."""
    cv2.rectangle(plate, (left, top), (left + 48, top + 32), (0, 160, 190), -1)
    cv2.circle(plate, (left + 24, top + 14), 8, (250, 200, 20), -1)
    cv2.putText(plate, "KZ", (left + 3, top + 62), cv2.FONT_HERSHEY_SIMPLEX, 0.95, INK, 3, cv2.LINE_AA)


def put(plate: Picture, signs: str, across: tuple[int, int], down: tuple[int, int], face: int) -> None:
    """Signs at even steps, each as high as the row and at most as wide as its step allows."""
    step, high = (across[1] - across[0]) / len(signs), down[1] - down[0]
    for place, sign in enumerate(signs):
        mask = sign_mask(sign, face)
        wide = max(4, min(round(step * 0.8), round(mask.shape[1] * high / mask.shape[0])))
        small = cv2.resize(mask, (wide, high), interpolation=cv2.INTER_AREA)[..., None] / 255
        x = round(across[0] + (place + 0.5) * step - wide / 2)
        part = plate[down[0] : down[1], x : x + wide]
        part[:] = (part * (1 - small) + np.array(INK) * small).astype(np.uint8)


@lru_cache(128)
def sign_mask(sign: str, face: int) -> Any:
    if face:
        canvas = np.zeros((200, 200), np.uint8)
        cv2.putText(canvas, sign, (50, 150), cv2.FONT_HERSHEY_DUPLEX, 4, 255, 14, cv2.LINE_AA)
    else:
        picture = Image.new("L", (200, 200))
        font = ImageFont.load_default(120)
        ImageDraw.Draw(picture).text((50, 30), sign, fill=255, font=font, stroke_width=4)
        canvas = np.asarray(picture)
    rows, columns = np.flatnonzero(canvas.max(1)), np.flatnonzero(canvas.max(0))
    return canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def expose(plate: Picture, rng: np.random.Generator, road: Road, rows: int) -> Picture:
    plate = plate.copy()
    high, wide = plate.shape[:2]
    for _ in range(int(rng.integers(0, road.mud + 1))):
        middle = (int(rng.integers(wide)), int(rng.integers(high)))
        cv2.ellipse(plate, middle, (int(rng.integers(3, 10)), int(rng.integers(2, 6))), 0, 0, 360, (110, 96, 80), -1)
    height = int(rng.integers(*road.height_px)) * rows
    width = round(height * wide / high)
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    edge = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inset = rng.uniform(0.01, road.lean, (4, 2)) * height * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    place = cv2.getPerspectiveTransform(corners, (edge + inset).astype(np.float32))
    body = tuple(int(v) for v in rng.integers(20, 120, 3))
    seen: Any = cv2.warpPerspective(plate, place, (width, height), flags=cv2.INTER_AREA, borderValue=body)
    length = int(rng.integers(1, road.motion_px + 1))
    small: Any = cv2.blur(seen.astype(np.float32), (length, 1))
    y, x = np.mgrid[:height, :width]
    spot = np.exp(-(((x - rng.uniform(0, width)) / (0.4 * width)) ** 2) - ((y - rng.uniform(0, height)) / height) ** 2)
    small = small * rng.uniform(0.55, 1.05) + rng.uniform(0, road.glare) * 160 * spot[..., None]
    small += rng.normal(0, rng.uniform(1, road.noise), small.shape)
    packed = io.BytesIO()
    quality = int(rng.integers(*road.quality))
    Image.fromarray(small.clip(0, 255).astype(np.uint8)).save(packed, "JPEG", quality=quality)
    return np.asarray(Image.open(packed).convert("RGB"))

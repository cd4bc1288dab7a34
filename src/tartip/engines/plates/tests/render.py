"""Made plates with known text for tests and the bench: drawn, tilted, blurred, dirtied, squeezed through JPEG.

No photographs of Kazakh plates are free to ship, so this is what exactness is measured on. It draws with DejaVu Sans
Bold, which comes with matplotlib, squeezed to the width of plate letters; it is not the font of the standard. Every
crop carries what a detector's box would: some road around it, the flag and the letters KZ, the region behind a line.
"""

from __future__ import annotations

import io
import string
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.plates import Kind

Image = npt.NDArray[np.uint8]
OLD_REGIONS = "ABCDEFHKLMNOPRSTUVWXZ"  # letters of the standard of 1993, as its list has them
SHARED = "ABEKMHOPCTYX"  # letters that Cyrillic and Latin share: all that a Russian plate may bear
WIDTH, HEIGHT = 520, 112  # millimetres of the standard, drawn one pixel each


@dataclass(frozen=True, slots=True)
class Wear:
    """How bad a crop may be; every value is the worst, the actual one is drawn below it."""

    height_px: tuple[int, int] = (28, 64)
    tilt_deg: float = 4.0
    slant: float = 0.12
    blur: float = 0.9  # in pixels of the final crop
    noise: float = 14.0
    shade: float = 0.45
    dirt: int = 2
    jpeg: tuple[int, int] = (35, 90)
    margin: float = 0.08


def draw_text(kind: Kind, rng: np.random.Generator) -> str:
    """A random plate of a series."""
    letter = lambda among=string.ascii_uppercase: among[rng.integers(len(among))]  # noqa: E731
    digits = f"{rng.integers(1, 1000):03d}"
    region = f"{rng.integers(1, 21):02d}"
    if kind is Kind.KZ_2012_PERSON:
        return digits + letter() + letter() + letter() + region
    if kind is Kind.KZ_2012_ENTITY:
        return digits + letter() + letter() + region
    if kind is Kind.KZ_1993_PERSON:
        return letter(OLD_REGIONS) + digits + letter() + letter() + letter()
    if kind is Kind.KZ_1993_ENTITY:
        return letter(OLD_REGIONS) + digits + letter() + letter()
    if kind is Kind.RU:
        return letter(SHARED) + digits + letter(SHARED) + letter(SHARED) + f"{rng.integers(1, 100):02d}"
    raise ValueError(kind)


def render(text: str, kind: Kind, rng: np.random.Generator, wear: Wear = Wear()) -> Image:
    """One worn crop, (height, width, 3) RGB."""
    return worn(flat(text, kind), rng, wear)


def flat(text: str, kind: Kind) -> Any:
    """The plate as drawn, before the road has got at it."""
    from PIL import Image as Pillow, ImageDraw

    plate = Pillow.new("RGB", (WIDTH, HEIGHT), (244, 244, 240))
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((2, 2, WIDTH - 3, HEIGHT - 3), 10, outline=(20, 20, 20), width=4)
    if kind in (Kind.KZ_2012_PERSON, Kind.KZ_2012_ENTITY):
        pen.rectangle((14, 20, 54, 52), fill=(0, 175, 202))
        pen.ellipse((26, 28, 42, 44), fill=(254, 197, 12))
        _glyphs(plate, "KZ", 14, 60, 20, 32)
        pen.line((428, 6, 428, HEIGHT - 7), fill=(20, 20, 20), width=4)
        main, region = text[:-2], text[-2:]
        step = 340 / (len(main) + 0.4)
        _glyphs(plate, main[:3], 72, 16, step, 80)
        _glyphs(plate, main[3:], 72 + 3.4 * step, 16, step, 80)
        _glyphs(plate, region, 440, 28, 33, 60)
    elif kind is Kind.RU:
        pen.line((396, 6, 396, HEIGHT - 7), fill=(20, 20, 20), width=4)
        _glyphs(plate, text[:6], 22, 18, 61, 76)
        _glyphs(plate, text[6:], 408, 12, 30, 52)
        _glyphs(plate, "RUS", 410, 72, 18, 24)
    else:
        step = 480 / (len(text) + 0.8)
        _glyphs(plate, text[0], 20, 26, step, 64)
        _glyphs(plate, text[1:4], 20 + 1.4 * step, 16, step, 80)
        _glyphs(plate, text[4:], 20 + 4.8 * step, 16, step, 80)
    return plate


def worn(plate: Any, rng: np.random.Generator, wear: Wear) -> Image:
    from PIL import Image as Pillow, ImageDraw, ImageFilter

    pen = ImageDraw.Draw(plate)
    for _ in range(rng.integers(0, wear.dirt + 1)):
        x, y, r = rng.integers(0, WIDTH), rng.integers(0, HEIGHT), rng.integers(2, 9)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(int(v) for v in rng.integers(90, 150, 3)))
    pad_x, pad_y = int(WIDTH * wear.margin) + 20, int(HEIGHT * wear.margin) + 40
    road = Pillow.new("RGB", (WIDTH + 2 * pad_x, HEIGHT + 2 * pad_y), tuple(int(v) for v in rng.integers(40, 130, 3)))
    road.paste(plate, (pad_x, pad_y))
    slant = rng.uniform(-wear.slant, wear.slant)
    road = road.rotate(rng.uniform(-wear.tilt_deg, wear.tilt_deg), Pillow.Resampling.BICUBIC)
    shear = (1, slant, -slant * road.height / 2, 0, 1, 0)
    road = road.transform(road.size, Pillow.Transform.AFFINE, shear, Pillow.Resampling.BICUBIC)
    cut = [rng.uniform(0, wear.margin) for _ in range(4)]
    left, top, right, bottom = (round(share * HEIGHT) for share in cut)
    box = (pad_x - left, pad_y - top, pad_x + WIDTH + right, pad_y + HEIGHT + bottom)
    height = int(rng.integers(*wear.height_px))
    crop = road.resize((int(height * (box[2] - box[0]) / (box[3] - box[1])), height), Pillow.Resampling.BOX, box)
    crop = crop.filter(ImageFilter.GaussianBlur(rng.uniform(0, wear.blur)))
    light = np.linspace(1, 1 - rng.uniform(0, wear.shade), crop.width)[:: rng.choice([-1, 1])]
    pixels = np.asarray(crop, np.float64) * light[None, :, None] * rng.uniform(0.6, 1.1)
    pixels += rng.normal(0, rng.uniform(0, wear.noise), pixels.shape)
    packed = io.BytesIO()
    Pillow.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(packed, "JPEG", quality=int(rng.integers(*wear.jpeg)))
    return np.asarray(Pillow.open(packed).convert("RGB"))


def _glyphs(plate: Any, text: str, x: float, y: float, step: float, height: float) -> None:
    """Signs in cells of equal width, each squeezed into its cell."""
    from PIL import Image as Pillow

    for place, sign in enumerate(text):
        mask = _glyph(sign)
        wide = min(step * 0.86, mask.width * height / mask.height * 0.92)
        small = mask.resize((max(1, round(wide)), round(height)), Pillow.Resampling.LANCZOS)
        left = round(x + place * step + (step - small.width) / 2)
        plate.paste((18, 18, 22), (left, round(y)), small)


@lru_cache(64)
def _glyph(sign: str) -> Any:
    """One sign as a tight mask."""
    import matplotlib
    from PIL import Image as Pillow, ImageDraw, ImageFont

    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"), 160)
    mask = Pillow.new("L", (300, 300))
    ImageDraw.Draw(mask).text((60, 40), sign, fill=255, font=font)
    return mask.crop(mask.getbbox())

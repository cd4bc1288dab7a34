"""What to hide, how, and how hard to look."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tartip.engines.errors import BadInput, expect

if TYPE_CHECKING:
    from tartip.engines.redaction.arrays import Picture


class Method(StrEnum):
    """SOLID hides best; MOSAIC and BLUR leave colour and a few cells, so that the scene stays understandable."""

    BLUR = "blur"
    MOSAIC = "mosaic"
    SOLID = "solid"


class Audio(StrEnum):
    """What becomes of the sound: a voice names a person, so it is dropped unless asked for."""

    MUTE = "mute"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in pixels of the upright picture; `frame` None means on every frame."""

    x: int
    y: int
    width: int
    height: int
    frame: int | None = None

    def __post_init__(self) -> None:
        for name in ("x", "y", "width", "height"):
            if type(getattr(self, name)) is not int:
                raise BadInput(f"region.{name}", repr(getattr(self, name)), "must be a whole number of pixels")
        if self.width <= 0 or self.height <= 0:
            raise BadInput("region", (self.x, self.y, self.width, self.height), "width and height must be above zero")
        if self.frame is not None and (type(self.frame) is not int or self.frame < 0):
            raise BadInput("region.frame", repr(self.frame), "must be a whole number, not negative")


@dataclass(frozen=True, slots=True)
class RedactionParams:
    """`every`: look for faces and plates on each k-th frame, follow them between. Every `deep_every`-th look is at
    `deep_side` pixels and finds the small faces. `hold`: frames that a cover stays after the last and before the first
    sighting; at least as long as from one deep look to the next, so that no gap opens. Shares are
    whole percents, so that a report holds no floats.

    `face_pct`, `video_face_pct`: least confidence of a face on photos, and on videos, which are looked at smaller.

    `plate_sightings`: looks that a plate must be seen on. Above 1 it covers fewer signs and misses plates seen once.

    A plate whose place meets a region of `keep`, or whose text by `read_plate` is in `keep_plates`, stays readable (the
    reported car); faces are always covered. `hide` adds places chosen by a person.
    """

    method: Method = Method.BLUR
    audio: Audio = Audio.MUTE
    faces: bool = True
    plates: bool = True
    every: int = 8
    deep_every: int = 2
    hold: int = 40
    face_pct: int = 15
    video_face_pct: int = 8
    margin_pct: int = 30
    video_side: int = 512
    deep_side: int = 1920
    photo_side: int = 2560
    text_side: int = 960
    video_text_side: int = 640
    plate_sightings: int = 1
    max_pixels: int = 120_000_000  # a telephone of 108 megapixels
    keep: tuple[Region, ...] = ()
    keep_plates: frozenset[str] = frozenset()
    read_plate: Callable[[Picture], str] | None = None
    hide: tuple[Region, ...] = ()

    def __post_init__(self) -> None:
        for name, words in (("method", Method), ("audio", Audio)):
            if getattr(self, name) not in list(words):
                raise BadInput(name, getattr(self, name), f"must be one of {', '.join(words)}")
        for name, least, most in LIMITS:
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise BadInput(name, repr(value), f"must be a whole number from {least} to {most}")
        for name in ("faces", "plates"):
            expect(name, getattr(self, name), bool)
        for name in ("keep", "hide"):
            regions = getattr(self, name)
            if not isinstance(regions, tuple | list) or not all(isinstance(one, Region) for one in regions):
                raise BadInput(name, type(regions).__name__, "must be a tuple of Regions")
        expect("keep_plates", self.keep_plates, Set)  # a text holds all its parts: what reads "1" would be kept
        if self.read_plate is not None:
            expect("read_plate", self.read_plate, Callable)  # type: ignore[arg-type]
        if self.keep_plates and self.read_plate is None:
            raise BadInput("keep_plates", sorted(self.keep_plates), "needs read_plate, a function from picture to text")

    def summary(self) -> dict[str, int | str]:
        """What goes into the report: integers and words."""
        numbers = {name: int(getattr(self, name)) for name, _, _ in LIMITS}
        words = {"method": str(self.method), "audio": str(self.audio)}
        return {**words, "faces": int(self.faces), "plates": int(self.plates), **numbers}


LIMITS = (
    ("every", 1, 60),
    ("deep_every", 1, 60),
    ("hold", 0, 600),
    ("face_pct", 1, 99),
    ("video_face_pct", 1, 99),
    ("margin_pct", 0, 200),
    ("video_side", 64, 4096),
    ("deep_side", 64, 4096),
    ("photo_side", 64, 4096),
    ("text_side", 64, 4096),
    ("video_text_side", 64, 4096),
    ("plate_sightings", 1, 10),
    ("max_pixels", 1, 1_000_000_000),
)

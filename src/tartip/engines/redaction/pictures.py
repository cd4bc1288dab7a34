"""From the bytes of a picture file to upright pixels as a viewer shows them, or a named flaw.

Every picture is turned once, whatever turned it first; what lies under transparency is gone; deep, grey, printed and
profiled pictures come out in the tones a viewer shows. No metadata is kept, so no thumbnail shows what was covered.
"""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np

from tartip.engines.redaction.arrays import Picture
from tartip.engines.redaction.errors import Flaw, TooLarge, UnreadableMedia

ORIENTATION: Final = 0x0112
NAME: Final = "photo"
# What phones and offices send (MPO opens as JPEG). Others stay closed: Pillow starts an interpreter for some, and
# decodes an icon while it opens it, before its true size can be asked.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "DIB", "JPEG2000", "AVIF", "PPM", "TGA")
WHITE: Final = (255, 255, 255)
TIFF_BITS: Final = 258
TIFF_MEANING: Final = 262  # 0: white is zero


def decode(data: bytes, max_pixels: int) -> tuple[Picture, bool, set[Flaw]]:
    """Upright blue-green-red picture, uint8[height, width, 3]; whether the file was PNG; flaws.

    Raises UnreadableMedia, and TooLarge with the true size, before anything is decoded.
    """
    from PIL import Image

    if not data:
        raise UnreadableMedia(NAME, "the file is empty")
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked right after, and names the true size
    flaws: set[Flaw] = set()
    try:
        image: Any = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        raise UnreadableMedia(NAME, "no known picture format") from error
    if image.width * image.height > max_pixels:
        raise TooLarge(NAME, image.width, image.height, max_pixels)
    is_png = image.format == "PNG"
    if frames_of(image) != 1:
        flaws.add(Flaw.FIRST_FRAME_ONLY)
    try:
        image.load()
        picture = pixels(image, flaws)
    except Exception:  # the decoders raise half a dozen kinds
        picture = what_is_left(image, flaws)
        flaws.add(Flaw.TRUNCATED)
    # Asked after loading: Pillow turns a TIFF while it loads it, and then takes the tag away.
    return np.ascontiguousarray(turned(picture, orientation(image, flaws))), is_png, flaws


def frames_of(image: Any) -> int:
    """Frames or pages; 0 where the file does not say it in a way that can be read."""
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:
        return 0


def orientation(image: Any, flaws: set[Flaw]) -> int:
    """1 to 8 as in EXIF; anything else is a flaw and means upright."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
        if isinstance(value, int) and 1 <= value <= 8:
            return value
    except Exception:  # broken EXIF raises struct, syntax, type, zero-division and other errors
        flaws.add(Flaw.EXIF_UNREADABLE)
        return 1
    flaws.add(Flaw.EXIF_UNREADABLE)
    return 1


def turned(picture: Picture, value: int) -> Picture:
    """EXIF orientation: 2, 4, 5, 7 are mirrored, 5 to 8 have width and height swapped."""
    if value in (5, 6, 7, 8):
        picture = picture.transpose(1, 0, 2)
    if value in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if value in (3, 4, 7, 8):
        picture = picture[::-1]
    return picture


def what_is_left(image: Any, flaws: set[Flaw]) -> Picture:
    """The rows decoded before the file broke off; the rest is black, grey or white."""
    image.tile = []  # nothing more to decode: what is there can be converted
    try:
        if np.asarray(image).any():
            return pixels(image, flaws)
    except Exception as error:
        raise UnreadableMedia(NAME, "no part of the picture can be decoded") from error
    raise UnreadableMedia(NAME, "no part of the picture can be decoded")


def pixels(image: Any, flaws: set[Flaw]) -> Picture:
    """Blue-green-red, uint8[height, width, 3], of a loaded picture of any mode, not yet turned."""
    if image.mode[:1] in ("I", "F"):
        return deep(image, flaws)
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        return over_white(image, flaws)
    return np.asarray(in_srgb(image, flaws), dtype=np.uint8)[:, :, ::-1]


def deep(image: Any, flaws: set[Flaw]) -> Picture:
    """Grey of more than eight bits: by the upper eight of them, shares of one as such, anything else stretched.

    A file that says how many bits it has is believed, however dark the picture is.
    """
    values = np.asarray(image)
    values = values.astype(values.dtype.newbyteorder("="), copy=False)  # TIFF and PGM have both orders of bytes
    tags = getattr(image, "tag_v2", {})
    sixteen = values.dtype == np.uint16 or image.format == "PPM"
    if values.dtype == np.int32 and (sixteen or 255 < values.max() <= 65_535) and values.min() >= 0:
        grey = (values >> 8).astype(np.uint8)
    elif values.dtype == np.uint16:
        bits = (tags.get(TIFF_BITS) or (16,))[0]
        grey = (values >> (bits - 8 if 8 <= bits <= 16 else 8)).astype(np.uint8)
        if tags.get(TIFF_MEANING) == 0:  # which Pillow obeys for eight bits alone
            grey = 255 - grey
    elif np.issubdtype(values.dtype, np.integer) and values.min() >= 0 and values.max() <= 255:
        grey = values.astype(np.uint8)
    else:
        finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        low, high = float(finite.min()), float(finite.max())
        if low >= 0.0 and high <= 1.0 and values.dtype.kind == "f":
            low, high = 0.0, 1.0
        else:
            flaws.add(Flaw.TONES_STRETCHED)  # nobody says what is white: what is brightest is
        grey = np.round((finite - low) * (255.0 / ((high - low) or 1.0))).astype(np.uint8)
    hidden = image.info.get("transparency")
    if isinstance(hidden, int):
        grey[values == hidden] = WHITE[0]
    return np.repeat(grey[:, :, None], 3, axis=2)


def over_white(image: Any, flaws: set[Flaw]) -> Picture:
    """What a viewer shows on a white page; colours under full transparency, which it hides, are not kept."""
    from PIL import Image

    whole = image.convert("RGBA")
    if profile := image.info.get("icc_profile"):
        whole.info["icc_profile"] = profile
    below = Image.new("RGB", whole.size, WHITE)
    below.paste(in_srgb(whole.convert("RGB"), flaws, profile), mask=whole.getchannel("A"))
    return np.asarray(below, dtype=np.uint8)[:, :, ::-1]


def in_srgb(image: Any, flaws: set[Flaw], profile: bytes | None = None) -> Any:
    """The picture in sRGB by its colour profile, which is not kept; a profile that cannot be used is a flaw."""
    from PIL import ImageCms

    profile = profile or image.info.get("icc_profile")
    if image.mode == "LAB":
        own: Any = ImageCms.createProfile("LAB")
    elif not profile or b"sRGB" in profile[:4_096] or image.mode not in ("RGB", "CMYK", "L"):
        return image.convert("RGB")
    else:
        own = io.BytesIO(profile)
    try:
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except Exception:  # a damaged or foreign profile raises several kinds
        flaws.add(Flaw.COLOURS_ASSUMED)
        return image.convert("RGB")

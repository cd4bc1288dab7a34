"""A photo without its metadata, upright, with faces and plates covered."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from tartip.engines.redaction.arrays import Boxes, Picture, grey_of
from tartip.engines.redaction.cover import FACE_CELLS, PLATE_CELLS, cover
from tartip.engines.redaction.errors import Flaw, TooLarge, UnreadableMedia
from tartip.engines.redaction.faces import find_faces, model_sha256
from tartip.engines.redaction.params import RedactionParams
from tartip.engines.redaction.plan import chosen, cover_of, in_regions, reads_as_kept
from tartip.engines.redaction.plates import find_plates
from tartip.engines.redaction.report import Cover, Kind, Report

ORIENTATION = 0x0112
QUALITY = 90
NAME = "photo"


@dataclass(frozen=True, slots=True)
class Photo:
    """`data`: the new file (PNG for PNG, else JPEG), without any metadata."""

    data: bytes
    report: Report


def redact_photo(data: bytes, params: RedactionParams = RedactionParams()) -> Photo:
    """Cover faces and plates of one photo given as the bytes of its file.

    Raises UnreadableMedia (empty, unknown, nothing decodable) and TooLarge (by the header, before decoding). A file cut
    off in the middle is redacted as far as it goes, with Flaw.TRUNCATED.
    """
    import cv2

    picture, is_png, flaws = decode(data, params.max_pixels)
    height, width = picture.shape[:2]
    covers, kept = places(picture, params)
    for p in covers:
        cells = PLATE_CELLS if p.kind is Kind.PLATE else FACE_CELLS
        cover(picture, p.x, p.y, p.x + p.width, p.y + p.height, params.method, cells)
    extra = [] if is_png else [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    _, encoded = cv2.imencode(".png" if is_png else ".jpg", picture, extra)
    sha = model_sha256() if params.faces else ""
    report = Report(NAME, width, height, 1, 0, tuple(covers), kept, params.summary(), sha, tuple(sorted(flaws)))
    return Photo(encoded.tobytes(), report)


def places(picture: Picture, params: RedactionParams) -> tuple[list[Cover], int]:
    height, width = picture.shape[:2]
    covers, kept = list(chosen(params, (0,), width, height)), 0
    found: list[tuple[Kind, Boxes]] = []
    if params.faces:
        found += [(Kind.FACE, box) for box in find_faces(picture, params.photo_side, params.face_pct)]
    if params.plates:
        found += [(Kind.PLATE, box) for box in find_plates(grey_of(picture))]
    for thread, (kind, box) in enumerate(found, start=1):
        if kind is Kind.PLATE and (in_regions(params.keep, 0, box) or reads_as_kept(params, picture, box)):
            kept += 1
            continue
        place = cover_of(kind, thread, 0, 0, box, (width, height), params.margin_pct)
        covers.extend([place] if place else [])
    return covers, kept


def decode(data: bytes, max_pixels: int) -> tuple[Picture, bool, set[Flaw]]:
    """Upright blue-green-red picture, whether the file was PNG, and flaws."""
    from PIL import Image

    flaws: set[Flaw] = set()
    if not data:
        raise UnreadableMedia(NAME, "the file is empty")
    try:
        image: Any = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise TooLarge(NAME, 0, 0, max_pixels) from error
    except Exception as error:
        raise UnreadableMedia(NAME, "no known picture format") from error
    if image.width * image.height > max_pixels:
        raise TooLarge(NAME, image.width, image.height, max_pixels)
    if getattr(image, "n_frames", 1) > 1:
        flaws.add(Flaw.FIRST_FRAME_ONLY)
    turn = orientation(image, flaws)
    try:
        picture = np.asarray(image.convert("RGB"), dtype=np.uint8)[:, :, ::-1]
    except Exception:  # the decoders raise half a dozen kinds
        picture = what_is_left(image)
        flaws.add(Flaw.TRUNCATED)
    return np.ascontiguousarray(turned(picture, turn)), image.format == "PNG", flaws


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


def what_is_left(image: Any) -> Picture:
    """The rows decoded before the file broke off; the rest is black or grey."""
    image.tile = []  # nothing more to decode: what is there can be converted
    try:
        picture = np.asarray(image.convert("RGB"), dtype=np.uint8)[:, :, ::-1]
    except Exception as error:
        raise UnreadableMedia(NAME, "no part of the picture can be decoded") from error
    if not picture.any():
        raise UnreadableMedia(NAME, "no part of the picture can be decoded")
    return picture

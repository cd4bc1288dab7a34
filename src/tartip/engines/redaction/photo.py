"""A photo without its metadata, upright, with faces and plates covered."""

from __future__ import annotations

from dataclasses import dataclass

from tartip.engines.errors import expect
from tartip.engines.redaction.arrays import Boxes, Picture, grey_of
from tartip.engines.redaction.cover import FACE_CELLS, PLATE_CELLS, cover
from tartip.engines.redaction.faces import find_faces, model_sha256
from tartip.engines.redaction.params import RedactionParams
from tartip.engines.redaction.pictures import NAME, decode
from tartip.engines.redaction.plan import chosen, cover_of, in_regions, reads_as_kept
from tartip.engines.redaction.plates import find_plates
from tartip.engines.redaction.report import Cover, Kind, Report
from tartip.engines.redaction.text import find_text

QUALITY = 90
LONGEST_JPEG = 65_500  # pixels of a side; a longer picture comes out as PNG


@dataclass(frozen=True, slots=True)
class Photo:
    """`data`: the new file (PNG for PNG and for what no JPEG can hold, else JPEG), without any metadata."""

    data: bytes
    report: Report


def redact_photo(data: bytes, params: RedactionParams = RedactionParams()) -> Photo:
    """Cover faces and plates of one photo given as the bytes of its file.

    Raises UnreadableMedia (empty, unknown, nothing decodable) and TooLarge (by the header, before decoding). A file cut
    off in the middle is redacted as far as it goes, with Flaw.TRUNCATED.
    """
    import cv2

    expect("params", params, RedactionParams)
    picture, is_png, flaws = decode(data, params.max_pixels)
    height, width = picture.shape[:2]
    is_png = is_png or max(height, width) > LONGEST_JPEG
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
        found += [(Kind.PLATE, box) for box in find_text(picture, params.text_side)]
    for thread, (kind, box) in enumerate(found, start=1):
        if kind is Kind.PLATE and (in_regions(params.keep, 0, box) or reads_as_kept(params, picture, box)):
            kept += 1
            continue
        place = cover_of(kind, thread, 0, 0, box, (width, height), params.margin_pct)
        covers.extend([place] if place else [])
    return covers, kept

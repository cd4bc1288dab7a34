"""Photos: metadata gone, upright, covered; broken files."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from tartip.engines.errors import BadInput
from tartip.engines.redaction import (
    Flaw,
    Kind,
    Method,
    RedactionParams,
    Region,
    TooLarge,
    UnreadableMedia,
    redact_photo,
)
from tartip.engines.redaction.tests.made import astronaut, paste, plate, road, share_covered

NOTHING = RedactionParams(faces=False, plates=False)


def jpeg(picture: np.ndarray, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture[:, :, ::-1]).save(out, "JPEG", quality=95, **({"exif": exif} if exif else {}))
    return out.getvalue()


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))[:, :, ::-1]


@pytest.mark.parametrize("method", list(Method))
def test_the_face_is_covered_and_found_no_more(method):
    photo = redact_photo(jpeg(astronaut()), RedactionParams(plates=False, method=method))
    (cover,) = photo.report.covers
    assert cover.kind is Kind.FACE
    box = (cover.x, cover.y, cover.x + cover.width, cover.y + cover.height)
    assert share_covered((182, 59, 270, 177), [box], (512, 512)) >= 0.99
    assert redact_photo(photo.data, RedactionParams(plates=False, face_pct=40)).report.covers == ()


@pytest.mark.parametrize("width", [60, 90, 130, 200, 300])
def test_plates_of_many_sizes_are_covered_and_kept_on_request(width):
    picture = road(800, 500)
    number = plate(width)
    paste(picture, number, 200, 150)
    truth = (200, 150, 200 + width, 150 + len(number))
    report = redact_photo(jpeg(picture), RedactionParams(faces=False)).report
    assert share_covered(truth, [(c.x, c.y, c.x + c.width, c.y + c.height) for c in report.covers], (800, 500)) >= 0.9
    kept = redact_photo(jpeg(picture), RedactionParams(faces=False, keep=(Region(190, 140, width + 20, 100),))).report
    assert (kept.covers, kept.kept >= 1) == ((), True)


def test_nothing_finer_than_the_cells_is_left():
    """Six averages across a face: a box of 60 x 60 noise in mosaic holds at most 36 colours."""
    noise = np.random.default_rng(1).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    params = RedactionParams(faces=False, plates=False, method=Method.MOSAIC, hide=(Region(20, 20, 60, 60),))
    result = decoded(redact_photo(out.getvalue(), params).data)
    assert len(np.unique(result[20:80, 20:80].reshape(-1, 3), axis=0)) <= 36
    assert (result[:20] == noise[:20, :, ::-1]).all()


@pytest.mark.parametrize("value", range(1, 9))
def test_every_orientation_is_applied_as_pillow_would_and_all_metadata_is_gone(value):
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = value
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[2] = (43.0, 15.0, 0.0)  # latitude
    data = jpeg(road(64, 48), exif)
    photo = redact_photo(data, NOTHING)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))[:, :, ::-1]
    assert (photo.report.width, photo.report.height) == expected.shape[1::-1]
    assert np.abs(decoded(photo.data).astype(int) - expected).mean() < 3
    assert not Image.open(io.BytesIO(photo.data)).getexif()
    assert b"SecretMaker" not in photo.data


@pytest.mark.parametrize(
    "kind, raw", [(11, struct.pack("<f", float("nan"))), (5, struct.pack("<I", 26)), (3, b"\x63\0\0\0")]
)
def test_an_orientation_that_is_nan_zero_by_zero_or_99_is_a_flaw_not_a_crash(kind, raw):
    """TIFF types: 11 float, 5 rational (here 0/0 at offset 26), 3 short."""
    tiff = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI", 0x0112, kind, 1) + raw + b"\0\0\0\0" + b"\0" * 8
    body = b"Exif\0\0" + tiff
    plain = jpeg(road(64, 48))
    photo = redact_photo(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:], NOTHING)
    assert photo.report.flaws == (Flaw.EXIF_UNREADABLE,)
    assert (photo.report.width, photo.report.height) == (64, 48)


def test_a_truncated_photo_is_redacted_as_far_as_it_goes():
    data = jpeg(astronaut())
    photo = redact_photo(data[: len(data) * 2 // 3], RedactionParams(plates=False))
    assert Flaw.TRUNCATED in photo.report.flaws
    assert [c.kind for c in photo.report.covers] == [Kind.FACE]


def test_a_picture_of_a_billion_pixels_is_refused_by_its_header():
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(TooLarge):
        redact_photo(data)


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_bytes_that_are_no_picture_are_refused(data):
    with pytest.raises(UnreadableMedia):
        redact_photo(data)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=40))
def test_damaged_photos_give_a_result_or_a_typed_error(at, junk):
    data = bytearray(cv2.imencode(".jpg", road(96, 64))[1].tobytes())
    at %= len(data)
    data[at : at + len(junk)] = junk
    try:
        photo = redact_photo(bytes(data), NOTHING)
    except (UnreadableMedia, TooLarge):
        return
    assert photo.report.width > 0


@pytest.mark.parametrize(
    "wrong", [{"every": 0}, {"hold": -1}, {"face_pct": 100}, {"method": "blurr"}, {"keep_plates": frozenset({"A"})}]
)
def test_parameters_outside_their_limits_are_refused_by_name(wrong):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        RedactionParams(**wrong)


def test_a_turned_plate_at_night_is_covered_and_little_else():
    """Contrast of strokes is far below what the strokes need; the rows of signs are still found."""
    number = plate(160)
    picture = road(1000, 600)
    paste(picture, number, 300, 200)
    matrix = cv2.getRotationMatrix2D((380, 217), 12, 1)
    picture = cv2.warpAffine(picture, matrix, (1000, 600), borderMode=cv2.BORDER_REFLECT)
    picture = (picture * 0.3).astype(np.uint8)
    covers = redact_photo(jpeg(picture), RedactionParams(faces=False)).report.covers
    boxes = [(c.x, c.y, c.x + c.width, c.y + c.height) for c in covers]
    corners = cv2.transform(np.float32([[[300, 200], [460, 200], [460, 234], [300, 234]]]), matrix)[0]
    left, top, right, bottom = *corners.min(axis=0).astype(int), *corners.max(axis=0).astype(int)
    assert share_covered((left, top, right, bottom), boxes, (1000, 600)) >= 0.9
    assert sum(c.width * c.height for c in covers) < 0.1 * 1000 * 600


@pytest.mark.parametrize("wrong", [{"keep": (1,)}, {"hide": ((0, 0, 9, 9),)}, {"keep": None}, {"audio": "loud"}])
def test_settings_that_mean_nothing_are_refused_before_a_picture_is_read(wrong):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        RedactionParams(**wrong)


@pytest.mark.parametrize("place", [(0.5, 0, 9, 9), (0, 0, True, 9), (0, 0, 9, 0), (0, 0, float("nan"), 9)])
def test_a_region_is_whole_pixels(place):
    with pytest.raises(BadInput, match="region"):
        Region(*place)

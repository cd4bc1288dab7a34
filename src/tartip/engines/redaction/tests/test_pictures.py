"""Promises: a picture is turned once, has the tones a viewer shows and nothing hidden; any bytes end in words."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageCms

from tartip.engines.redaction import Flaw, RedactionParams, TooLarge, UnreadableMedia, redact_photo
from tartip.engines.redaction.pictures import decode

NOTHING = RedactionParams(faces=False, plates=False)
LIMIT = 120_000_000


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def shown(data):
    """Red-green-blue as our decoder gives it, and the flaws."""
    picture, _, flaws = decode(data, LIMIT)
    return picture[:, :, ::-1], flaws


def band(width=150, height=100):
    """The left third red, the rest grey: which way up it is can be seen."""
    pixels = np.full((height, width, 3), 90, np.uint8)
    pixels[:, : width // 3] = (255, 0, 0)
    return pixels


# Where the red band of the stored picture lies once it is upright (EXIF 2.32, tag 274).
UPRIGHT = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("JPEG", {"quality": 100}),
    ],
)
def test_a_picture_is_turned_once(value, kind, options):
    exif = Image.Exif()
    exif[0x0112] = value
    picture, flaws = shown(saved(Image.fromarray(band()), kind, exif=exif, **options))
    assert not flaws
    assert picture.shape == ((100, 150, 3) if value < 5 else (150, 100, 3))
    side = {"left": picture[:, :40], "right": picture[:, -40:], "top": picture[:40], "bottom": picture[-40:]}
    red = {name: float((part[..., 0].astype(int) - part[..., 1]).mean()) for name, part in side.items()}
    assert max(red, key=red.get) == UPRIGHT[value]


def test_a_cut_off_tiff_is_turned_once_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = saved(Image.fromarray(band(150, 400)), "TIFF", exif=exif)
    offset = whole.find(b"\xff\x00\x00")
    data = whole[: offset + 150 * 3 * 200] + whole[:0]
    try:
        picture, flaws = shown(data)
    except UnreadableMedia:
        return  # the directory stands at the end of some files: then nothing is known of it
    assert Flaw.TRUNCATED in flaws
    assert picture.shape == (150, 400, 3)


def test_sixteen_bits_of_grey_are_shown_by_their_upper_half():
    pixels = np.full((20, 40), 0x2000, np.uint16)
    pixels[:, 20:] = 0xE000
    for kind in ("PNG", "TIFF"):
        picture, flaws = shown(saved(Image.fromarray(pixels), kind))
        assert (picture[:, :20] == 0x20).all()
        assert (picture[:, 20:] == 0xE0).all()
        assert not flaws


def grey_tiff(order, bits, meaning, rows):
    """A grey TIFF 6.0 of 16 x 16; `meaning` 0: white is zero, 1: black is zero."""
    mark = "<" if order == b"II" else ">"
    tags = [
        (256, 16),
        (257, 16),
        (258, bits),
        (259, 1),
        (262, meaning),
        (273, 8),
        (277, 1),
        (278, 16),
        (279, len(rows)),
    ]
    entries = b"".join(struct.pack(mark + "HHIHH", tag, 3, 1, value, 0) for tag, value in tags)
    head = order + struct.pack(mark + "HI", 42, 8 + len(rows))
    return head + rows + struct.pack(mark + "H", len(tags)) + entries + struct.pack(mark + "I", 0)


@pytest.mark.parametrize("high", [0xE000, 0x2100], ids=["bright", "dark"])
@pytest.mark.parametrize(("order", "kind"), [(b"II", "<u2"), (b"MM", ">u2")])
def test_deep_grey_is_the_same_in_both_orders_of_bytes(order, kind, high):
    values = np.full((16, 16), 0x2000, kind)
    values[:, 8:] = high
    picture, flaws = shown(grey_tiff(order, 16, 1, values.tobytes()))
    assert not flaws
    assert picture[0, 0].tolist() == [0x20] * 3
    assert picture[0, -1].tolist() == [high >> 8] * 3


def test_where_white_is_zero_deep_grey_is_turned_over():
    values = np.full((16, 16), 0x2000, "<u2")
    picture, flaws = shown(grey_tiff(b"II", 16, 0, values.tobytes()))
    assert not flaws
    assert (picture == 0xDF).all()


def test_twelve_bits_of_grey_reach_white():
    picture, flaws = shown(grey_tiff(b"II", 12, 1, bytes([0x20, 0x0E, 0x00]) * 128))  # 0x200 and 0xE00 in turn
    assert not flaws
    assert picture[0, :2, 0].tolist() == [0x20, 0xE0]


def test_a_dark_deep_picture_stays_dark():
    assert (shown(b"P5 16 16 65535\n" + np.full((16, 16), 0xE0, ">u2").tobytes())[0] == 0).all()
    assert (shown(grey_tiff(b"MM", 16, 1, np.full((16, 16), 0xE0, ">u2").tobytes()))[0] == 0).all()


def test_an_icon_with_a_large_picture_inside_is_not_decoded():
    """Opening it would decode the picture inside, whatever size that has."""
    inside = saved(Image.new("1", (3_000, 3_000)), "PNG")
    icon = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(inside), 22) + inside
    with pytest.raises(UnreadableMedia):
        decode(icon, 1_000_000)


def png(header, rows, *between):
    """A PNG by hand: bit depths that Pillow cannot write."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [chunk(name, body) for name, body in between]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(parts) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("colour", "values"), [(2, (0x2000, 0x8000, 0xE000)), (6, (0x2000, 0x8000, 0xE000, 0xFFFF))])
def test_sixteen_bits_of_colour_are_shown_by_their_upper_half(colour, values):
    data = png(struct.pack(">IIBBBBB", 3, 2, 16, colour, 0, 0, 0), [struct.pack(f">{len(values)}H", *values) * 3] * 2)
    picture, _ = shown(data)
    assert np.abs(picture.astype(int) - (0x20, 0x80, 0xE0)).max() <= 1


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_bits_of_grey_are_spread_to_white(depth):
    data = png(struct.pack(">IIBBBBB", 8, 1, depth, 0, 0, 0, 0), [bytes([0b11110000]) + bytes(depth - 1)])
    picture, _ = shown(data)
    assert picture[0, 0].tolist() == [255, 255, 255]
    assert picture[0, -1].tolist() == [0, 0, 0]


def test_a_picture_of_fractions_goes_from_black_to_white():
    pixels = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)
    picture, flaws = shown(saved(Image.fromarray(pixels), "TIFF"))
    assert picture[:, :, 0].ravel().tolist() == list(range(256))
    assert not flaws


def test_tones_that_nobody_can_know_are_stretched_and_said_so():
    pixels = np.array([[-5.0, 0.0], [np.nan, 1e9]], np.float32)
    picture, flaws = shown(saved(Image.fromarray(pixels), "TIFF"))
    assert Flaw.TONES_STRETCHED in flaws
    assert (picture.min(), picture.max()) == (0, 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "GIF"])
def test_what_lies_under_transparency_is_gone(kind):
    """The left half is transparent; a viewer shows white there, the file holds a picture."""
    secret = np.random.default_rng(5).integers(0, 256, (40, 40, 4), dtype=np.uint8)
    secret[:, :, 3] = 255
    secret[:, :20, 3] = 0
    image = Image.fromarray(secret)
    data = saved(image, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))
    photo = redact_photo(data, NOTHING)
    result = np.asarray(Image.open(io.BytesIO(photo.data)).convert("RGB")).astype(int)
    assert result[:, :16].min() >= 250  # a JPEG smears the edge over the block that holds it
    assert Image.open(io.BytesIO(photo.data)).mode == "RGB"


def test_half_transparent_is_mixed_with_white():
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 128))
    picture, _ = shown(saved(image, "PNG"))
    assert abs(int(picture[0, 0, 0]) - 127) <= 1


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "PA"])
def test_every_mode_gives_three_colours(mode):
    image = Image.new("RGB", (32, 24), (200, 40, 40)).convert("RGBA").convert("RGB")
    try:
        data = saved(image.convert("P").convert("PA") if mode == "PA" else as_mode(image, mode), "TIFF")
    except (OSError, ValueError, KeyError):
        pytest.skip("Pillow writes no such file")
    picture, _ = shown(data)
    assert picture.shape == (24, 32, 3)
    if mode not in ("L", "LA", "1"):
        assert picture[12, 16, 0] > picture[12, 16, 2] + 60


def as_mode(image, mode):
    if mode != "LAB":
        return image.convert(mode)
    lab = ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(image, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")


def test_a_printed_jpeg_is_not_inverted():
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # no cyan, all magenta and yellow: red
    picture, _ = shown(saved(image, "JPEG"))
    assert picture[8, 8, 0] > 200
    assert picture[8, 8, 1] < 60


def test_a_colour_profile_that_cannot_be_used_is_said_and_is_not_kept():
    image = Image.new("RGB", (16, 16), (10, 200, 30))
    photo = redact_photo(saved(image, "JPEG", quality=100, icc_profile=b"no profile at all" * 20), NOTHING)
    assert photo.report.flaws == (Flaw.COLOURS_ASSUMED,)
    assert b"no profile at all" not in photo.data


def test_only_the_first_of_several_pictures_is_taken_and_said_so():
    frames = [Image.new("RGB", (16, 16), (n * 80, 0, 0)) for n in range(3)]
    for kind in ("GIF", "TIFF", "WEBP", "PNG"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        assert Flaw.FIRST_FRAME_ONLY in redact_photo(data, NOTHING).report.flaws, kind


@pytest.mark.parametrize("place", ["exif", "xmp", "comment", "thumbnail"])
def test_no_metadata_survives(place):
    image, secret = Image.fromarray(band()), b"SECRET-43.238-76.945"
    exif = Image.Exif()
    exif[0x010E] = secret.decode()
    options = {"exif": {"exif": exif}, "xmp": {"xmp": secret}, "comment": {"comment": secret}}.get(place, {})
    data = saved(image, "JPEG", **options)
    if place == "thumbnail":
        body = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + secret + saved(image.resize((40, 30)), "JPEG")
        data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]
    photo = redact_photo(data + secret, NOTHING)  # and something behind the end of the file
    assert secret not in photo.data
    opened = Image.open(io.BytesIO(photo.data))
    assert not opened.getexif()
    assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def test_a_longer_picture_than_a_jpeg_can_be_comes_out_as_png():
    photo = redact_photo(saved(Image.new("RGB", (70_000, 2), (1, 2, 3)), "TIFF"), NOTHING)
    assert Image.open(io.BytesIO(photo.data)).size == (70_000, 2)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 3_000), (3_000, 1), (2_000, 19), (21, 5)])
def test_a_picture_of_any_size_is_searched(size):
    """A single pixel or a thin strip is scaled to nothing by whoever searches it."""
    report = redact_photo(saved(Image.new("RGB", size, (200, 200, 200)), "PNG")).report
    assert (report.width, report.height) == size
    assert not report.covers


def jpeg_header(width, height):
    """A JPEG that says it is so large, and holds nothing."""
    small = saved(Image.new("RGB", (16, 16)), "JPEG")
    at = small.find(b"\xff\xc0")
    return small[: at + 5] + struct.pack(">HH", height, width) + small[at + 9 :]


@pytest.mark.parametrize(("width", "height"), [(16_320, 12_240), (60_000, 60_000), (65_535, 65_535)])
def test_a_picture_above_the_limit_is_refused_with_its_true_size(width, height):
    with pytest.raises(TooLarge) as caught:
        redact_photo(jpeg_header(width, height))
    assert caught.value.fields == {"name": "photo", "width": width, "height": height, "limit": LIMIT}


@pytest.mark.parametrize(("width", "height", "limit"), [(12_000, 9_000, LIMIT), (16_320, 12_240, 200_000_000)])
def test_telephones_of_108_and_200_megapixels_are_allowed_by_the_limit(width, height, limit):
    with pytest.raises(UnreadableMedia):  # not too large; there is nothing in it
        redact_photo(jpeg_header(width, height)[:400], RedactionParams(faces=False, plates=False, max_pixels=limit))


@pytest.mark.parametrize(
    "data",
    [
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",  # would start an interpreter
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4\n",
        b"\x89PNG\r\n\x1a\n" + bytes(30),
        b"II*\0\x08\0\0\0\xff\xff",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"BM" + bytes(60),
    ],
)
def test_what_is_no_picture_we_take_is_refused(data):
    with pytest.raises(UnreadableMedia):
        redact_photo(data, NOTHING)


SMALL = {kind: saved(Image.fromarray(band(45, 30)), kind) for kind in ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP")}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_any_damage_gives_a_picture_or_a_named_error(kind, data):
    raw = bytearray(SMALL[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
        if not raw:
            break
    try:
        photo = redact_photo(bytes(raw), RedactionParams(faces=False, plates=False, max_pixels=1_000_000))
    except (UnreadableMedia, TooLarge):
        return
    assert (photo.report.width, photo.report.height) == Image.open(io.BytesIO(photo.data)).size

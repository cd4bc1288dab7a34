"""The text model from the wheel on drawn plates: a few crops, as a smoke test; exactness is measured by the bench."""

from __future__ import annotations

import socket

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.plates import BadCrop, Kind, ModelMissing, Reader, Refusal, decide, parse
from tartip.engines.plates.tests.render import Wear, draw_text, flat, render

pytest.importorskip("onnxruntime", reason="extra `vision` is not installed")
pytest.importorskip("rapidocr", reason="extra `vision` is not installed")
CLEAN = Wear(tilt_deg=1, slant=0.02, blur=0.2, noise=3, shade=0.1, dirt=0, jpeg=(85, 95))


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("123ABC02", Kind.KZ_2012_PERSON),
        ("807DO18", Kind.KZ_2012_ENTITY),
        ("A123BCD", Kind.KZ_1993_PERSON),
        ("K910MH77", Kind.RU),
    ],
)
def test_a_clean_plate_is_read_exactly(reader, text, kind):
    crop = render(text, kind, np.random.default_rng(1), CLEAN)
    assert decide([reader.read(crop)]).plate == parse(text)


def test_three_worn_frames_are_read_as_one_plate(reader):
    rng = np.random.default_rng(7)
    for _ in range(4):
        text = draw_text(Kind.KZ_2012_PERSON, rng)
        frames = [reader.read(render(text, Kind.KZ_2012_PERSON, rng)) for _ in range(3)]
        assert decide(frames).plate == parse(text)


def test_a_square_plate_is_read_line_by_line(reader):
    long = np.asarray(flat("A123BCD", Kind.KZ_1993_PERSON))
    half = 278  # between 123 and BCD
    square = np.full((2 * long.shape[0], half, 3), 244, np.uint8)
    square[: long.shape[0], :] = long[:, :half]
    square[long.shape[0] :, : long.shape[1] - half] = long[:, half:]
    assert decide([reader.read(square)]).guess == "A123BCD"


def test_a_crop_without_signs_reads_nothing(reader):
    grey = np.full((40, 200, 3), 128, np.uint8)
    assert decide([reader.read(grey)]).refusal is Refusal.NOTHING_READ


@pytest.mark.parametrize(
    "crop",
    [
        None,
        np.zeros((40, 200), np.uint8),
        np.zeros((40, 200, 3), np.float32),
        np.zeros((4, 200, 3), np.uint8),
        np.zeros((40, 5000, 3), np.uint8),
        np.zeros((0, 0, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(reader, crop):
    with pytest.raises(BadCrop, match="crop at"):
        reader.read(crop)


def test_noise_of_any_shape_never_crashes_the_reader(reader):
    rng = np.random.default_rng(3)
    for height, width in [(8, 8), (8, 4000), (300, 8), (48, 161), (100, 240)]:
        frame = reader.read(rng.integers(0, 256, (height, width, 3)).astype(np.uint8))
        assert decide([frame]).plate is None


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("series", ["person 2012", "entity 2012", "foreign owner 2012", "person 1993", "entity 1993"])
def test_every_confirmed_series_is_read_from_pictures_drawn_by_other_hands(reader, series, rows):
    """Typefaces, layouts and wear of the bench, which know nothing of the engine; flag and KZ stand at the left."""
    from bench.parts.plate_pictures import draw_signs, photograph

    rng = np.random.default_rng(11)
    text = draw_signs(series, rng)
    frames = [reader.read(photograph(text, series, rng, rows=rows)) for _ in range(3)]
    assert decide(frames).plate == parse(text)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100), st.integers(0, 300), st.sampled_from(["noise", "black", "stripes"]))
def test_any_array_is_a_decision_or_refused_as_no_crop(reader, height, width, what):
    """README: any RGB crop is a decision, anything else BadCrop; no picture of nothing becomes a plate."""
    rng = np.random.default_rng(height * 301 + width)
    crop = (
        rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
        if what == "noise"
        else np.zeros((height, width, 3), np.uint8)
    )
    if what == "stripes":
        crop[:, ::7] = 255
    try:
        decision = decide([reader.read(crop)])
    except BadCrop:
        assert min(height, width) < 8
        return
    assert decision.plate is None
    assert decision.refusal


def test_reading_opens_no_socket(reader, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    Reader().read(render("123ABC02", Kind.KZ_2012_PERSON, np.random.default_rng(1), CLEAN))


def test_a_missing_wheel_is_a_clear_error(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="Install the extra `vision`"):
        Reader()


def test_the_digest_of_the_network_is_kept_with_what_it_read(reader):
    assert len(reader.digest) == 64
    assert int(reader.digest, 16) > 0

"""Settings of another kind are refused by name, before a file is opened."""

from __future__ import annotations

import pytest

from tartip.engines.errors import BadInput
from tartip.engines.redaction import RedactionParams, Region, find_in_video, redact_photo, redact_video
from tartip.engines.redaction.tests.recordings import even_stamps, record


@pytest.mark.parametrize("value", [None, "x", 1.5, float("nan"), [], True, {}])
def test_settings_of_another_kind_are_refused_by_name(tmp_path, value):
    numbers = ("every", "deep_every", "hold", "face_pct", "margin_pct", "photo_side", "plate_sightings", "max_pixels")
    for name in numbers:
        with pytest.raises(BadInput, match=name):
            RedactionParams(**{name: value})
    for name in ("faces", "plates"):
        if value is not True:
            with pytest.raises(BadInput, match=name):
                RedactionParams(**{name: value})
    with pytest.raises(BadInput, match="keep_plates"):
        RedactionParams(keep_plates=value, read_plate=lambda picture: "x")
    if value is not None:
        with pytest.raises(BadInput, match="read_plate"):
            RedactionParams(read_plate=value)
        with pytest.raises(BadInput, match="frame"):
            Region(0, 0, 1, 1, frame=value)
    source = record(tmp_path / "in.mp4", even_stamps(3))
    for question in (
        lambda: find_in_video(source, value),
        lambda: redact_video(source, tmp_path / "out.mp4", value),
        lambda: redact_photo(b"", value),
    ):
        with pytest.raises(BadInput, match="params"):
            question()


def test_a_text_is_no_set_of_plates_to_keep():
    """Every part of a text is in it: a plate read as "1" would have stayed readable."""
    with pytest.raises(BadInput, match="keep_plates"):
        RedactionParams(keep_plates="123ABC02", read_plate=lambda picture: "1")

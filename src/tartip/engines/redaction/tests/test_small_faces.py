"""Promise: recall. Faces of 18 pixels on a picture of 720 lines are covered, wherever they stand and on every frame."""

from __future__ import annotations

import cv2
import pytest

from tartip.engines.redaction import Kind, RedactionParams, find_in_video, redact_photo
from tartip.engines.redaction.tests.made import head, paste, road, save, share_covered

FACES = RedactionParams(plates=False)
SIZE = (1280, 720)


def boxes(covers, frame=0):
    return [(c.x, c.y, c.x + c.width, c.y + c.height) for c in covers if c.kind is Kind.FACE and c.frame == frame]


@pytest.mark.parametrize("height", [18, 24, 40])
def test_a_face_of_a_few_pixels_is_covered_on_a_photo(height):
    picture, (face, (x0, y0, x1, y1)) = road(*SIZE), head(height)
    places = [(60, 80), (600, 300), (1100, 560)]
    for x, y in places:
        paste(picture, face, x, y)
    covers = boxes(redact_photo(cv2.imencode(".jpg", picture)[1].tobytes(), FACES).report.covers)
    for x, y in places:
        assert share_covered((x + x0, y + y0, x + x1, y + y1), covers, SIZE) >= 0.9


def test_a_small_face_that_comes_between_two_looks_is_covered_on_every_frame(tmp_path):
    """It is there from the fifth frame on, and moves."""
    frames, (face, (x0, y0, x1, y1)) = [road(*SIZE).copy() for _ in range(24)], head(24)
    for n in range(5, 24):
        paste(frames[n], face, 300 + 3 * n, 200)
    plan = find_in_video(save(frames, tmp_path / "walk.mp4"), FACES)
    for n in range(5, 24):
        x = 300 + 3 * n
        assert share_covered((x + x0, 200 + y0, x + x1, 200 + y1), boxes(plan.covers, n), SIZE) >= 0.9, n

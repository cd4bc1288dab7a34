"""Tracks: one look is enough, places before the first look, matching."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tartip.engines.redaction import Kind, RedactionParams, find_in_video
from tartip.engines.redaction.tests.made import head, paste, plate, road, save, share_covered
from tartip.engines.redaction.tracks import Tracks

GROUND = np.random.default_rng(1).integers(60, 200, (120, 160)).astype(np.uint8)


@pytest.mark.parametrize("kind", list(Kind)[:2])
def test_a_thing_seen_on_a_single_look_has_a_place_on_every_frame_around_it(kind):
    """The picture stands still: the place is the same on all frames, `hold` before and after the look."""
    tracks = Tracks(hold=5)
    box = np.array([[40.0, 30, 70, 60]])
    for frame in range(20):
        tracks.step(frame, GROUND, {kind: box} if frame == 10 else {kind: box[:0]} if frame % 2 == 0 else None)
    (track,) = tracks.all
    assert track.sightings == 1
    assert set(range(5, 16)) <= set(track.places)
    for frame in range(5, 16):
        np.testing.assert_allclose(track.places[frame], box[0], atol=0.5)


def test_matching_gives_both_of_two_neighbours_a_sighting_where_the_best_pair_first_would_lose_one():
    """Widths on a line, height 10. Tracks A 0-10 and B 6-16, sightings 1 at 4-14 and 2 at 13-23.

    Overlaps: A1 6/14 = 0.43, B1 8/12 = 0.67, B2 3/17 = 0.18, A2 none. The best pair first is B1, and then A and 2 stay
    alone (0.67 in all). A2 is nothing, so A1 + B2 = 0.61 is less: B1 is right. With A at 2-12: A1 8/12 = 0.67, so
    A1 + B2 = 0.84 is more than B1 alone, and both are seen again.
    """
    tracks = Tracks(hold=5)
    tracks.step(0, GROUND, {Kind.FACE: np.array([[2.0, 0, 12, 10], [6, 0, 16, 10]])})
    new = tracks.correct(0, Kind.FACE, np.array([[4.0, 0, 14, 10], [13, 0, 23, 10]]))
    assert new == []
    assert [t.sightings for t in tracks.all] == [2, 2]


@pytest.mark.parametrize("what", ["plate", "face"])
def test_what_is_visible_on_one_look_only_is_covered_there(tmp_path, what):
    """It appears on frames 7 to 9; looks are on frames 0, 8 and 16."""
    thing, box = (plate(160), None) if what == "plate" else head(80)
    x0, y0, x1, y1 = box or (0, 0, thing.shape[1], thing.shape[0])
    frames = []
    for n in range(24):
        frame = road(640, 360)
        if 7 <= n <= 9:
            paste(frame, thing, 200, 100)
        frames.append(frame)
    plan = find_in_video(save(frames, tmp_path / "glimpse.mp4"), RedactionParams())
    for n in (7, 8, 9):
        covers = [(c.x, c.y, c.x + c.width, c.y + c.height) for c in plan.covers if c.frame == n]
        assert share_covered((200 + x0, 100 + y0, 200 + x1, 100 + y1), covers, (640, 360)) >= 0.9


def test_a_small_thing_in_front_of_a_large_one_that_moves_keeps_its_own_place():
    """A car as wide as the picture passes upwards behind a face of 12 pixels, 14 pixels per frame."""
    car = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (900, 320)).astype(np.uint8), (0, 0), 5)
    car = cv2.normalize(car, None, 40, 220, cv2.NORM_MINMAX)
    face = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (12, 12)).astype(np.uint8), (0, 0), 2)
    face = cv2.normalize(face, None, 10, 250, cv2.NORM_MINMAX)
    tracks, box = Tracks(hold=40), np.array([[150.0, 90, 162, 102]])
    for frame in range(20):
        picture = car[14 * frame : 14 * frame + 200].copy()
        picture[90:102, 150:162] = face
        tracks.step(frame, picture, {Kind.FACE: box} if frame == 0 else None)
    (track,) = tracks.all
    for frame in range(20):
        np.testing.assert_allclose(track.places[frame], box[0], atol=2)


@pytest.mark.parametrize("step", [3, 12, 40])
def test_a_thing_that_moves_is_followed_near_and_far(step):
    rng = np.random.default_rng(4)
    ground = cv2.GaussianBlur(rng.integers(0, 255, (200, 640)).astype(np.uint8), (0, 0), 3)
    thing = cv2.normalize(
        cv2.GaussianBlur(rng.integers(0, 255, (60, 90)).astype(np.uint8), (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX
    )
    tracks, box = Tracks(hold=40), np.array([[10.0, 60, 100, 120]])
    for frame in range(10):
        picture = ground.copy()
        picture[60:120, 10 + step * frame : 100 + step * frame] = thing
        tracks.step(frame, picture, {Kind.FACE: box} if frame == 0 else None)
    (track,) = tracks.all
    np.testing.assert_allclose(track.places[9], box[0] + [9 * step, 0, 9 * step, 0], atol=3)

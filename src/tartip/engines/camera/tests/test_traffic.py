"""Counts, directions and speeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.camera import CameraParams, EventKind, Line, LinePair, Point, watch, watch_frames
from tartip.engines.camera.tests.made import box, scene
from tartip.engines.camera.traffic import side, where_crossed

VIDEO = Path(__file__).parents[6] / "shared/data/video"
A = Line("a", Point(300, 1000), Point(300, 0), one_way=True)  # upwards: left to right is forward
B = Line("b", Point(600, 1000), Point(600, 0), one_way=True)
PARAMS = CameraParams(lines=(A, B), pairs=(LinePair("lane", "a", "b", 20_000),))


def two_cars(picture, at):
    """One to the right in the upper lane, one to the left in the lower; both 60 pixels a second."""
    box(picture, (at - 2_000) * 0.06, 40, 50, 24, 200)
    box(picture, 320 - (at - 6_000) * 0.06, 110, 50, 24, 20)


@pytest.fixture(scope="module")
def seen():
    return watch_frames(scene(two_cars, 16), PARAMS)


def test_each_car_counts_once_on_each_line_in_its_direction(seen):
    assert seen.counts() == {"a": (1, 1), "b": (1, 1)}


def test_a_line_that_nothing_crossed_counts_nothing_instead_of_being_unknown():
    """A night without cars: a caller who asks for a line of its own settings must not meet a KeyError."""
    assert watch_frames([], PARAMS).counts() == {"a": (0, 0), "b": (0, 0)}


def test_the_car_against_the_one_way_is_told_on_both_lines(seen):
    assert [e.where for e in seen.of(EventKind.WRONG_WAY)] == ["b", "a"]
    assert len({e.thing for e in seen.of(EventKind.WRONG_WAY)}) == 1


def test_speed_is_the_measured_distance_over_the_time_between_the_lines(seen):
    """300 thousandths of 320 pixels are 96 pixels: 1.6 s at 60 pixels a second; 20 m in 1.6 s is 45 km/h, class 2
    (over 40, up to 60)."""
    for event in seen.of(EventKind.SPEED):
        assert abs(event.value - 45) <= 1
        assert event.speed_class == 2
    assert len(seen.of(EventKind.SPEED)) == 2


def test_the_table_has_a_row_per_event_and_no_floats(seen):
    table = seen.as_arrow()
    assert table.num_rows == len(seen.events)
    assert {str(t) for t in table.schema.types} == {"int64", "string"}


# Counted by looking at the frames. car-detection: a white car up (frames 59-98), a pale one down (197-217), a red one
# up (197-237), a white one down (316-336). bgslibrary: five cars to the right (frames 58-117, 117-176, 137-176,
# 196-255, 294-353).
DOWN_IS_FORWARD = Line("middle", Point(0, 500), Point(1000, 500))
RIGHT_IS_FORWARD = Line("middle", Point(650, 1000), Point(650, 0))


@pytest.mark.parametrize(
    "name, line, counted",
    [("car-detection.mp4", DOWN_IS_FORWARD, (2, 2)), ("bgslibrary_video.avi", RIGHT_IS_FORWARD, (5, 0))],
)
def test_cars_on_real_clips_are_counted_as_by_hand(name, line, counted):
    if not (VIDEO / name).exists():
        pytest.skip("shared/data/video is not there")
    assert watch(VIDEO / name, CameraParams(lines=(line,))).counts() == {"middle": counted}


coordinates = st.integers(0, 1000)


@settings(max_examples=60, deadline=None)
@given(*[coordinates] * 8)
def test_crossing_agrees_with_walking_in_small_steps(ax, ay, bx, by, px, py, qx, qy):
    """Reference: walk from p to q in 4,000 steps; where the side changes, ask whether the foot lies on the line."""
    if (ax, ay) == (bx, by):
        return
    line = Line("l", Point(ax, ay), Point(bx, by))
    steps = np.linspace(0, 1, 4_001)
    xs, ys = px + steps * (qx - px), py + steps * (qy - py)
    sides = np.array([side(line, (x, y)) for x, y in zip(xs, ys, strict=True)]) > 0
    turns = np.nonzero(sides[1:] != sides[:-1])[0]
    share = where_crossed(line, (px, py), (qx, qy))
    if not len(turns):
        assert share is None
        return
    x, y = xs[turns[0]], ys[turns[0]]
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    if 0.01 < along < 0.99:
        assert share == pytest.approx(steps[turns[0]], abs=1e-3)
    elif not -0.01 < along < 1.01:
        assert share is None

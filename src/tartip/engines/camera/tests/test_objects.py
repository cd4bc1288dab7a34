"""Left objects and stopped vehicles in made scenes, where the truth is known, and on a real clip."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartip.engines.camera import CameraParams, EventKind, watch, watch_frames
from tartip.engines.camera.tests.made import WIDTH, box, scene

VIDEO = Path(__file__).parents[6] / "shared/data/video"
DROPPED, TAKEN = 5_000, 30_000


def bag(picture, at):
    if DROPPED <= at < TAKEN:
        box(picture, 150, 90, 16, 14, 30)


def walkers(*starts):
    def draw(picture, at):
        bag(picture, at)
        for start in starts:
            box(picture, (at - start) * 0.05, 85, 12, 34, 200)

    return draw


@pytest.mark.parametrize("draw", [bag, walkers(2_000), walkers(2_000, 18_000, 25_000)], ids=["alone", "one", "passers"])
def test_a_left_bag_is_one_event_with_one_life_also_when_people_pass_in_front(draw):
    """Dropped at 5 s, judged after 12 s of standing still; 1 s for the person who carried it to step away."""
    watch = watch_frames(scene(draw, 40))
    assert [e.kind for e in watch.events] == [EventKind.OBJECT_LEFT, EventKind.OBJECT_GONE]
    left, gone = watch.events
    assert left.thing == gone.thing
    assert DROPPED <= left.since_ms <= DROPPED + 1_000
    assert DROPPED + 12_000 <= left.at_ms <= DROPPED + 13_100
    assert TAKEN + 3_000 <= gone.at_ms <= TAKEN + 3_500  # gone_ms after it was taken
    # x 150..166 of 320 and y 90..104 of 180 in thousandths, give or take two pixels
    assert abs(left.x - 469) <= 7
    assert abs(left.y - 500) <= 12
    assert abs(left.width - 50) <= 13


def test_a_thing_that_was_there_from_the_start_and_is_taken_away_is_no_left_object():
    assert watch_frames(scene(lambda p, at: box(p, 150, 90, 16, 14, 30) if at < 5_000 else None, 40)).events == ()


@pytest.mark.parametrize("drift", [0.0, 0.15, 0.35])
def test_nothing_but_drifting_light_raises_nothing(drift):
    assert watch_frames(scene(lambda p, at: None, 60, drift=drift)).events == ()


def test_a_light_that_is_switched_on_raises_nothing():
    def switched(picture, at):
        if at >= 10_000:
            picture[:, : WIDTH * 2 // 3] += 70

    assert watch_frames(scene(switched, 40, drift=0.0)).events == ()


def stopping(picture, at):
    """60 pixels a second, standing from 4.5 s (x = 150) to 20 s."""
    x = min((at - 2_000) * 0.06, 150) if at < 20_000 else 150 + (at - 20_000) * 0.06
    box(picture, x, 80, 50, 24, 200)


def test_a_vehicle_that_stops_is_told_once_and_when_it_moves_on():
    stopped, moved = watch_frames(scene(stopping, 30)).events
    assert (stopped.kind, moved.kind) == (EventKind.VEHICLE_STOPPED, EventKind.VEHICLE_MOVED_ON)
    assert abs(stopped.since_ms - 4_500) <= 200
    assert abs(stopped.at_ms - 9_500) <= 200  # stop_ms = 5 s
    assert moved.since_ms == stopped.since_ms
    assert abs(moved.at_ms - 20_000) <= 300


def test_a_short_stop_at_a_crossing_is_no_event():
    assert watch_frames(scene(stopping, 30), CameraParams(stop_ms=20_000)).events == ()


@pytest.mark.parametrize("name", ["car-detection.mp4", "bgslibrary_video.avi"])
def test_no_false_alarm_on_real_roads(name):
    """Nobody leaves anything, stops for 5 s or turns back in these clips (all frames looked at)."""
    if not (VIDEO / name).exists():
        pytest.skip("shared/data/video is not there")
    assert watch(VIDEO / name).events == ()


def test_same_frames_same_events():
    assert watch_frames(scene(stopping, 15)) == watch_frames(scene(stopping, 15))

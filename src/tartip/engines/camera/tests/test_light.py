"""Light, camera and stream change: named, never an alarm; and what was left before or after it is still found."""

from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.camera import EventKind, FlawKind, watch_frames
from tartip.engines.camera.tests.light import ALARMS, SCENES, infrared, play, step

OFTEN = (
    "infrared over 40 %",
    "infrared over 40 %, in the middle",
    "over 40 % within ten seconds",
    "night view",
    "headlights",
    "nudged by four pixels",
    "shaken",
    "black for fifteen seconds",
)
FLAWS = {
    "infrared over 40 %": FlawKind.LIGHT_CHANGED,
    "night view": FlawKind.LIGHT_CHANGED,
    "moved by thirty pixels": FlawKind.SCENE_CHANGED,
    "turned to another place": FlawKind.SCENE_CHANGED,
    "black for half a second": FlawKind.PICTURE_BLANK,
    "black for fifteen seconds": FlawKind.PICTURE_BLANK,
}


def alarms(seen):
    return [event for event in seen.events if event.kind in ALARMS]


@pytest.mark.parametrize("name", OFTEN)
def test_a_change_of_light_or_camera_is_no_alarm(name):
    seen = watch_frames(play(SCENES[name], 32))
    assert alarms(seen) == []
    if name in FLAWS:
        assert seen.flaws[0].kind is FLAWS[name]


@pytest.mark.slow
@pytest.mark.parametrize("texture", ["coarse", "fine", "flat"])
@pytest.mark.parametrize("name", SCENES)
def test_no_change_of_light_on_any_ground_is_an_alarm(name, texture):
    """A sharp patch of light on ground without texture looks like a thing to any camera without colour: left out."""
    if (name, texture) == ("a spot of sun", "flat"):
        pytest.skip("cannot be told from a thing")
    seen = watch_frames(play(SCENES[name], 75, texture))
    assert alarms(seen) == []
    if name in FLAWS and texture == "coarse":
        assert seen.flaws[0].kind is FLAWS[name]


def with_bag(show, dropped, taken=10**9):
    """A dark bag, whatever the light is."""

    def draw(picture, at, rng):
        picture = show(picture, at, rng)
        if dropped <= at < taken:
            picture[95:109, 205:221] = 25
        return picture

    return draw


@pytest.mark.parametrize("show", [step(60, 0.4), infrared], ids=["lamp", "night"])
@pytest.mark.parametrize("dropped", [5_000, 13_000], ids=["before", "after"])
def test_a_bag_left_before_or_after_the_light_changed_is_found_once(show, dropped):
    seen = watch_frames(play(with_bag(show, dropped), 32))
    assert [event.kind for event in alarms(seen)] == [EventKind.OBJECT_LEFT]
    assert seen.events[0].at_ms <= dropped + 14_000


def test_a_bag_that_was_told_is_not_gone_because_the_light_changed():
    seen = watch_frames(play(with_bag(step(60, 0.4), 2_000, taken=25_000), 32))
    late = play(with_bag(step(60, 0.4), 2_000), 22)
    assert [event.kind for event in watch_frames(late).events] == [EventKind.OBJECT_LEFT]
    assert [event.kind for event in seen.events] == [EventKind.OBJECT_LEFT, EventKind.OBJECT_GONE]
    assert seen.events[1].at_ms >= 25_000


def test_a_frozen_picture_with_a_car_in_it_is_named_and_no_stopped_car():
    """The stream repeats its last picture from 10 s to 40 s, a car in the middle of the road."""

    def drive(picture, at, rng):
        x = (at - 8_000) // 16
        if x > 0:
            picture[80:104, x : x + 50] = 220
        return picture

    frames = list(play(drive, 40))
    frozen = [(at, frames[min(n, 100)][1]) for n, (at, _) in enumerate(frames)]
    back = [(at + 40_000, grey) for at, grey in play(lambda p, at, rng: p, 5, seed=2)]
    seen = watch_frames(frozen + back)
    assert alarms(seen) == []
    assert [flaw.kind for flaw in seen.flaws][:2] == [FlawKind.PICTURE_FROZEN, FlawKind.PICTURE_BACK]
    assert abs(seen.flaws[1].value - 25_000) <= 200  # of 30 s the first 5 are what tells that it is frozen


def test_made_pictures_without_noise_are_not_called_frozen():
    grey = np.tile(np.arange(64, dtype=np.uint8) * 3, (36, 1))
    assert watch_frames([(n * 100, grey) for n in range(200)]).flaws == ()


def test_another_size_in_the_middle_is_named_and_learnt_anew():
    small = [(at, np.ascontiguousarray(grey[::2, ::2])) for at, grey in play(lambda p, at, rng: p, 4)]
    large = [(at + 4_000, grey) for at, grey in play(with_bag(lambda p, at, rng: p, 5_000), 20)]
    seen = watch_frames(small + large)
    assert [flaw.kind for flaw in seen.flaws] == [FlawKind.SIZE_CHANGED]
    assert [event.kind for event in seen.events] == [EventKind.OBJECT_LEFT]

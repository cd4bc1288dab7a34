"""Time stamps of the field: a camera is never blind because of them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from tartip.engines.camera import EventKind, FlawKind, Watcher, watch, watch_frames
from tartip.engines.camera.clock import StreamClock
from tartip.engines.camera.tests.clips import empty, write_clip
from tartip.engines.camera.tests.made import scene
from tartip.engines.camera.tests.test_objects import bag

HOURS = 37_600_000


def times(stamps, step=100):
    clock = StreamClock(step)
    return [clock.place(stamp)[0] for stamp in stamps]


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ([0, 100, 200, 300], [0, 100, 200, 300]),
        ([0, 100, HOURS, 300, 400], [0, 100, 200, 300, 400]),  # one picture hours ahead
        ([0, 100, -HOURS, 300, 400], [0, 100, 200, 300, 400]),
        ([30_000, 30_100, 0, 100, 200], [30_000, 30_100, 30_200, 30_300, 30_400]),  # a recorder that starts again
        ([None, None, None], [0, 100, 200]),
        ([0, 100, None, 300], [0, 100, 200, 300]),
        ([0, 200, 100, 300], [0, 200, 200, 300]),  # pictures in the wrong order
        ([0, 100, 100, 200, 200, 300], [0, 100, 100, 200, 200, 300]),
        ([9_300, 9_400, 0, 9_600, 9_700], [9_300, 9_400, 9_500, 9_600, 9_700]),  # one at zero, back within ten seconds
        ([9_300, 9_400, 0, 0, 9_700], [9_300, 9_400, 9_500, 9_500, 9_700]),
        ([9_400, 4_500, 9_600, 9_700], [9_400, 9_500, 9_600, 9_700]),  # one five seconds back
        ([0, HOURS, 200, HOURS + 200, 400], [0, 100, 200, 300, 400]),  # two clocks in turn
        ([0, HOURS, HOURS + 100, HOURS + 200], [0, 100, 200, 300]),  # a pause of hours: no stamp tells it from a jump
    ],
)
def test_a_stamp_that_cannot_be_is_one_step_and_the_next_ones_count_on(stamps, expected):
    assert times(stamps) == expected


def test_a_stamp_that_stands_for_ever_does_not_stop_the_time():
    """Twenty-five equal stamps are waited for; each further one is a step."""
    assert times([0] * 1_000)[-1] >= 900 * 100


@given(st.lists(st.none() | st.integers(-(2**63), 2**63), max_size=60))
def test_time_never_goes_back_whatever_the_stamps_are(stamps):
    seen = times(stamps)
    assert seen == sorted(seen)


def test_pictures_after_one_wild_stamp_are_watched_and_the_flaw_is_told(tmp_path):
    """10 pictures a second for 60 s; the 50th is 37,600 s ahead. A bag dropped at 5 s stands for 25 s."""
    frames = list(scene(bag, 40))
    wild = write_clip(tmp_path / "a.mkv", frames, lambda number, at: at + HOURS if number == 50 else at)
    plain = write_clip(tmp_path / "b.mkv", frames)
    seen, expected = watch(wild), watch(plain)
    assert [e.kind for e in seen.events] == [e.kind for e in expected.events]
    assert [e.kind for e in seen.events] == [EventKind.OBJECT_LEFT, EventKind.OBJECT_GONE]
    assert abs(seen.events[0].at_ms - expected.events[0].at_ms) <= 200
    assert abs(seen.duration_ms - 39_900) <= 200
    assert [flaw.kind for flaw in seen.flaws] == [FlawKind.CLOCK_JUMPED]
    assert seen.flaws[0].value > HOURS - 1_000


def test_a_recorder_that_starts_again_at_zero_is_watched_to_the_end(tmp_path):
    one = write_clip(tmp_path / "a.ts", empty(6), codec="mpeg4", format="mpegts").read_bytes()
    (tmp_path / "b.ts").write_bytes(one * 2)
    seen = watch(tmp_path / "b.ts")
    assert seen.frames == 120
    assert abs(seen.duration_ms - 12_000) <= 300
    assert [flaw.kind for flaw in seen.flaws] == [FlawKind.CLOCK_JUMPED]


@pytest.mark.parametrize(("codec", "format"), [("libx264", "h264"), ("libx265", "hevc"), ("mpeg4", "m4v")])
def test_a_stream_without_any_stamp_runs_at_the_rate_of_its_own_header(tmp_path, codec, format):
    """Ten pictures a second from a body camera are no 25: a stay of 12 s would take 30, and speeds be told 2.5-fold."""
    seen = watch(write_clip(tmp_path / f"a.{format}", empty(6), codec=codec, format=format))
    assert seen.frames == 60
    assert abs(seen.duration_ms - 5_900) <= 200


@pytest.mark.parametrize("wild", [HOURS, -HOURS, 2**62])
def test_wild_times_given_by_hand_neither_blind_nor_alarm(wild):
    """The bag was dropped at 5 s; at 6 s one stamp is off. It is told after its 12 s, not at once and not never."""
    frames = [(at + wild if at == 6_000 else at, grey) for at, grey in scene(bag, 25)]
    seen = watch_frames(frames)
    assert [e.kind for e in seen.events] == [EventKind.OBJECT_LEFT]
    assert 17_000 <= seen.events[0].at_ms <= 18_500
    assert seen.flaws[0].kind is FlawKind.CLOCK_JUMPED


@pytest.mark.parametrize("wild", [0, 3_000, 9_000])
def test_one_stamp_that_goes_back_does_not_shorten_the_time_that_a_thing_has_to_stand(wild):
    """The bag was dropped at 5 s; the stamp of 9.5 s goes back, the next one returns. It is left at 17 s, not at 9."""
    frames = [(wild if at == 9_500 else at, grey) for at, grey in scene(bag, 25)]
    seen = watch_frames(frames)
    assert [(e.kind, e.at_ms) for e in seen.events] == [(e.kind, e.at_ms) for e in watch_frames(scene(bag, 25)).events]
    assert [flaw.kind for flaw in seen.flaws] == ([] if wild == 9_000 else [FlawKind.CLOCK_JUMPED])


def test_a_clock_that_always_jumps_is_one_flaw_in_ten_seconds():
    watcher = Watcher()
    grey = next(iter(scene(lambda p, at: None, 1)))[1]
    told = [one for n in range(1_000) for one in watcher.look(n * HOURS, grey)]
    assert 5 <= sum(getattr(one, "kind", "") == FlawKind.CLOCK_JUMPED for one in told) <= 11

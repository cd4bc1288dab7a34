"""A live camera: what it tells leaves at once, nothing grows, and a stream that comes and goes is opened again."""

from __future__ import annotations

import contextlib
import pickle
import socket
import threading
from itertools import islice

import numpy as np
import pytest

from tartip.engines.camera import (
    CameraParams,
    Event,
    EventKind,
    Flaw,
    FlawKind,
    Line,
    Minute,
    NoPicture,
    Point,
    Reconnect,
    Watcher,
    watch_frames,
    watch_stream,
)
from tartip.engines.camera.tests.clips import empty, write_clip
from tartip.engines.camera.tests.made import scene
from tartip.engines.camera.tests.test_objects import bag
from tartip.engines.errors import BadInput

QUICK = Reconnect(first_wait_ms=1, most_wait_ms=8, tries=3, steady_ms=4_000, timeout_s=5)


@contextlib.contextmanager
def server(answers):
    """A port on this machine that gives each caller the next of some recordings, then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for data in answers:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller, contextlib.suppress(OSError):
                caller.sendall(data)
        listener.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join(5)


def recording(tmp_path, seconds, draw=None):
    frames = scene(draw, seconds) if draw else empty(seconds)
    return write_clip(tmp_path / "clip.ts", frames, codec="mpeg4", format="mpegts").read_bytes()


def flaws(told):
    return [one.kind for one in told if isinstance(one, Flaw)]


def test_an_event_is_told_while_the_stream_still_runs(tmp_path):
    """The bag is known at 17 s of a stream of 40 s; whoever asks for one event does not wait for the end."""
    with server([recording(tmp_path, 40, bag)]) as address:
        first = next(one for one in watch_stream(address, reconnect=QUICK) if isinstance(one, Event))
    assert first.kind is EventKind.OBJECT_LEFT
    assert first.at_ms < 20_000


def test_a_stream_that_ends_is_opened_again_and_its_loss_and_return_are_told(tmp_path):
    data, waits = recording(tmp_path, 6), []
    with server([data, data]) as address:
        told = list(watch_stream(address, reconnect=QUICK, sleep=waits.append))
    lost, back = FlawKind.STREAM_LOST, FlawKind.STREAM_BACK
    # the second loss begins a new row, because the stream had run for more than steady_ms; then nobody answers
    assert flaws(told) == [lost, back, lost, lost, lost, FlawKind.STREAM_ENDED]
    assert waits == [0.001, 0.001, 0.002, 0.004]
    assert [one.value for one in told if isinstance(one, Flaw) and one.kind is lost] == [0, 0, 1, 2]


def test_a_stream_that_dies_at_once_each_time_is_asked_ever_more_rarely_and_given_up(tmp_path):
    data, waits = recording(tmp_path, 1), []
    with server([data] * 10) as address:
        told = list(watch_stream(address, reconnect=QUICK, sleep=waits.append))
    assert waits == [0.001, 0.002, 0.004]
    assert flaws(told).count(FlawKind.STREAM_BACK) == 3
    assert flaws(told)[-1] is FlawKind.STREAM_ENDED


def test_the_wait_for_a_stream_is_not_time_that_it_ran(tmp_path):
    """Else every wait longer than `steady_ms` starts the row anew, and a dead camera is asked for ever."""
    data, waits, clock = recording(tmp_path, 1), [], [0.0]

    def sleep(seconds):
        waits.append(seconds)
        clock[0] += 3_600  # far above steady_ms

    with server([data] * 10) as address:
        told = list(islice(watch_stream(address, reconnect=QUICK, sleep=sleep, now=lambda: clock[0]), 60))
    assert waits == [0.001, 0.002, 0.004]
    assert flaws(told)[-1] is FlawKind.STREAM_ENDED


def test_the_time_of_a_break_counts_and_what_was_seen_before_it_still_stands(tmp_path):
    clock = iter([100.0, 160.0, 160.0, 160.0, 160.0, 160.0, 160.0])
    data = recording(tmp_path, 6)
    with server([data, data]) as address:
        told = list(watch_stream(address, reconnect=QUICK, sleep=lambda s: None, now=lambda: next(clock)))
    back = next(one for one in told if isinstance(one, Flaw) and one.kind is FlawKind.STREAM_BACK)
    assert back.value == 60_000
    assert abs(back.at_ms - 66_000) <= 300


def test_an_address_that_never_worked_is_refused_not_tried_for_ever():
    with pytest.raises(NoPicture):
        next(watch_stream("tcp://127.0.0.1:9", reconnect=QUICK))


def test_waits_grow_and_are_bounded():
    assert [Reconnect().wait_ms(n) for n in (1, 2, 3, 7, 50, 10_000)] == [1_000, 2_000, 4_000, 60_000, 60_000, 60_000]
    for wrong in ({"first_wait_ms": 0}, {"first_wait_ms": "1"}, {"tries": 1.5}, {"steady_ms": -1}, {"timeout_s": None}):
        with pytest.raises(BadInput):
            Reconnect(**wrong)


def looks(number, size=(32, 64)):
    """Fast made pictures: a few noisy ones again and again, and a vehicle that crosses every second or so."""
    rng = np.random.default_rng(5)
    ground = rng.integers(80, 120, size)
    noisy = [np.clip(ground + rng.normal(0, 3, size), 0, 255).astype(np.uint8) for _ in range(7)]
    for n in range(number):
        grey = noisy[n % 7]
        place = n % 40 * 3 - 20
        if -12 < place < size[1]:
            grey = grey.copy()
            grey[12:20, max(0, place) : place + 12] = 230
        yield n * 100, grey


def kept(watcher):
    return len(pickle.dumps([watcher.tracker, watcher.sample, watcher.told_flaws, list(watcher.suddenness.seen)]))


def hold_memory(number):
    params = CameraParams(lines=(Line("a", Point(500, 1000), Point(500, 0)),), object_low=40, vehicle_low=100)
    watcher, counted, minutes, sizes = Watcher(params), 0, 0, []
    for at, grey in looks(number):
        for one in watcher.look(at, grey):
            counted += isinstance(one, Event) and one.kind is EventKind.COUNTED
            minutes += isinstance(one, Minute)
        if at % 200_000 == 199_900:
            sizes.append(kept(watcher))
    assert counted >= number // 40 * 0.9
    assert minutes == (number * 100 - 1) // 60_000
    assert max(sizes[len(sizes) // 2 :]) <= max(sizes[: len(sizes) // 2]) * 1.05


def test_nothing_that_was_told_is_kept():
    hold_memory(12_000)


@pytest.mark.slow
def test_nothing_grows_over_a_hundred_thousand_looks_and_more():
    hold_memory(200_000)


def test_a_long_warm_up_keeps_few_pictures():
    watcher = Watcher(CameraParams(warm_up_ms=600_000))
    for at, grey in islice(looks(3_000), 3_000):
        watcher.look(at, grey)
    assert len(watcher.sample.kept) <= 32


def test_what_a_watcher_hands_out_is_what_a_recording_gives():
    frames = list(scene(bag, 20))
    watcher = Watcher(CameraParams())
    told = [one for at, grey in frames for one in watcher.look(at, grey)] + watcher.finish()
    seen = watch_frames(frames)
    assert tuple(one for one in told if isinstance(one, Event)) == seen.events
    assert tuple(one for one in told if isinstance(one, Minute)) == seen.minutes

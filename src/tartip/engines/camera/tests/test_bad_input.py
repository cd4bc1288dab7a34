"""Sources and settings that cannot be right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tartip.engines import camera
from tartip.engines.camera import CameraParams, Event, Line, LinePair, NoPicture, Point, watch, watch_frames
from tartip.engines.camera.tests.made import scene
from tartip.engines.errors import BadInput

VIDEO = Path(__file__).parents[6] / "shared/data/video"
LINE = Line("a", Point(0, 0), Point(0, 9))


@pytest.mark.parametrize("data", [b"", b"no video", b"\0" * 4096])
def test_a_file_that_is_no_video_is_refused_by_name(tmp_path, data):
    (tmp_path / "x.mp4").write_bytes(data)
    with pytest.raises(NoPicture, match=r"x\.mp4"):
        watch(tmp_path / "x.mp4")


def test_an_absent_file_and_a_dead_stream_are_refused():
    for where in ("/nowhere.mp4", "rtsp://127.0.0.1:9/none"):
        with pytest.raises(NoPicture):
            watch(where)


def test_a_clip_cut_off_in_the_middle_is_watched_as_far_as_it_goes(tmp_path):
    whole = VIDEO / "bgslibrary_video.avi"
    if not whole.exists():
        pytest.skip("shared/data/video is not there")
    data = whole.read_bytes()
    (tmp_path / "cut.avi").write_bytes(data[: len(data) // 2])
    result = watch(tmp_path / "cut.avi")
    assert 50 < result.frames < 374


def test_no_frames_give_no_events_and_a_new_size_starts_anew():
    assert watch_frames([]).events == ()
    first = list(scene(lambda p, at: None, 4))
    smaller = [(at + 4_000, np.ascontiguousarray(grey[::2, ::2])) for at, grey in first]
    assert watch_frames([*first, *smaller]).events == ()


@pytest.mark.parametrize(
    "build, name",
    [
        (lambda: CameraParams(rate=0), "rate"),
        (lambda: CameraParams(lines=(LINE, LINE)), "lines"),
        (lambda: CameraParams(lines=(LINE,), pairs=(LinePair("p", "a", "zz", 1),)), "zz"),
        (lambda: CameraParams(speed_bounds_km_h=(40, 20)), "speed_bounds"),
        (lambda: LinePair("p", "a", "b", 0), "distance_mm"),
        (lambda: Line("l", Point(1, 1), Point(1, 1)), "start and end"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_by_name(build, name):
    with pytest.raises(BadInput, match=name):
        build()


def test_events_say_nothing_about_people():
    words = {*Event.__dataclass_fields__, *(str(kind) for kind in camera.EventKind), *camera.__all__}
    assert not [w for w in words if any(no in w.lower() for no in ("person", "face", "gender", "age_", "identity"))]


def test_importing_the_engine_loads_no_heavy_library():
    code = (
        "import sys, tartip.engines.camera as c; c.CameraParams; "
        "print([m for m in ('cv2', 'av', 'pyarrow') if m in sys.modules])"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"

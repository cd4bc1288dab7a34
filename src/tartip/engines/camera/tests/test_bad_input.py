"""Sources and settings that cannot be right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tartip.engines import camera
from tartip.engines.camera import (
    CameraParams,
    Event,
    Line,
    LinePair,
    NoPicture,
    Point,
    Watch,
    Watcher,
    watch,
    watch_frames,
)
from tartip.engines.camera.tests.clips import empty, write_clip
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


def test_a_playlist_disguised_as_a_video_opens_no_address(tmp_path):
    (tmp_path / "x.mp4").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    with pytest.raises(NoPicture):
        watch(tmp_path / "x.mp4")


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile other.ts\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.ts\n#EXT-X-ENDLIST\n",
    ],
)
@pytest.mark.parametrize("name", ["list.mp4", "list.m3u8"])
def test_a_list_that_names_other_files_is_no_recording(tmp_path, name, text):
    write_clip(tmp_path / "other.ts", empty(2), codec="mpeg4", format="mpegts")
    (tmp_path / name).write_text(text)
    with pytest.raises(NoPicture):
        watch(tmp_path / name)


def test_of_a_cover_and_a_recording_the_recording_is_watched(tmp_path):
    """The cover is stream 0, once as an ordinary stream with one picture, once marked as attached picture."""
    clip = write_clip(tmp_path / "clip.mkv", empty(5), cover=True)
    assert watch(clip).frames == 50
    with av.open(str(clip)) as given, av.open(str(tmp_path / "marked.mp4"), "w") as out:
        streams = {s.index: out.add_stream_from_template(s) for s in given.streams.video}
        streams[0].disposition = av.stream.Disposition.attached_pic
        for packet in given.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    assert watch(tmp_path / "marked.mp4").frames == 50


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    kinds = {"mp4": "mpeg4", "mpegts": "mpeg4", "avi": "mjpeg", "matroska": "mjpeg"}
    return [write_clip(folder / f, empty(2), codec=codec, format=f).read_bytes() for f, codec in kinds.items()]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_are_watched_or_refused_as_no_picture(clips, tmp_path, data):
    """README: any file is watched as far as it can be read, or refused with NoPicture."""
    whole = bytearray(data.draw(st.sampled_from(clips)))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    whole = whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole
    (tmp_path / "any").write_bytes(whole)
    try:
        seen = watch(tmp_path / "any")
    except NoPicture:
        return
    assert isinstance(seen, Watch)
    assert 0 <= seen.looks <= seen.frames
    assert seen.events == ()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63) | st.integers(0, 100_000),
            st.sampled_from([(8, 8), (36, 64), (9, 200), (180, 320)]),
            st.sampled_from(["black", "white", "noise", "half"]),
        ),
        max_size=40,
    )
)
def test_any_pictures_at_any_times_give_events_in_order_of_time(looks):
    """README: any 8-bit grey pictures at any times are accepted, and what is told is in order of time."""
    rng = np.random.default_rng(1)
    watcher, told = Watcher(CameraParams(warm_up_ms=200)), []
    for at, size, what in looks:
        grey = np.full(size, 255 if what == "white" else 0, np.uint8)
        if what == "noise":
            grey = rng.integers(0, 256, size).astype(np.uint8)
        if what == "half":
            grey[:, size[1] // 2 :] = 200
        told += watcher.look(at, grey)
    moments = [one.at_ms for one in told if hasattr(one, "at_ms")]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    "grey", [None, np.zeros((180, 320, 3), np.uint8), np.zeros((180, 320)), np.zeros((0, 0), np.uint8), b"picture"]
)
def test_what_is_no_grey_picture_is_refused(grey):
    with pytest.raises(BadInput, match="picture at"):
        watch_frames([(0, grey)])


@pytest.mark.parametrize("at", [None, "0", 0.5, float("nan")])
def test_what_is_no_time_is_refused(at):
    with pytest.raises(BadInput, match="at at"):
        watch_frames([(at, np.zeros((180, 320), np.uint8))])


GREY = np.zeros((32, 32), np.uint8)


@pytest.mark.parametrize("frames", [None, 5, [1], [(0,)], [GREY], [(True, GREY)]])
def test_what_are_no_pairs_of_time_and_picture_are_refused(frames):
    with pytest.raises(BadInput):
        watch_frames(frames)


def test_a_clip_cut_off_in_the_middle_is_watched_as_far_as_it_goes(tmp_path):
    whole = VIDEO / "bgslibrary_video.avi"
    if not whole.exists():
        pytest.skip("shared/data/video is not there")
    data = whole.read_bytes()
    (tmp_path / "cut.avi").write_bytes(data[: len(data) // 2])
    result = watch(tmp_path / "cut.avi")
    assert 50 < result.frames < 374


@pytest.mark.parametrize("broken", [slice(0, 80), slice(60, 140)], ids=["from the start", "in the middle"])
def test_a_recording_goes_on_after_any_number_of_packets_without_a_picture(tmp_path, broken):
    clip = write_clip(tmp_path / "clip.mkv", empty(20))
    data = bytearray(clip.read_bytes())
    with av.open(str(clip)) as given:
        packets = [bytes(packet) for packet in given.demux(video=0) if packet.size]
    place = 0
    for number, packet in enumerate(packets):
        place = data.index(packet, place)
        if number in range(200)[broken]:
            data[place : place + len(packet)] = b"\xff" * len(packet)
        place += len(packet)
    clip.write_bytes(data)
    result = watch(clip)
    assert result.broken
    assert result.frames == 120
    assert result.duration_ms == (11_900 if broken.start == 0 else 19_900)


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
        (lambda: Line("l", (1, 1), (2, 2)), "must be Points"),  # was found out when the first vehicle came
        (lambda: Line("l", Point(1, 1), Point(1, 5000)), "line at l"),
        (lambda: Line("l", Point(float("nan"), 1), Point(1, 1)), "line at l"),
        (lambda: LinePair("p", "a", "b", 1.5), "distance_mm"),
        (lambda: CameraParams(rate=2.5), "rate"),
        (lambda: CameraParams(rate="10"), "rate"),
        (lambda: CameraParams(lines=("a",)), "lines"),
        (lambda: CameraParams(lines=None), "lines"),
        (lambda: CameraParams(pairs=(3,)), "pairs"),
        (lambda: CameraParams(lines=(LINE,), pairs=(LinePair("p", "a", "a", 5_000),)), "two lines"),
        (lambda: CameraParams(speed_bounds_km_h=(20, "a")), "speed_bounds"),
        (lambda: CameraParams(speed_bounds_km_h=(-5, 20)), "speed_bounds"),
        (lambda: CameraParams(speed_bounds_km_h=(20.5,)), "speed_bounds"),
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


@pytest.mark.parametrize("value", [None, "x", 5, [], {}])
def test_settings_of_another_kind_are_refused_by_name(value):
    for question in (
        lambda: Watcher(value),
        lambda: watch("none.mp4", value),
        lambda: watch_frames([], value),
        lambda: next(camera.watch_stream("none.mp4", value)),
        lambda: next(camera.watch_stream("none.mp4", CameraParams(), value)),
    ):
        with pytest.raises(BadInput):
            question()


@pytest.mark.parametrize("name", [None, 5, [], {}])
def test_a_name_that_is_no_text_is_refused(name):
    with pytest.raises(BadInput):
        Line(name, Point(0, 0), Point(0, 9))
    with pytest.raises(BadInput):
        LinePair("pair", name, "a", 5)


def test_one_array_filled_again_and_again_gives_what_separate_pictures_give():
    """A decoder fills one buffer: the scene is learnt from all its pictures, not from the newest one alone."""

    def draw(picture: np.ndarray, at: int) -> None:
        if 700 < at <= 1_300:  # stands there at the end of the warm-up only, so it is no part of the scene
            picture[60:110, 100:160] = 250
        if at > 6_000:  # left near the edge of where the first one was
            picture[70:95, 110:130] = 250

    pictures = list(scene(draw, 30))
    buffer = np.empty_like(pictures[0][1])

    def same_array():
        for at, picture in pictures:
            buffer[:] = picture
            yield at, buffer

    separate = watch_frames(pictures)
    assert [event.kind for event in separate.events] == ["object_left"]
    assert watch_frames(same_array()) == separate

"""Videos of the field: right length and right shape, or a named flaw."""

from __future__ import annotations

import threading
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, HTTPServer

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.redaction import (
    Audio,
    Flaw,
    RedactionParams,
    Region,
    TooLarge,
    UnreadableMedia,
    cover_video,
    find_in_video,
    redact_video,
)
from tartip.engines.redaction.ahead import THREAD
from tartip.engines.redaction.clock import MOST_GAP_S, Clock
from tartip.engines.redaction.errors import ChangedMedia
from tartip.engines.redaction.tests.recordings import (
    SIZE,
    even_stamps,
    frame_of,
    pictures,
    played,
    put_facts_first,
    record,
    set_matrix,
    show_only,
    stills,
    with_sound,
)

NOTHING = RedactionParams(faces=False, plates=False)
SOUND = RedactionParams(faces=False, plates=False, audio=Audio.KEEP)


@pytest.mark.parametrize("rate", [10, 15, 25, 50])
def test_an_elementary_stream_without_timestamps_has_the_length_of_its_frames(tmp_path, rate):
    """100 frames at 25 per second last 4.0 s; FFmpeg says 25 of every such stream, its own header says what is true."""
    source = record(tmp_path / "body.h264", even_stamps(100), format="h264", rate=rate, base=rate)
    report = redact_video(source, tmp_path / "out.mp4", NOTHING)
    frames, length, _ = played(tmp_path / "out.mp4")
    assert (report.frames, len(frames)) == (100, 100)
    assert length == pytest.approx(100 / rate, abs=0.002)
    assert report.flaws == ()


@pytest.mark.parametrize("shown", [12, 40, 92])
def test_a_losslessly_cut_mp4_is_as_long_as_shown_and_not_called_truncated(tmp_path, shown):
    """93 samples, and an edit list that shows the last ones."""
    source = record(tmp_path / "cut.mp4", even_stamps(93), options={"bf": "2", "tune": "film"})
    show_only(source, 93 - shown, shown)
    report = redact_video(source, tmp_path / "out.mp4", NOTHING)
    assert report.frames == shown
    assert report.flaws == ()
    assert played(tmp_path / "out.mp4")[1] == pytest.approx(shown / 25, abs=0.002)


def test_the_moving_stream_is_taken_not_the_cover_picture(tmp_path):
    """The cover of the file's own list of facts comes before the tracks, as music and phone programs write it."""
    from av.stream import Disposition

    with av.open(str(tmp_path / "in.mp4"), "w") as out:
        moving = out.add_stream("libx264", rate=25)
        still = out.add_stream("mjpeg", rate=1)
        still.width, still.height, still.pix_fmt = 320, 240, "yuvj420p"
        moving.width, moving.height, moving.pix_fmt = *SIZE, "yuv420p"
        still.disposition = Disposition.attached_pic
        out.mux(still.encode(frame_of(0, (320, 240)).reformat(format="yuvj420p")))
        out.mux(still.encode(None))
        for n in range(10):
            out.mux(moving.encode(frame_of(n)))
        out.mux(moving.encode(None))
    put_facts_first(tmp_path / "in.mp4")
    with av.open(str(tmp_path / "in.mp4")) as written:
        assert written.streams.video[0].disposition & Disposition.attached_pic
    report = redact_video(tmp_path / "in.mp4", tmp_path / "out.mp4", NOTHING)
    assert (report.width, report.height, report.frames) == (*SIZE, 10)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_variable_frame_rate_keeps_its_times(tmp_path, suffix):
    stamps = [0, 40, 80, 500, 540, 2000, 2040]
    report = redact_video(record(tmp_path / f"in{suffix}", stamps), tmp_path / "out.mp4", NOTHING)
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert [round(frame.time * 1000) for frame in out.decode(video=0)] == stamps
    assert (report.duration_ms, report.flaws) == (2040, ())


WILD = {
    "missing": ([None] * 5, [0, 1, 2, 3, 4], 0),
    "partly missing": ([0, None, None, 3, 4], [0, 1, 2, 3, 4], 0),
    "restarted": ([100, 101, 102, 0, 1], [0, 1, 2, 3, 4], 1),
    "one from another year": ([0, 1, 10**9, 3, 4], [0, 1, 2, 3, 4], 2),
    "backwards": ([5, 4, 3, 2, 1], [0, 1, 2, 3, 4], 4),
    "all the same": ([7] * 5, [0, 1, 2, 3, 4], 4),
    "negative start": ([-3, -2, -1, 0, 1], [0, 1, 2, 3, 4], 0),
    "a camera that waited 2 s": ([0, 1, 51, 52, 53], [0, 1, 51, 52, 53], 0),
}


@pytest.mark.parametrize("case", WILD)
def test_times_are_counted_from_the_first_frame_and_mended_by_the_frame_rate(case):
    """In steps of a 25th of a second; expected values by hand."""
    stamps, expected, mended = WILD[case]
    clock = Clock(Fraction(25))
    got = [clock.at(None if stamp is None else Fraction(stamp, 25)) * 25 for stamp in stamps]
    assert (got, clock.mended) == (expected, mended)


@given(st.lists(st.none() | st.fractions(-(10**12), 10**12), min_size=1, max_size=30))
def test_the_clock_always_runs_forward_and_never_far(stamps):
    """README: "Timestamps ... are counted from the first frame"."""
    clock = Clock(Fraction(25))
    times = [clock.at(stamp) for stamp in stamps]
    steps = np.diff(np.array(times, dtype=object))
    assert times[0] == 0
    assert all(0 < step <= 2 * MOST_GAP_S * len(stamps) for step in steps)


def test_restarted_timestamps_give_the_right_length_and_a_flaw(tmp_path):
    """Two recordings written one after the other into one transport stream: the clock starts again."""
    parts = [record(tmp_path / f"{n}.ts", even_stamps(25)) for n in range(2)]
    (tmp_path / "both.ts").write_bytes(parts[0].read_bytes() + parts[1].read_bytes())
    report = redact_video(tmp_path / "both.ts", tmp_path / "out.mp4", NOTHING)
    assert report.frames == 50
    assert played(tmp_path / "out.mp4")[1] == pytest.approx(2.0, abs=0.05)
    assert Flaw.TIMES_MENDED in report.flaws


@pytest.mark.parametrize("suffix", [".mp4", ".nut"])
def test_frames_that_lie_closer_than_the_clock_of_the_result_keep_their_order(tmp_path, suffix):
    """Stamps a millionth of a second apart, as some recorders write them for repeated pictures."""
    stamps = [0, 1, 2, 3, 40_000, 40_001]
    redact_video(record(tmp_path / f"in{suffix}", stamps, base=1_000_000), tmp_path / "out.mp4", NOTHING)
    with av.open(str(tmp_path / "out.mp4")) as out:
        frames = list(out.decode(video=0))
    times = [frame.time for frame in frames]
    assert times == sorted(set(times))
    assert times == pytest.approx([stamp / 1_000_000 for stamp in stamps], abs=0.0001)
    levels = [round(frame.to_ndarray(format="bgr24")[:, :40].mean()) for frame in frames]
    assert levels == sorted(levels)
    assert levels[5] - levels[0] == pytest.approx(5, abs=1)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (2, 4000), (4000, 2), (1281, 1), (1, 1281), (641, 3)])
def test_a_very_flat_or_small_picture_is_followed_too(tmp_path, size):
    """4,000 x 2 pixels scaled to 640 would be less than one pixel high."""
    report = redact_video(pictures(tmp_path / "in.mov", [size] * 9), tmp_path / "out.mp4", RedactionParams())
    assert (report.width, report.height, report.frames) == (*size, 9)


@pytest.mark.parametrize("size", [(16_386, 16), (16, 16_386)])
def test_a_picture_longer_than_the_format_of_the_result_holds_is_refused(tmp_path, size):
    with pytest.raises(TooLarge):
        redact_video(pictures(tmp_path / "in.mov", [size]), tmp_path / "out.mp4", NOTHING)
    assert not (tmp_path / "out.mp4").exists()


def test_a_frame_in_the_middle_that_is_too_large_is_refused_on_both_readings(tmp_path):
    sizes = [(96, 64)] * 3 + [(2000, 2000)] * 3
    source, small = stills(tmp_path / "in.mjpeg", sizes), RedactionParams(max_pixels=100_000)
    plan = find_in_video(source, NOTHING)
    for question in (
        lambda: find_in_video(source, small),
        lambda: cover_video(source, tmp_path / "out.mp4", plan, small),
    ):
        with pytest.raises(TooLarge):
            question()
    assert not any(thread.name.startswith(THREAD) for thread in threading.enumerate())
    assert [file.name for file in tmp_path.iterdir()] == ["in.mjpeg"]


def test_a_list_that_names_other_files_is_no_video(tmp_path):
    """What is uploaded as a video must not show another person's files."""
    record(tmp_path / "other.ts", even_stamps(50))
    for name, text in {
        "in.mp4": "ffconcat version 1.0\nfile other.ts\n",
        "in.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nother.ts\n#EXT-X-ENDLIST\n",
        "in.txt": "a letter and no video " * 50,
    }.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(UnreadableMedia):
            redact_video(tmp_path / name, tmp_path / "out.mp4", NOTHING)
        assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("name", ["in.m3u8", "in.mp4", "in.mpd", "in.txt"])
def test_an_uploaded_file_opens_no_address(tmp_path, name):
    """A list is refused before what it names is asked for: no server of the house may be reached by an upload."""
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/a.ts"
        for text in (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n",
            f"ffconcat version 1.0\nfile {address}\n",
            f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {server.server_port} RTP/AVP 96\n",
        ):
            (tmp_path / name).write_text(text)
            with pytest.raises(UnreadableMedia):
                redact_video(tmp_path / name, tmp_path / "out.mp4", NOTHING)
        server.shutdown()
    assert asked == []


@pytest.mark.parametrize("aspect", [Fraction(16, 15), Fraction(4, 3), Fraction(1, 2)])
def test_pixels_that_are_not_square_keep_their_shape(tmp_path, aspect):
    source = record(tmp_path / "in.mp4", even_stamps(5), aspect=aspect)
    redact_video(source, tmp_path / "out.mp4", NOTHING)
    _, _, context = played(tmp_path / "out.mp4")
    shape = context.sample_aspect_ratio * Fraction(context.width, context.height)
    assert shape == aspect * Fraction(*SIZE)


TURNS = {  # matrix (a, b, c, d): where the bright right half of the stored picture is shown
    "not": ((1, 0, 0, 1), "right"),
    "90": ((0, 1, -1, 0), "bottom"),
    "180": ((-1, 0, 0, -1), "left"),
    "270": ((0, -1, 1, 0), "top"),
    "mirrored": ((-1, 0, 0, 1), "left"),
    "upside down": ((1, 0, 0, -1), "right"),
    "mirrored and turned": ((0, 1, 1, 0), "bottom"),
    "mirrored and turned back": ((0, -1, -1, 0), "top"),
}


@pytest.mark.parametrize("turn", TURNS)
def test_a_display_matrix_is_applied(tmp_path, turn):
    """x' = a x + c y, y' = b x + d y, down is positive: with (0, 1, -1, 0) right becomes down."""
    matrix, side = TURNS[turn]
    source = set_matrix(record(tmp_path / "in.mp4", even_stamps(5)), *matrix)
    redact_video(source, tmp_path / "out.mp4", NOTHING)
    frames, _, context = played(tmp_path / "out.mp4")
    assert (context.width, context.height) == (SIZE if matrix[0] else SIZE[::-1])
    grey = frames[0][:, :, 1].astype(int)
    sides = {
        "left": grey[:, :30].mean(),
        "right": grey[:, -30:].mean(),
        "top": grey[:30].mean(),
        "bottom": grey[-30:].mean(),
    }
    assert max(sides, key=sides.__getitem__) == side


@pytest.mark.parametrize("space", [1, 5, 9])  # BT.709, BT.601 (625 lines), BT.2020
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("form", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"])
def test_what_is_not_covered_looks_as_before_in_every_range_and_space(tmp_path, form, full, space):
    """The player's picture differs by no more than the encoder's loss, also on a frame with a cover."""
    colours = np.zeros((64, 96, 3), np.uint8)
    for n, colour in enumerate(
        [(220, 30, 30), (30, 200, 30), (30, 30, 210), (240, 240, 240), (16, 16, 16), (90, 120, 60)]
    ):
        colours[:, n * 16 : n * 16 + 16] = colour
    with av.open(str(tmp_path / "in.mkv"), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "1", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, form
        context = stream.codec_context
        context.color_range, context.colorspace = (2 if full else 1), space
        for n in range(3):
            frame = av.VideoFrame.from_ndarray(colours, format="rgb24")
            frame = frame.reformat(format=form, dst_colorspace=space, dst_color_range=2 if full else 1)
            frame.pts = n
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    hide = Region(0, 40, 96, 24, frame=1)
    report = redact_video(
        tmp_path / "in.mkv", tmp_path / "out.mp4", RedactionParams(faces=False, plates=False, hide=(hide,))
    )
    assert report.flaws == ()
    with av.open(str(tmp_path / "in.mkv")) as source, av.open(str(tmp_path / "out.mp4")) as result:
        for before, after in zip(source.decode(video=0), result.decode(video=0), strict=True):
            assert (int(after.color_range), int(after.colorspace)) == (2 if full else 1, space)
            inside = np.s_[4:32, np.arange(96) % 16 // 4 % 3 != 0]  # away from the edges between colours
            a, b = (shown(f)[inside].astype(int) for f in (before, after))
            assert np.abs(a - b).mean() < 3
            assert np.percentile(np.abs(a - b), 99) <= 14


def shown(frame):
    """As a player does it: by what the frame says about itself."""
    full = 2 if int(frame.color_range) == 2 else 1
    return frame.reformat(format="rgb24", src_colorspace=int(frame.colorspace), src_color_range=full).to_ndarray()


@pytest.mark.parametrize("suffix", [".mov", ".avi"])
@pytest.mark.parametrize("codec", ["pcm_alaw", "pcm_mulaw"])
def test_telephone_sound_is_written_as_aac(tmp_path, codec, suffix):
    source = with_sound(tmp_path / f"in{suffix}", codec)
    report = redact_video(source, tmp_path / "out.mp4", SOUND)
    assert report.flaws == ()
    with av.open(str(tmp_path / "out.mp4")) as out:
        (track,) = out.streams.audio
        assert track.codec_context.name == "aac"
        sound = np.concatenate([f.to_ndarray() for f in out.decode(track)], axis=1)
    assert sound.shape[1] / 48_000 == pytest.approx(3.0, abs=0.1)
    assert np.abs(sound).max() > 0.2


def test_all_tracks_of_sound_are_kept_and_none_without_asking(tmp_path):
    source = with_sound(tmp_path / "in.mkv", "aac", tracks=3, rate=16_000)
    redact_video(source, tmp_path / "out.mp4", SOUND)
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert len(out.streams.audio) == 3
    redact_video(source, tmp_path / "out.mp4", NOTHING)
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert len(out.streams) == 1


@pytest.mark.parametrize("count", [1, 2])
def test_a_very_short_video_has_its_frames(tmp_path, count):
    report = redact_video(record(tmp_path / "in.mp4", even_stamps(count)), tmp_path / "out.mp4", RedactionParams())
    frames, length, _ = played(tmp_path / "out.mp4")
    assert (report.frames, len(frames)) == (count, count)
    assert length == pytest.approx(count / 25, abs=0.002)


def test_a_file_with_sound_only_is_refused(tmp_path):
    with av.open(str(tmp_path / "in.wav"), "w") as out:
        voice = out.add_stream("pcm_s16le", rate=8000, layout="mono")
        part = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        part.sample_rate = 8000
        out.mux(voice.encode(part))
    with pytest.raises(UnreadableMedia, match="no moving picture"):
        redact_video(tmp_path / "in.wav", tmp_path / "out.mp4", NOTHING)


def test_no_title_chapter_or_subtitle_of_the_source_is_in_the_result(tmp_path):
    source = with_sound(tmp_path / "plain.mkv", "aac", rate=16_000)
    with av.open(str(source)) as again, av.open(str(tmp_path / "in.mkv"), "w") as out:
        out.metadata.update({"title": "SecretTitle", "location": "+43.23+076.94/SecretPlace"})
        streams = {s.index: out.add_stream_from_template(s) for s in again.streams}
        for stream in streams.values():
            stream.metadata["title"] = "SecretTrack"
        out.set_chapters(
            [{"id": 1, "start": 0, "end": 1000, "time_base": Fraction(1, 1000), "metadata": {"title": "SecretChapter"}}]
        )
        for packet in again.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    assert (tmp_path / "in.mkv").read_bytes().count(b"Secret") >= 4
    redact_video(tmp_path / "in.mkv", tmp_path / "out.mp4", SOUND)
    data = (tmp_path / "out.mp4").read_bytes()
    assert b"Secret" not in data
    with av.open(str(tmp_path / "out.mp4")) as result:
        assert {s.type for s in result.streams} == {"video", "audio"}
        assert not result.chapters()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    return folder, [
        record(folder / f"small{suffix}", even_stamps(8)).read_bytes() for suffix in (".mp4", ".mkv", ".avi", ".ts")
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=30),
    st.integers(0, 99),
)
def test_any_bytes_give_a_video_or_a_documented_error(small, which, changes, cut):
    """README: "Any bytes give a result, with its flaws named, or a documented error"."""
    folder, files = small
    hurt = bytearray(files[which])
    for at, value in changes:
        hurt[at % len(hurt)] = value
    hurt = hurt[: len(hurt) * (100 - cut) // 100] if cut > 50 else hurt
    (folder / "hurt").write_bytes(hurt)
    (folder / "out.mp4").unlink(missing_ok=True)
    try:
        params = RedactionParams(faces=False, plates=False, audio=Audio.KEEP, max_pixels=1_000_000)
        report = redact_video(folder / "hurt", folder / "out.mp4", params)
    except (UnreadableMedia, TooLarge, ChangedMedia):
        assert not (folder / "out.mp4").exists()
        return
    assert len(played(folder / "out.mp4")[0]) == report.frames > 0


def test_a_plan_of_one_reading_fits_the_next(tmp_path):
    source = record(tmp_path / "in.mkv", even_stamps(6))
    assert find_in_video(source, NOTHING) == find_in_video(source, NOTHING)


def test_a_still_that_is_not_marked_as_one_is_not_the_video(tmp_path):
    with av.open(str(tmp_path / "in.mkv"), "w") as out:
        still, moving = out.add_stream("mjpeg", rate=1), out.add_stream("libx264", rate=25)
        still.width, still.height, still.pix_fmt = 320, 240, "yuvj420p"
        moving.width, moving.height, moving.pix_fmt = *SIZE, "yuv420p"
        out.mux(still.encode(frame_of(0, (320, 240)).reformat(format="yuvj420p")))
        out.mux(still.encode(None))
        for n in range(10):
            out.mux(moving.encode(frame_of(n)))
        out.mux(moving.encode(None))
    report = redact_video(tmp_path / "in.mkv", tmp_path / "out.mp4", NOTHING)
    assert (report.width, report.height, report.frames) == (*SIZE, 10)


def test_what_is_no_path_or_plan_is_refused_by_name(tmp_path):
    source = record(tmp_path / "in.mp4", even_stamps(3))
    for what, call in {
        "video": lambda: redact_video(str(source), tmp_path / "out.mp4", NOTHING),
        "target": lambda: redact_video(source, str(tmp_path / "out.mp4"), NOTHING),
        "plan": lambda: cover_video(source, tmp_path / "out.mp4", None, NOTHING),
    }.items():
        with pytest.raises(BadInput, match=what):
            call()

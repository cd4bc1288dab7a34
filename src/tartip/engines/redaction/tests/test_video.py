"""Moving faces and plates with known places."""

from __future__ import annotations

from dataclasses import replace

import av
import numpy as np
import pytest

from tartip.engines.redaction import (
    Audio,
    Cover,
    Flaw,
    Kind,
    RedactionParams,
    Region,
    UnreadableMedia,
    cover_video,
    find_in_video,
    redact_video,
)
from tartip.engines.redaction.tests.made import head, paste, plate, road, save, share_covered

SIZE = (640, 360)
FRAMES = 30
PLATE_X, PLATE_Y = 60, 300


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A face enters from the left at 9 pixels a frame; a plate stands below."""
    face, (x0, y0, x1, y1) = head(70)
    number = plate(120)
    frames, truth = [], []
    for n in range(FRAMES):
        frame = road(*SIZE)
        x = -100 + 9 * n
        paste(frame, face, x, 60)
        paste(frame, number, PLATE_X + 4 * n, PLATE_Y)
        frames.append(frame)
        truth.append((x + x0, 60 + y0, x + x1, 60 + y1))
    return save(frames, tmp_path_factory.mktemp("made") / "scene.mp4", sound=True), truth


@pytest.fixture(scope="module")
def plan(scene):
    return find_in_video(scene[0])


def boxes(plan, frame, kind):
    return [(c.x, c.y, c.x + c.width, c.y + c.height) for c in plan.covers if c.frame == frame and c.kind is kind]


def test_a_face_is_covered_on_every_frame_also_before_it_was_first_recognised(scene, plan):
    """The face is half inside from frame 5 on; looks are on frames 0, 8, 16 …, so frames 6 and 7 are looked back to."""
    shares = [share_covered(scene[1][n], boxes(plan, n, Kind.FACE), SIZE) for n in range(6, FRAMES)]
    assert min(shares) >= 0.9, shares
    first = min(c.frame for c in plan.covers if c.kind is Kind.FACE)
    assert first % RedactionParams().every != 0 or first == 0


def test_a_plate_is_covered_on_every_frame(plan):
    for n in range(FRAMES):
        x = PLATE_X + 4 * n
        assert share_covered((x, PLATE_Y, x + 120, PLATE_Y + 26), boxes(plan, n, Kind.PLATE), SIZE) >= 0.9


def test_the_reported_cars_plate_stays_readable_and_faces_do_not(scene):
    params = RedactionParams(keep=(Region(40, 280, 200, 60, frame=0), Region(0, 0, 640, 200)))
    plan = find_in_video(scene[0], params)
    assert plan.kept >= 1
    assert {c.kind for c in plan.covers} == {Kind.FACE}


def test_a_plate_named_by_its_text_stays_readable(scene):
    params = RedactionParams(faces=False, keep_plates=frozenset({"123ABC02"}), read_plate=lambda crop: "123ABC02")
    plan = find_in_video(scene[0], params)
    assert plan.kept >= 1
    assert plan.covers == ()


def test_the_written_video_has_no_face_left_no_sound_and_the_same_frames(scene, tmp_path):
    report = redact_video(scene[0], tmp_path / "out.mp4")
    assert report.frames == FRAMES
    assert report.duration_ms == (FRAMES - 1) * 40  # 25 frames a second
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert not out.streams.audio
        assert out.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in out.decode(video=0)) == FRAMES
    again = find_in_video(tmp_path / "out.mp4", RedactionParams(plates=False, face_pct=50))
    assert again.covers == ()


def test_sound_is_kept_only_when_asked(scene, tmp_path):
    params = RedactionParams(audio=Audio.KEEP, faces=False, plates=False)
    assert redact_video(scene[0], tmp_path / "out.mp4", params).covers == ()
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert sum(frame.samples for frame in out.decode(audio=0)) >= 15_000


def test_a_person_may_change_the_plan_before_it_is_written(scene, tmp_path):
    """One rectangle added by hand: there the picture is flat, elsewhere it is as before."""
    params = RedactionParams(faces=False, plates=False, method="solid")
    plan = find_in_video(scene[0], params)
    plan = replace(plan, covers=(Cover(3, 120, Kind.CHOSEN, 0, 100, 100, 64, 64),))
    report = cover_video(scene[0], tmp_path / "out.mp4", plan, params)
    with av.open(str(tmp_path / "out.mp4")) as out:
        frames = [f.to_ndarray(format="gray") for f in out.decode(video=0)]
    assert frames[3][104:160, 104:160].max() < 40 < frames[2][104:160, 104:160].min()
    assert report.covers == plan.covers


def test_a_video_of_odd_size_is_padded_not_refused(tmp_path):
    import cv2

    from tartip.engines.redaction.tests.made import road

    with av.open(str(tmp_path / "odd.avi"), "w") as out:
        stream = out.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 101, 75, "yuvj444p"
        for n in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(road(101, 75, n), format="bgr24")))
        out.mux(stream.encode(None))
    redact_video(tmp_path / "odd.avi", tmp_path / "out.mp4", RedactionParams(faces=False))
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    assert capture.read()[1].shape == (76, 102, 3)


def test_a_truncated_video_is_redacted_as_far_as_it_goes(scene, tmp_path):
    """Transport streams are cut anywhere; MP4 keeps its index at the end and is nothing without it."""
    with av.open(str(scene[0])) as source, av.open(str(tmp_path / "whole.mkv"), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    data = (tmp_path / "whole.mkv").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(data[: len(data) // 2])
    report = redact_video(tmp_path / "cut.mkv", tmp_path / "out.mp4", RedactionParams(faces=False))
    assert 0 < report.frames < FRAMES
    assert report.flaws
    (tmp_path / "cut.mp4").write_bytes(scene[0].read_bytes()[:20_000])
    with pytest.raises(UnreadableMedia):
        redact_video(tmp_path / "cut.mp4", tmp_path / "no.mp4")
    assert not (tmp_path / "no.mp4").exists()


def test_bytes_broken_in_the_middle_give_a_result_or_a_typed_error(scene, tmp_path):
    data = bytearray(scene[0].read_bytes())
    rng = np.random.default_rng(5)
    for n in range(6):
        hurt = data.copy()
        for at in rng.integers(100, len(hurt), 40):
            hurt[at] = int(rng.integers(256))
        (tmp_path / "hurt.mp4").write_bytes(hurt)
        try:
            report = redact_video(tmp_path / "hurt.mp4", tmp_path / f"{n}.mp4", RedactionParams(faces=False))
        except UnreadableMedia:
            continue
        assert report.frames > 0


@pytest.mark.parametrize("data", [b"", b"not a video", b"\0" * 5000])
def test_a_file_that_is_no_video_is_refused_by_name(tmp_path, data):
    (tmp_path / "x.mp4").write_bytes(data)
    with pytest.raises(UnreadableMedia, match=r"x\.mp4"):
        redact_video(tmp_path / "x.mp4", tmp_path / "out.mp4")


def test_same_video_same_plan(scene, plan):
    assert find_in_video(scene[0]) == plan
    assert Flaw.TRUNCATED not in plan.flaws

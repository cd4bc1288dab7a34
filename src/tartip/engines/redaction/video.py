"""Second reading of a video: write it again with the planned places covered and nothing else taken over."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from tartip.engines.redaction.arrays import Picture
from tartip.engines.redaction.cover import FACE_CELLS, PLATE_CELLS, cover
from tartip.engines.redaction.errors import ChangedMedia, Flaw
from tartip.engines.redaction.faces import model_sha256
from tartip.engines.redaction.find import find_in_video, size_of
from tartip.engines.redaction.params import Audio, RedactionParams
from tartip.engines.redaction.plan import Plan
from tartip.engines.redaction.report import Cover, Kind, Report
from tartip.engines.redaction.video_in import VideoIn, upright

ENCODER = {"preset": "superfast", "crf": "23"}


def redact_video(source: Path, target: Path, params: RedactionParams = RedactionParams()) -> Report:
    """Find, cover and write `target` (MP4, H.264, no metadata, sound dropped unless asked to keep).

    Returns what was covered where. Raises UnreadableMedia or TooLarge, and then leaves no target. Flaws of the source
    that did not prevent a result are in the report.
    """
    return cover_video(source, target, find_in_video(source, params), params)


def cover_video(source: Path, target: Path, plan: Plan, params: RedactionParams = RedactionParams()) -> Report:
    """Write `target` after a plan, as found or as changed by a person. The file appears only when it is complete."""
    part = target.with_name(target.name + ".part")
    try:
        flaws = {*plan.flaws, *write(source, part, plan, params)}
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Report(
        "video",
        plan.width,
        plan.height,
        len(plan.times_ms),
        max(plan.times_ms) - min(plan.times_ms),
        plan.covers,
        plan.kept,
        params.summary(),
        model_sha256() if params.faces else "",
        tuple(sorted(flaws)),
    )


def write(source: Path, part: Path, plan: Plan, params: RedactionParams) -> set[Flaw]:
    import av

    by_frame: dict[int, list[Cover]] = defaultdict(list)
    for place in plan.covers:
        by_frame[place.frame].append(place)
    even = (plan.width + plan.width % 2, plan.height + plan.height % 2)
    with VideoIn(source, params.max_pixels) as video, av.open(str(part), "w", format="mp4") as out:
        stream: Any = out.add_stream("libx264", rate=video.stream.average_rate or 25, options=ENCODER)
        stream.width, stream.height = even
        stream.pix_fmt = "yuv420p"
        base = video.stream.time_base
        stream.codec_context.time_base = base
        sound = sound_of(video) if params.audio is Audio.KEEP else None
        heard = out.add_stream_from_template(sound) if sound else None
        number, last = -1, None
        for number, frame in video.frames():
            if number >= len(plan.times_ms):
                break
            stamp = frame.pts if frame.pts is not None else (0 if last is None else last + 1)
            last = stamp if last is None else max(stamp, last + 1)  # a broken clock must not run backwards
            covered = covered_frame(frame, by_frame[number], plan, params, even)
            covered.pts, covered.time_base = last, base
            out.mux(stream.encode(covered))
        if number + 1 != len(plan.times_ms):
            raise ChangedMedia(video.name, len(plan.times_ms), number + 1)
        out.mux(stream.encode(None))
        flaws = set(video.flaws)
        if heard is not None and not copy_sound(source, out, heard):
            flaws.add(Flaw.AUDIO_LOST)
    return flaws


def covered_frame(frame: Any, places: list[Cover], plan: Plan, params: RedactionParams, even: tuple[int, int]) -> Any:
    import av

    if not places and not frame.rotation and (frame.width, frame.height) == even:
        plain = frame.reformat(format="yuv420p")
        plain.pict_type = 0  # the encoder chooses its own key frames
        return plain
    picture = upright(frame, *size_of((plan.width, plan.height), frame))
    paint(picture, places, params)
    if picture.shape[1::-1] != even:
        picture = np.pad(picture, ((0, even[1] - plan.height), (0, even[0] - plan.width), (0, 0)), mode="edge")
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24").reformat(format="yuv420p")


def paint(picture: Picture, places: list[Cover], params: RedactionParams) -> None:
    for p in places:
        cells = PLATE_CELLS if p.kind is Kind.PLATE else FACE_CELLS
        cover(picture, p.x, p.y, p.x + p.width, p.y + p.height, params.method, cells)


def sound_of(video: VideoIn) -> Any:
    return video.container.streams.audio[0] if video.container.streams.audio else None


def copy_sound(source: Path, out: Any, heard: Any) -> bool:
    """Copy the packets of the first sound stream; False where it breaks off."""
    import av

    with av.open(str(source)) as again:
        try:
            for packet in again.demux(again.streams.audio[0]):
                if packet.dts is not None:
                    packet.stream = heard
                    out.mux(packet)
        except av.FFmpegError:
            return False
    return True

"""Second reading of a video: write it again with the planned places covered and nothing else taken over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tartip.engines.errors import expect
from tartip.engines.redaction.ahead import ahead
from tartip.engines.redaction.clock import TICKS, ticks
from tartip.engines.redaction.cover import FACE_CELLS, PLATE_CELLS
from tartip.engines.redaction.errors import ChangedMedia, Flaw
from tartip.engines.redaction.faces import model_sha256
from tartip.engines.redaction.find import find_in_video, size_of
from tartip.engines.redaction.params import Audio, RedactionParams
from tartip.engines.redaction.plan import Plan
from tartip.engines.redaction.planes import (
    FULL,
    LIMITED,
    Colours,
    Planes,
    aspect_of,
    colours_of,
    cover_planes,
    frame_of,
    pad_even,
    planes_of,
    turn_planes,
    turns_of,
)
from tartip.engines.redaction.report import Cover, Kind, Report
from tartip.engines.redaction.sound import add_sound, write_sound
from tartip.engines.redaction.video_in import VideoIn

AHEAD = 3  # frames between reading, covering and writing, each in its thread
ENCODER = {"preset": "superfast", "crf": "23"}


def redact_video(source: Path, target: Path, params: RedactionParams = RedactionParams()) -> Report:
    """Find, cover and write `target` (MP4, H.264, no metadata, sound dropped unless asked to keep).

    Returns what was covered where. Raises UnreadableMedia or TooLarge, and then leaves no target. Flaws of the source
    that did not prevent a result are in the report.
    """
    return cover_video(source, target, find_in_video(source, params), params)


def cover_video(source: Path, target: Path, plan: Plan, params: RedactionParams = RedactionParams()) -> Report:
    """Write `target` after a plan, as found or as changed by a person. The file appears only when it is complete."""
    for what, value, kind in (("target", target, Path), ("plan", plan, Plan), ("params", params, RedactionParams)):
        expect(what, value, kind)
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
    with (
        VideoIn(source, params.max_pixels) as video,
        av.open(str(part), "w", format="mp4") as out,
        ahead(video.frames(), AHEAD) as frames,
        ahead(covered_frames(frames, by_frame, plan, params), AHEAD) as covered,
    ):
        stream: Any = None
        heard: list[Any] = []
        number, tick = -1, -1
        at = Fraction(0)
        for number, at, frame, picture, colours in covered:
            if number >= len(plan.times_ms):
                break
            if stream is None:
                stream = add_picture(out, video, frame, plan, colours)
                heard = add_sound(out, len(video.container.streams.audio) if params.audio is Audio.KEEP else 0)
            tick = max(ticks(at), tick + 1)  # two frames may lie closer than a tick; at the same one, one is not shown
            picture.pts, picture.time_base = tick, Fraction(1, TICKS)
            picture.duration = ticks(video.clock.step)
            out.mux(stream.encode(picture))
        if number + 1 != len(plan.times_ms):
            raise ChangedMedia(video.name, len(plan.times_ms), number + 1)
        out.mux(stream.encode(None))
        flaws = set(video.flaws)
        if heard and not write_sound(source, out, heard, video.start, at + video.clock.step):
            flaws.add(Flaw.AUDIO_LOST)
    return flaws


def covered_frames(
    frames: Iterator[tuple[int, Any, Fraction]], by_frame: dict[int, list[Cover]], plan: Plan, params: RedactionParams
) -> Iterator[tuple[int, Fraction, Any, Any, Colours]]:
    """Number, seconds, the frame as decoded, the covered one, and the colours of the first frame."""
    colours = None
    for number, frame, at in frames:
        colours = colours or colours_of(frame)
        yield number, at, frame, covered_frame(frame, by_frame.get(number, []), plan, params, colours), colours


def add_picture(out: Any, video: VideoIn, frame: Any, plan: Plan, colours: Colours) -> Any:
    """The stream to write: even size, the shape of the source's pixels, and what its numbers mean."""
    stream = out.add_stream("libx264", rate=video.rate, options=ENCODER)
    stream.width, stream.height = plan.width + plan.width % 2, plan.height + plan.height % 2
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = Fraction(1, TICKS)
    context.sample_aspect_ratio = aspect_of(video.stream, turned=turns_of(frame)[0] % 2 == 1)
    context.color_range = FULL if colours.full else LIMITED
    context.colorspace, context.color_primaries = colours.space, colours.primaries
    context.color_trc = colours.transfer
    return stream


def covered_frame(frame: Any, places: list[Cover], plan: Plan, params: RedactionParams, colours: Colours) -> Any:
    width, height = size_of((plan.width, plan.height), frame)
    planes = turn_planes(planes_of(frame, colours, width or plan.width, height or plan.height), *turns_of(frame))
    if places:
        planes = Planes(*(np.array(plane) for plane in planes))
    for p in places:
        cells = PLATE_CELLS if p.kind is Kind.PLATE else FACE_CELLS
        cover_planes(planes, (p.x, p.y, p.x + p.width, p.y + p.height), params.method, cells, colours.full)
    return frame_of(pad_even(planes))

"""First reading of a video: where faces and plates are on every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tartip.engines.errors import expect
from tartip.engines.redaction.ahead import ahead
from tartip.engines.redaction.arrays import Boxes, Grey, Picture, grey_of, no_boxes, overlaps
from tartip.engines.redaction.errors import Flaw
from tartip.engines.redaction.faces import find_faces
from tartip.engines.redaction.params import RedactionParams
from tartip.engines.redaction.plan import Plan, chosen, cover_of, in_regions, reads_as_kept
from tartip.engines.redaction.planes import turns_of
from tartip.engines.redaction.plates import find_plates
from tartip.engines.redaction.report import Kind
from tartip.engines.redaction.text import find_text
from tartip.engines.redaction.tracks import Track, Tracks
from tartip.engines.redaction.video_in import VideoIn, upright

FOLLOW_SIDE = 640
SAME_PLACE = 0.5


def find_in_video(path: Path, params: RedactionParams = RedactionParams()) -> Plan:
    """Look on every k-th frame, follow on small grey pictures in between; memory does not grow with the pictures.

    Reading, looking and following each have a thread, at most `every` frames apart.

    Raises UnreadableMedia where not one frame can be decoded and TooLarge; a video that breaks off is read up to there.
    """
    expect("params", params, RedactionParams)
    tracks = Tracks(params.hold)
    named: set[int] = set()
    times: list[int] = []
    scaling = Scaling()
    with (
        VideoIn(path, params.max_pixels) as video,
        ahead(frames_of(video, params, scaling), params.every) as frames,
        ahead(looks(frames, params), params.every) as looked,
    ):
        for number, at, grey, look in looked:
            times.append(int(at * 1000))
            if look is None:
                tracks.step(number, grey, None)
                continue
            tracks.step(number, grey, {kind: boxes * scaling.scale for kind, boxes in look.seen.items()})
            mark_signs(tracks, number, look.rows * scaling.scale)
            named |= kept_by_text(tracks, number, look.picture, scaling.scale, params)
        flaws = tuple(sorted(video.flaws))
    return plan_of(tracks, named, params, tuple(times), scaling.size, scaling.scale, flaws)


class Look(NamedTuple):
    """A frame that is searched: boxes by kind, and the boxes in which the network found a row of signs."""

    picture: Picture
    seen: dict[Kind, Boxes]
    rows: Boxes


@dataclass(slots=True)
class Scaling:
    """The first frame's size, and the smaller one on which things are followed; known once a frame has been read."""

    size: tuple[int, int] = (0, 0)
    small: tuple[int, int] = (0, 0)
    scale: float = 1.0

    def begin(self, size: tuple[int, int]) -> None:
        self.size = size
        self.scale = min(1.0, FOLLOW_SIDE / max(size))
        self.small = (max(1, round(size[0] * self.scale)), max(1, round(size[1] * self.scale)))


def frames_of(
    video: VideoIn, params: RedactionParams, scaling: Scaling
) -> Iterator[tuple[int, Fraction, Grey, Picture | None]]:
    """Number, seconds, the small grey picture, and the whole one where it is searched."""
    for number, frame, at in video.frames():
        picture = upright(frame, *size_of(scaling.size, frame)) if number % params.every == 0 else None
        if picture is not None and not number:
            scaling.begin((picture.shape[1], picture.shape[0]))
        yield number, at, upright(frame, *size_of(scaling.small, frame), pixels="gray"), picture


def looks(
    frames: Iterator[tuple[int, Fraction, Grey, Picture | None]], params: RedactionParams
) -> Iterator[tuple[int, Fraction, Grey, Look | None]]:
    for number, at, grey, picture in frames:
        look = None
        if picture is not None:
            deep = number % (params.every * params.deep_every) == 0
            look = Look(picture, *sightings(picture, params, deep))
        yield number, at, grey, look


def size_of(size: tuple[int, int], frame: object) -> tuple[int | None, int | None]:
    """Width and height that the decoder is asked for, so that the upright picture has `size`; none before the first."""
    if not size[0]:
        return (None, None)
    turns, _ = turns_of(frame)
    return (size[1], size[0]) if turns % 2 else size


def sightings(picture: Picture, params: RedactionParams, deep: bool) -> tuple[dict[Kind, Boxes], Boxes]:
    """Boxes by kind, and those of them in which the network found a row of signs (deep looks only)."""
    seen: dict[Kind, Boxes] = {}
    rows = no_boxes()
    if params.faces:
        side = params.deep_side if deep else params.video_side
        seen[Kind.FACE] = find_faces(picture, side, params.video_face_pct)
    if params.plates:
        seen[Kind.PLATE] = find_plates(grey_of(picture))
        if deep:
            rows = find_text(picture, params.video_text_side)
            seen[Kind.PLATE] = np.concatenate([seen[Kind.PLATE], rows])
    return seen, rows


def mark_signs(tracks: Tracks, frame: int, rows: Boxes) -> None:
    """Remember on the tracks of this look that the network found signs there: these need no second sighting."""
    here = [t for t in tracks.live if t.kind is Kind.PLATE and t.seen == frame]
    if here and len(rows):
        same = overlaps(np.array([t.places[frame] for t in here]), rows).max(axis=1) >= SAME_PLACE
        for track, found in zip(here, same, strict=True):
            track.has_signs = track.has_signs or bool(found)


def kept_by_text(tracks: Tracks, frame: int, picture: Picture, scale: float, params: RedactionParams) -> set[int]:
    if not params.keep_plates:
        return set()
    seen = [t for t in tracks.live if t.kind is Kind.PLATE and t.seen == frame]
    return {t.number for t in seen if reads_as_kept(params, picture, t.places[frame] / scale)}


def plan_of(
    tracks: Tracks,
    named: set[int],
    params: RedactionParams,
    times: tuple[int, ...],
    size: tuple[int, int],
    scale: float,
    flaws: tuple[Flaw, ...],
) -> Plan:
    """Tracks become covers; the reported car's plate and plates seen on fewer looks than asked for drop out."""
    enough = min(params.plate_sightings, -(-len(times) // params.every))
    covers, kept = list(chosen(params, times, *size)), 0
    for track in tracks.all:
        if track.kind is Kind.PLATE:
            if track.sightings < enough:
                continue
            if track.number in named or to_keep(track, params, scale):
                kept += 1
                continue
        for frame in covered_frames(track, params):
            box = track.places[frame] / scale
            cover = cover_of(track.kind, track.number, frame, times[frame], box, size, params.margin_pct)
            covers.extend([cover] if cover else [])
    covers.sort(key=lambda c: (c.frame, c.thread, c.x, c.y))
    return Plan(*size, times, tuple(covers), kept, flaws)


def covered_frames(track: Track, params: RedactionParams) -> list[int]:
    """All frames with a place; up to the neighbouring looks for a plate found once and by its strokes alone.

    Such finds are mostly signs and edges: held for the full time they covered a tenth of the picture for nothing. A
    real plate that stays is found again, or its signs are found on a deep look.
    """
    frames = sorted(track.places)
    if track.kind is Kind.PLATE and track.sightings == 1 and not track.has_signs:
        return [frame for frame in frames if abs(frame - track.seen) <= params.every]
    return frames


def to_keep(track: Track, params: RedactionParams, scale: float) -> bool:
    return any(in_regions(params.keep, frame, box / scale) for frame, box in track.places.items())

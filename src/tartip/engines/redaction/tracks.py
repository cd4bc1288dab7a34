"""Join sightings on every k-th frame into tracks that have a place on every frame, also before the first sighting."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tartip.engines.redaction.arrays import Boxes, Grey, no_boxes, overlaps
from tartip.engines.redaction.flow import move
from tartip.engines.redaction.report import Kind

LEAST_OVERLAP = 0.15


@dataclass(slots=True)
class Track:
    """One thing through time: `places` by frame, the last frame it was really seen on, how often."""

    kind: Kind
    number: int
    places: dict[int, Boxes] = field(default_factory=dict)
    seen: int = 0
    sightings: int = 1
    has_signs: bool = False
    velocity: Boxes = field(default_factory=lambda: np.zeros(4))


class Tracks:
    """Feed frames in order with `step`; afterwards `all` holds every track."""

    def __init__(self, hold: int) -> None:
        self.hold = hold
        self.all: list[Track] = []
        self.live: list[Track] = []
        self.past: deque[tuple[int, Grey]] = deque(maxlen=hold + 1)

    def step(self, frame: int, grey: Grey, sightings: Mapping[Kind, Boxes] | None) -> None:
        """Move the live tracks to this frame; where sightings are given, correct, end and begin tracks by them.

        grey: (height, width), the picture the places refer to. sightings: boxes by kind, None on frames between.
        """
        self.live = [t for t in self.live if frame - t.seen <= self.hold and touches(t.places[frame - 1], grey)]
        if self.past:
            self.follow(self.past[-1][1], grey, frame - 1, frame, self.live)
        new = [track for kind, boxes in (sightings or {}).items() for track in self.correct(frame, kind, boxes)]
        self.look_back(new, frame, grey)
        self.past.append((frame, grey))

    def follow(self, before: Grey, after: Grey, old: int, new: int, tracks: list[Track]) -> None:
        boxes = np.array([t.places[old] for t in tracks]) if tracks else no_boxes()
        moved, trusted = move(before, after, boxes)
        for track, box, place, sure in zip(tracks, boxes, moved, trusted, strict=True):
            track.velocity = place - box if sure else track.velocity
            track.places[new] = place if sure else box + track.velocity

    def correct(self, frame: int, kind: Kind, boxes: Boxes) -> list[Track]:
        """Match tracks and sightings so that their overlaps together are largest; spread each track's drift evenly over
        the frames since it was last seen. A sighting without a track begins one: nothing waits for a second look."""
        from scipy.optimize import linear_sum_assignment

        open_tracks = [t for t in self.live if t.kind is kind]
        places = np.array([t.places[frame] for t in open_tracks]) if open_tracks else no_boxes()
        table = overlaps(places, boxes)
        taken: set[int] = set()
        for row, column in zip(*linear_sum_assignment(table, maximize=True), strict=True):
            if table[row, column] < LEAST_OVERLAP:
                continue
            taken.add(int(column))
            track, gap = open_tracks[row], frame - open_tracks[row].seen
            drift = boxes[column] - track.places[frame]
            for n in range(1, gap + 1):
                track.places[track.seen + n] = track.places[track.seen + n] + drift * (n / gap)
            track.seen, track.sightings = frame, track.sightings + 1
        first = len(self.all) + 1
        free = [boxes[n] for n in range(len(boxes)) if n not in taken]
        new = [Track(kind, first + n, {frame: box}, seen=frame) for n, box in enumerate(free)]
        self.all.extend(new)
        self.live.extend(new)
        return new

    def look_back(self, new: list[Track], frame: int, grey: Grey) -> None:
        """They were there before the first sighting: follow them backwards until they leave the picture."""
        after, after_grey, going = frame, grey, new
        for number, before in reversed(self.past):
            going = [track for track in going if touches(track.places[after], grey)]
            if not going or frame - number > self.hold:
                break
            self.follow(after_grey, before, after, number, going)
            after, after_grey = number, before
        for track in new:
            track.velocity = np.zeros(4)


def touches(box: Boxes, grey: Grey) -> bool:
    height, width = grey.shape
    return bool(box[2] > 0 and box[3] > 0 and box[0] < width and box[1] < height)

"""Join sightings on every k-th frame into threads that have a place on every frame, also before the first sighting."""

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
class Thread:
    """One thing through time: `places` by frame, the last frame it was really seen on, how often."""

    kind: Kind
    number: int
    places: dict[int, Boxes] = field(default_factory=dict)
    seen: int = 0
    sightings: int = 1
    velocity: Boxes = field(default_factory=lambda: np.zeros(4))


class Threads:
    """Feed frames in order with `step`; afterwards `all` holds every thread."""

    def __init__(self, hold: int) -> None:
        self.hold = hold
        self.all: list[Thread] = []
        self.live: list[Thread] = []
        self.past: deque[tuple[int, Grey]] = deque(maxlen=hold + 1)

    def step(self, frame: int, grey: Grey, sightings: Mapping[Kind, Boxes] | None) -> None:
        """Move the live threads to this frame; where sightings are given, correct, end and begin threads by them.

        grey: (height, width), the picture the places refer to. sightings: boxes by kind, None on frames between.
        """
        self.live = [t for t in self.live if frame - t.seen <= self.hold and touches(t.places[frame - 1], grey)]
        if self.past:
            self.follow(self.past[-1][1], grey, frame - 1, frame, self.live)
        for kind, boxes in (sightings or {}).items():
            self.correct(frame, grey, kind, boxes)
        self.past.append((frame, grey))

    def follow(self, before: Grey, after: Grey, old: int, new: int, threads: list[Thread]) -> None:
        boxes = np.array([t.places[old] for t in threads]) if threads else no_boxes()
        moved, trusted = move(before, after, boxes)
        for thread, box, place, sure in zip(threads, boxes, moved, trusted, strict=True):
            thread.velocity = place - box if sure else thread.velocity
            thread.places[new] = place if sure else box + thread.velocity

    def correct(self, frame: int, grey: Grey, kind: Kind, boxes: Boxes) -> None:
        """Greedy match by overlap; a thread's drift is spread evenly over the frames since it was last seen."""
        open_threads = [t for t in self.live if t.kind is kind]
        places = np.array([t.places[frame] for t in open_threads]) if open_threads else no_boxes()
        table = overlaps(places, boxes)
        taken: set[int] = set()
        while table.size and table.max() >= LEAST_OVERLAP:
            row, column = (int(n) for n in np.unravel_index(table.argmax(), table.shape))
            table[row, :], table[:, column] = 0, 0
            taken.add(column)
            thread, gap = open_threads[row], frame - open_threads[row].seen
            drift = boxes[column] - thread.places[frame]
            for n in range(1, gap + 1):
                thread.places[thread.seen + n] = thread.places[thread.seen + n] + drift * (n / gap)
            thread.seen, thread.sightings = frame, thread.sightings + 1
        for n in sorted(set(range(len(boxes))) - taken):
            thread = Thread(kind, len(self.all) + 1, {frame: boxes[n]}, seen=frame)
            self.all.append(thread)
            self.live.append(thread)
            self.look_back(thread, frame, grey)

    def look_back(self, thread: Thread, frame: int, grey: Grey) -> None:
        """It was there before the first sighting: follow it backwards until it leaves the picture."""
        after, after_grey = frame, grey
        for number, before in reversed(self.past):
            if frame - number > self.hold or not touches(thread.places[after], grey):
                break
            self.follow(after_grey, before, after, number, [thread])
            after, after_grey = number, before
        thread.velocity = np.zeros(4)


def touches(box: Boxes, grey: Grey) -> bool:
    height, width = grey.shape
    return bool(box[2] > 0 and box[3] > 0 and box[0] < width and box[1] < height)

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
        new = [thread for kind, boxes in (sightings or {}).items() for thread in self.correct(frame, kind, boxes)]
        self.look_back(new, frame, grey)
        self.past.append((frame, grey))

    def follow(self, before: Grey, after: Grey, old: int, new: int, threads: list[Thread]) -> None:
        boxes = np.array([t.places[old] for t in threads]) if threads else no_boxes()
        moved, trusted = move(before, after, boxes)
        for thread, box, place, sure in zip(threads, boxes, moved, trusted, strict=True):
            thread.velocity = place - box if sure else thread.velocity
            thread.places[new] = place if sure else box + thread.velocity

    def correct(self, frame: int, kind: Kind, boxes: Boxes) -> list[Thread]:
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
        first = len(self.all) + 1
        free = [boxes[n] for n in range(len(boxes)) if n not in taken]
        new = [Thread(kind, first + n, {frame: box}, seen=frame) for n, box in enumerate(free)]
        self.all.extend(new)
        self.live.extend(new)
        return new

    def look_back(self, new: list[Thread], frame: int, grey: Grey) -> None:
        """They were there before the first sighting: follow them backwards until they leave the picture."""
        after, after_grey, going = frame, grey, new
        for number, before in reversed(self.past):
            going = [thread for thread in going if touches(thread.places[after], grey)]
            if not going or frame - number > self.hold:
                break
            self.follow(after_grey, before, after, number, going)
            after, after_grey = number, before
        for thread in new:
            thread.velocity = np.zeros(4)


def touches(box: Boxes, grey: Grey) -> bool:
    height, width = grey.shape
    return bool(box[2] > 0 and box[3] > 0 and box[0] < width and box[1] < height)

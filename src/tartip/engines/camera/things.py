"""Blobs joined through time: a thing has one life, however often it is hidden for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tartip.engines.camera.ground import Mask

STILL_SHARE = 0.12  # of its own size: less movement than that is trembling
LEAST_MATCH = 0.05
STANDS_MS = 1_000


@dataclass(frozen=True, slots=True)
class Blob:
    """Rectangle in pixels and the number of differing pixels in it."""

    x: int
    y: int
    width: int
    height: int
    area: int

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def rows(self) -> slice:
        return slice(self.y, self.y + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.x, self.x + self.width)


@dataclass(slots=True, eq=False)
class Thing:
    """A blob with a past. `origin`: where it was first seen; `anchor`: where it stands since `still_since`."""

    number: int
    blob: Blob
    born_at: int
    seen_at: int
    anchor: Blob
    still_since: int
    origin: tuple[float, float]
    velocity: tuple[float, float] = (0.0, 0.0)
    travelled: bool = False
    reported: str = ""
    reported_since: int = 0
    missing_since: int = -1

    def stands(self, at: int) -> bool:
        """Still for a second: from then on, what covers it is taken for something in front of it."""
        return bool(self.reported) or (not self.travelled and at - self.still_since >= STANDS_MS)

    def see(self, blob: Blob, at: int) -> None:
        passed = max(1, at - self.seen_at)
        (x0, y0), (x1, y1) = self.blob.middle, blob.middle
        self.velocity = ((x1 - x0) / passed, (y1 - y0) / passed)
        size = max(blob.width, blob.height, 1)
        if away(self.anchor, blob) > max(2.0, STILL_SHARE * size):
            self.anchor, self.still_since = blob, at
        ox, oy = self.origin
        self.travelled = self.travelled or max(abs(x1 - ox), abs(y1 - oy)) > size * 0.7
        self.blob, self.seen_at = blob, at


def away(a: Blob, b: Blob) -> float:
    (ax, ay), (bx, by) = a.middle, b.middle
    grown = max(abs(a.width - b.width), abs(a.height - b.height)) / 2
    return max(abs(ax - bx), abs(ay - by), grown)


def blobs(mask: Mask, least: int) -> Iterator[Blob]:
    """Connected parts at least `least` pixels wide or high, from the top left."""
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    for x, y, width, height, area in stats[1:count].tolist():
        if max(width, height) >= least and area >= 0.2 * width * height:
            yield Blob(x, y, width, height, area)


def match(things: list[Thing], found: list[Blob], at: int) -> dict[int, int]:
    """Thing index to blob index: greedy by overlap with the expected place, then by nearness within its own size."""
    pairs = []
    for i, thing in enumerate(things):
        passed = 0 if thing.stands(at) else at - thing.seen_at
        dx, dy = thing.velocity[0] * passed, thing.velocity[1] * passed
        for j, blob in enumerate(found):
            pairs.append((likeness(thing.blob, dx, dy, blob), i, j))
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for value, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if value < LEAST_MATCH:
            break
        if i not in matched and j not in taken:
            matched[i] = j
            taken.add(j)
    return matched


def likeness(old: Blob, dx: float, dy: float, new: Blob) -> float:
    """Overlap over union of the expected and the found rectangle; where none, nearness up to half the size."""
    left, top = max(old.x + dx, new.x), max(old.y + dy, new.y)
    right = min(old.x + dx + old.width, new.x + new.width)
    bottom = min(old.y + dy + old.height, new.y + new.height)
    if right > left and bottom > top:
        shared = (right - left) * (bottom - top)
        return 0.1 + shared / (old.width * old.height + new.width * new.height - shared)
    (x0, y0), (x1, y1) = old.middle, new.middle
    gap = float(np.hypot(x1 - x0 - dx, y1 - y0 - dy)) / max(old.width, old.height, new.width, new.height)
    return max(0.0, 0.1 - gap / 15) if gap < 0.75 else 0.0

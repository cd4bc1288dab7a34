"""Blobs joined through time: a thing has one life, however often it is hidden for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tartip.engines.camera.background import Mask

STILL_SHARE = 0.12  # of its own size: less movement than that is trembling
LEAST_MATCH = 0.05
STANDS_MS = 1_000
MOST_BLOBS = 64


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
    """Connected parts at least `least` pixels wide or high, from the top left; only the largest where rain or snow
    gives hundreds. Outlines take a thirtieth of the time that labelling every pixel takes.

    The area with its holes comes from the outline by Pick's theorem: inner points + half the border points + 1.
    """
    import cv2

    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    parts = [(*cv2.boundingRect(line), round(cv2.contourArea(line) + len(line) / 2 + 1)) for line in outlines]
    if len(parts) > MOST_BLOBS:
        parts = sorted(parts, key=lambda part: -part[4])[:MOST_BLOBS]
    for x, y, width, height, area in sorted(parts, key=lambda part: (part[1], part[0])):
        if max(width, height) >= least and area >= 0.2 * width * height:
            yield Blob(x, y, width, height, area)


def match(things: list[Thing], found: list[Blob], at: int) -> dict[int, int]:
    """Thing index to blob index: the assignment with the greatest sum of likeness (scipy), none below LEAST_MATCH."""
    if not things or not found:
        return {}
    from scipy.optimize import linear_sum_assignment

    value = likeness(things, found, at)
    rows, columns = linear_sum_assignment(value, maximize=True)
    return {i: j for i, j in zip(rows.tolist(), columns.tolist(), strict=True) if value[i, j] >= LEAST_MATCH}


def likeness(things: list[Thing], found: list[Blob], at: int) -> NDArray[np.float64]:
    """(things, blobs): overlap over union of the expected and the found rectangle; where none, nearness up to half the
    size. What is below LEAST_MATCH is 0, so that no assignment gives up a match for it."""
    old = np.array([(b.x, b.y, b.width, b.height) for b in (thing.blob for thing in things)], np.float64)[:, None]
    new = np.array([(b.x, b.y, b.width, b.height) for b in found], np.float64)[None]
    for row, thing in enumerate(things):
        passed = 0 if thing.stands(at) else at - thing.seen_at
        old[row, 0, :2] += thing.velocity[0] * passed, thing.velocity[1] * passed
    least, most = (
        np.maximum(old[..., :2], new[..., :2]),
        np.minimum(old[..., :2] + old[..., 2:], new[..., :2] + new[..., 2:]),
    )
    shared = np.clip(most - least, 0, None).prod(axis=2)
    union = old[..., 2:].prod(axis=2) + new[..., 2:].prod(axis=2) - shared
    apart = np.linalg.norm(old[..., :2] + old[..., 2:] / 2 - new[..., :2] - new[..., 2:] / 2, axis=2)
    gap = apart / np.maximum(old[..., 2:].max(axis=2), new[..., 2:].max(axis=2))
    value = np.where(shared > 0, 0.1 + shared / union, np.where(gap < 0.75, 0.1 - gap / 15, 0))
    return np.where(value < LEAST_MATCH, 0, value)

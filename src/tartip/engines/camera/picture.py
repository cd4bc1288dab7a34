"""Can this picture be judged at all: blank, frozen, or suddenly another one?"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from tartip.engines.camera.background import SAMPLE, Mask
from tartip.engines.camera.events import FlawKind
from tartip.engines.camera.source import Grey

FLAT = 4.0  # deviation of grey levels below which a picture shows nothing
BLACK = 12  # mean grey level of a black picture
LOST_CONTRAST = 0.3  # a covered lens keeps less than this share of the deviation
FROZEN_MS = 5_000
LIVELY_MS = 1_000  # a camera that ever repeats a picture longer than this while learning has no noise to go by
HISTORY_MS = 400
RISE = 0.15  # share of the picture that vehicles do not newly cover within HISTORY_MS
SPREAD = 0.3  # share of the picture's cells in which something newly differs: a shaken or nudged camera
CELLS = (16, 9)
BLOCK = 16  # pixels; blocks of this size are compared for structure
STRUCTURE = 0.5  # correlation from which two pictures show the same place
MOST_KEPT = 32


class Quality:
    """`check` every look before it is used: None, PICTURE_BLANK or PICTURE_FROZEN."""

    def __init__(self) -> None:
        self.deviation = 0.0
        self.before: NDArray[np.uint8] | None = None
        self.changed_at = 0
        self.lively = True

    def check(self, grey: Grey, at: int, learning: bool) -> FlawKind | None:
        """`learning`: the scene is not known yet, so what is seen now is what this camera usually shows."""
        sample = np.ascontiguousarray(grey[::SAMPLE, ::SAMPLE])
        same = self.before is not None and np.array_equal(sample, self.before)
        if not same:
            self.before, self.changed_at = sample, at
        deviation = float(sample.std())
        if deviation < FLAT and (float(sample.mean()) < BLACK or deviation < LOST_CONTRAST * self.deviation):
            return FlawKind.PICTURE_BLANK
        still = at - self.changed_at
        if learning:
            self.deviation = max(self.deviation, deviation)
            self.lively = self.lively and still < LIVELY_MS // 2
        return FlawKind.PICTURE_FROZEN if self.lively and still >= FROZEN_MS else None


class Suddenness:
    """`jumped`: did a large part of the picture begin to differ within HISTORY_MS? Vehicles take longer."""

    def __init__(self) -> None:
        self.seen: deque[tuple[int, float, float]] = deque(maxlen=64)

    def jumped(self, mask: Mask, at: int) -> float:
        """Share of the picture that changed at once, or 0."""
        import cv2

        share = cv2.countNonZero(mask) / mask.size
        cells = cv2.resize(mask, CELLS, interpolation=cv2.INTER_AREA)
        spread = cv2.countNonZero(cells) / cells.size
        while self.seen and at - self.seen[0][0] > HISTORY_MS:
            self.seen.popleft()
        least_share = min((s for _, s, _ in self.seen), default=0.0)
        least_spread = min((s for *_, s in self.seen), default=0.0)
        self.seen.append((at, share, spread))
        if share - least_share > RISE or spread - least_spread > SPREAD:
            return max(share, spread / 10)
        return 0.0

    def forget(self) -> None:
        self.seen.clear()


class Sample:
    """At most 32 pictures spread evenly over any length of time, for a median without moving things."""

    def __init__(self) -> None:
        self.kept: list[Grey] = []
        self.stride = 1
        self.number = 0

    def add(self, grey: Grey) -> None:
        if self.number % self.stride == 0:
            self.kept.append(grey.copy())  # the caller may fill the same array with the next picture
            if len(self.kept) == MOST_KEPT:
                self.kept, self.stride = self.kept[::2], 2 * self.stride
        self.number += 1

    def median(self) -> Grey:
        return np.asarray(np.median(np.stack(self.kept), axis=0), np.uint8)


def same_place(old: Grey, new: Grey) -> bool:
    """Do two pictures show one place, perhaps in another light? By the correlation of blocks that have structure.

    Where there is no structure to compare (a bare wall, fog) the light gets the blame.
    """
    import cv2

    high, wide = (size // BLOCK * BLOCK for size in old.shape)
    if not high or not wide:
        return True
    blocks = []
    for picture in (old, new):
        calm = cv2.GaussianBlur(picture, (0, 0), 1.5)[:high, :wide].astype(np.float32)
        cut = calm.reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK).swapaxes(1, 2).reshape(-1, BLOCK * BLOCK)
        blocks.append(cut - cut.mean(axis=1, keepdims=True))
    power = [(part * part).mean(axis=1) for part in blocks]
    textured = np.minimum(*power) > FLAT
    if textured.mean() < 0.1:
        return True
    likeness = (blocks[0] * blocks[1]).mean(axis=1)[textured] / np.sqrt(power[0] * power[1])[textured]
    return bool(np.median(likeness) >= STRUCTURE)

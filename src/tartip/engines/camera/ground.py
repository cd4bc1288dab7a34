"""The empty scene: a reference picture that learns only where nothing stands, and follows the light."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from tartip.engines.camera.source import Grey

Mask = NDArray[np.uint8]
"""(height, width), 255 where something differs from the empty scene."""

SAMPLE = 4
LEARN = 0.03
JUMP = 0.5
CLEAR = 1.25


class Change(Enum):
    CAME = 1
    LEFT = 2
    UNCLEAR = 3


class Ground:
    """Feed with `learn` during warm-up, then ask `differs` look by look.

    Method: static reference with selective update and a global gain; the reference never learns where something
    differs, so a thing that stays is never swallowed before it was judged.
    """

    def __init__(self, first: list[Grey], threshold: int) -> None:
        self.reference = np.median(np.stack(first), axis=0).astype(np.float32)
        self.threshold = threshold
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1

    def differs(self, grey: Grey, near: int) -> tuple[Mask, Grey]:
        """Mask of what is not the empty scene, parts nearer than `near` pixels joined; the light-corrected picture."""
        import cv2

        gain = float(np.median((grey[::SAMPLE, ::SAMPLE].astype(np.float32) + 1) / self.level))
        steady = np.asarray(cv2.convertScaleAbs(grey, alpha=1 / max(gain, 0.05)), dtype=np.uint8)
        calm = np.asarray(cv2.GaussianBlur(steady, (3, 3), 0), dtype=np.uint8)
        away = cv2.absdiff(calm, cv2.convertScaleAbs(self.reference))
        _, over = cv2.threshold(away, self.threshold, 255, cv2.THRESH_BINARY)
        thin = cv2.morphologyEx(over, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        mask: Mask = np.asarray(
            cv2.morphologyEx(thin, cv2.MORPH_CLOSE, np.ones((near, near), np.uint8)), dtype=np.uint8
        )
        if cv2.countNonZero(mask) > JUMP * mask.size:
            self.absorb(steady, slice(None), slice(None))  # the light was switched, not half the scene replaced
            return np.zeros(grey.shape, dtype=np.uint8), steady
        free = cv2.bitwise_not(cv2.dilate(mask, np.ones((5, 5), np.uint8)))
        cv2.accumulateWeighted(calm, self.reference, LEARN, mask=free)
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1
        return mask, steady

    def absorb(self, steady: Grey, rows: slice, columns: slice) -> None:
        """From now on this part belongs to the empty scene."""
        self.reference[rows, columns] = steady[rows, columns]
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1

    def change(self, steady: Grey, mask: Mask, rows: slice, columns: slice) -> Change:
        """Whose edge the outline of the blob is: the picture's (something came), the reference's (a thing that was part
        of the scene from the start has left), or neither clearly (light, a shaken camera)."""
        import cv2

        part = mask[rows, columns]
        outline = cv2.morphologyEx(np.pad(part, 1), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
        if not outline.any():
            return Change.UNCLEAR
        now, before = (float(edges(p)[rows, columns][outline].mean()) for p in (steady, self.reference))
        return Change.CAME if now > CLEAR * before else Change.LEFT if before > CLEAR * now else Change.UNCLEAR


def edges(picture: NDArray[np.float32] | Grey) -> NDArray[np.float32]:
    import cv2

    across, down = (cv2.Sobel(picture, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down), dtype=np.float32)

"""The empty scene: a reference picture that learns only where nothing stands, and follows the light."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from tartip.engines.camera.source import Grey

Mask = NDArray[np.uint8]
"""(height, width), 255 where something differs from the empty scene."""

SAMPLE = 4  # every fourth pixel both ways is enough for the light
LEARN = 0.03
CLEAR = 1.25  # so much stronger must an edge be to be called the picture's or the reference's
SAME = 0.75  # correlation from which a part shows the reference in another light, or a little moved
MOVED = 5  # pixels by which a nudged camera may have moved
TEXTURE = 0.6
FINE = 6  # pixels; wider than that is light
NUDGED = 0.85
RING = 6  # pixels around a thing from which the light on it is taken


class Change(Enum):
    CAME = 1
    LEFT = 2
    UNCLEAR = 3


class Background:
    """`differs` look by look; `absorb` and `relearn` when something belongs to the scene from now on.

    Method: static reference with selective update and a global gain; the reference never learns where something
    differs, so a thing that stays is never swallowed before it was judged.
    """

    def __init__(self, reference: Grey, threshold: int) -> None:
        self.reference = calmed(reference).astype(np.float32)  # as blurred as what is compared with it
        self.threshold = threshold
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1

    def differs(self, grey: Grey, near: int) -> tuple[Mask, Grey]:
        """Mask of what is not the empty scene, parts nearer than `near` pixels joined; the light-corrected picture."""
        import cv2

        gain = float(np.median((grey[::SAMPLE, ::SAMPLE].astype(np.float32) + 1) / self.level))
        steady = np.asarray(cv2.convertScaleAbs(grey, alpha=1 / max(gain, 0.05)), dtype=np.uint8)
        calm = calmed(steady)
        away = cv2.absdiff(calm, cv2.convertScaleAbs(self.reference))
        _, over = cv2.threshold(away, self.threshold, 255, cv2.THRESH_BINARY)
        thin = cv2.morphologyEx(over, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        mask: Mask = np.asarray(
            cv2.morphologyEx(thin, cv2.MORPH_CLOSE, np.ones((near, near), np.uint8)), dtype=np.uint8
        )
        free = cv2.bitwise_not(cv2.dilate(mask, np.ones((5, 5), np.uint8)))
        cv2.accumulateWeighted(calm, self.reference, LEARN, mask=free)
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1
        return mask, steady

    def absorb(self, steady: Grey, rows: slice, columns: slice) -> None:
        """From now on this part belongs to the empty scene."""
        self.reference[rows, columns] = calmed(steady)[rows, columns]
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1

    def relearn(self, settled: Grey, keep: list[tuple[slice, slice]]) -> None:
        """The scene in a new light. What was hidden behind the things to `keep` is guessed: the old reference there,
        with the brightness and contrast that its surroundings have taken on."""
        fresh = calmed(settled).astype(np.float32)
        for rows, columns in keep:
            around = widened(rows, columns, RING)
            ring = np.ones(fresh[around].shape, bool)
            top, left = rows.start - around[0].start, columns.start - around[1].start
            ring[top : top + rows.stop - rows.start, left : left + columns.stop - columns.start] = False
            if ring.sum() < 8:
                continue
            old, new = self.reference[around][ring], fresh[around][ring]
            contrast = float(np.clip((new.std() + 1) / (old.std() + 1), 0.3, 3))
            fresh[rows, columns] = (self.reference[rows, columns] - old.mean()) * contrast + new.mean()
        self.reference = fresh
        self.level = self.reference[::SAMPLE, ::SAMPLE] + 1

    def change(self, steady: Grey, mask: Mask, rows: slice, columns: slice) -> Change:
        """Whose edge the outline of the blob is: the picture's (something came), the reference's (a thing that was part
        of the scene from the start has left), or neither clearly (light, a shaken camera)."""
        import cv2

        part = mask[rows, columns]
        outline = cv2.morphologyEx(np.pad(part, 1), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
        if not outline.any() or self.shows_through(steady, mask, rows, columns):
            return Change.UNCLEAR
        now, before = (float(edges(p)[rows, columns][outline].mean()) for p in (steady, self.reference))
        return Change.CAME if now > CLEAR * before else Change.LEFT if before > CLEAR * now else Change.UNCLEAR

    def shows_through(self, steady: Grey, mask: Mask, rows: slice, columns: slice) -> bool:
        """Is the reference still to be seen there: a patch of light, a shadow, or the scene moved by a few pixels?

        A thing hides what is behind it; light leaves its texture, and a nudge of the camera all that is around too.
        """
        lit = self.likeness(steady, rows, columns)
        if (lit.size and lit.max() >= SAME) or self.same_texture(steady, mask, rows, columns) >= TEXTURE:
            return True
        nudged = self.likeness(steady, *widened(rows, columns, RING))
        if not nudged.size:
            return False
        height, width = nudged.shape
        unmoved = nudged[height // 2, width // 2]
        return bool(nudged.max() >= NUDGED and nudged.max() > unmoved + 0.1)

    def same_texture(self, steady: Grey, mask: Mask, rows: slice, columns: slice) -> float:
        """Correlation of the fine structure under the mask: what is left when a cone of light is divided out."""
        import cv2

        around = widened(rows, columns, RING)
        fine = []
        for picture in (steady[around].astype(np.float32), self.reference[around]):
            calm = cv2.GaussianBlur(picture, (0, 0), 1)
            light = cv2.GaussianBlur(picture, (0, 0), FINE)
            fine.append(((calm - light) / (light + 10))[mask[around] > 0])
        old, new = (part - part.mean() for part in fine)
        return float((old * new).sum() / max(1e-6, float(np.sqrt((old * old).sum() * (new * new).sum()))))

    def likeness(self, steady: Grey, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Correlation of a part of the picture with the reference moved by up to MOVED pixels; empty at the border."""
        import cv2

        patch = calmed(steady)[rows, columns]
        place = cv2.convertScaleAbs(self.reference[widened(rows, columns, MOVED)])
        if min(patch.shape) < 3 or place.shape != (patch.shape[0] + 2 * MOVED, patch.shape[1] + 2 * MOVED):
            return np.zeros((0, 0), np.float32)
        return np.asarray(cv2.matchTemplate(place, patch, cv2.TM_CCOEFF_NORMED), np.float32)


def calmed(picture: Grey) -> Grey:
    import cv2

    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), dtype=np.uint8)


def widened(rows: slice, columns: slice, by: int) -> tuple[slice, slice]:
    return slice(max(0, rows.start - by), rows.stop + by), slice(max(0, columns.start - by), columns.stop + by)


def edges(picture: NDArray[np.float32] | Grey) -> NDArray[np.float32]:
    import cv2

    across, down = (cv2.Sobel(picture, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down), dtype=np.float32)

"""Make a rectangle of a picture unreadable, in place."""

from __future__ import annotations

from tartip.engines.redaction.arrays import Picture
from tartip.engines.redaction.params import Method

FACE_CELLS, PLATE_CELLS = 6, 3


def cover(picture: Picture, left: int, top: int, right: int, bottom: int, method: Method, cells: int) -> None:
    """Replace the rectangle by at most `cells` x `cells` colours (mosaic, or smoothed: blur), or by black (solid).

    What is shown is made from those few averages alone: no finer detail is left in the file to be sharpened again.
    The rectangle is cut to the picture; an empty one changes nothing.
    """
    import cv2

    left, top = max(0, left), max(0, top)
    place = picture[top : max(top, bottom), left : max(left, right)]
    if not place.size:
        return
    if method == Method.SOLID:
        place[:] = 0
        return
    height, width = place.shape[:2]
    few = cv2.resize(place, (min(cells, width), min(cells, height)), interpolation=cv2.INTER_AREA)
    smooth = cv2.INTER_LINEAR if method == Method.BLUR else cv2.INTER_NEAREST
    place[:] = cv2.resize(few, (width, height), interpolation=smooth)

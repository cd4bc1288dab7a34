"""What is going to be covered: found by the machine, open to be changed by a person before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tartip.engines.redaction.arrays import Boxes, Picture
from tartip.engines.redaction.errors import Flaw
from tartip.engines.redaction.params import RedactionParams, Region
from tartip.engines.redaction.report import Cover, Kind

LEAST_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Covers by frame of an upright picture of `width` x `height` pixels; `times_ms` has one entry per frame."""

    width: int
    height: int
    times_ms: tuple[int, ...]
    covers: tuple[Cover, ...]
    kept: int
    flaws: tuple[Flaw, ...]


def cover_of(
    kind: Kind, thread: int, frame: int, at_ms: int, box: Boxes, size: tuple[int, int], margin: int
) -> Cover | None:
    """The box with `margin` percent more on each side, cut to the picture; None where nothing is left."""
    width, height = size
    left, top, right, bottom = (float(n) for n in box)
    aside = max(LEAST_MARGIN, (right - left) * margin / 100)
    above = max(LEAST_MARGIN, (bottom - top) * margin / 100)
    x0, y0 = max(0, int(left - aside)), max(0, int(top - above))
    x1, y1 = min(width, int(right + aside) + 1), min(height, int(bottom + above) + 1)
    return Cover(frame, at_ms, kind, thread, x0, y0, x1 - x0, y1 - y0) if x1 > x0 and y1 > y0 else None


def chosen(params: RedactionParams, times_ms: tuple[int, ...], width: int, height: int) -> Iterable[Cover]:
    """The regions a person asked to hide, on their frame or on all."""
    for region in params.hide:
        for frame in range(len(times_ms)) if region.frame is None else (region.frame,):
            if frame < len(times_ms):
                box = (region.x, region.y, region.x + region.width, region.y + region.height)
                x0, y0, x1, y1 = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
                if x1 > x0 and y1 > y0:
                    yield Cover(frame, times_ms[frame], Kind.CHOSEN, 0, x0, y0, x1 - x0, y1 - y0)


def in_regions(regions: tuple[Region, ...], frame: int, box: Boxes) -> bool:
    """Whether the middle of the box lies in a region that speaks of this frame."""
    x, y = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    return any(r.frame in (None, frame) and r.x <= x < r.x + r.width and r.y <= y < r.y + r.height for r in regions)


def reads_as_kept(params: RedactionParams, picture: Picture, box: Boxes) -> bool:
    """Whether the reader that was passed in reads one of the plates to keep."""
    if not params.keep_plates or params.read_plate is None:
        return False
    left, top, right, bottom = (max(0, int(n)) for n in box)
    crop = picture[top:bottom, left:right]
    return bool(crop.size) and params.read_plate(crop) in params.keep_plates

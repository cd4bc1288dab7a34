"""A frame as its three planes, so that what is not covered is written with the very numbers that were read.

Going through blue-green-red and back would need the right matrix and range twice; covering the planes needs neither.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from tartip.engines.redaction.arrays import Grey
from tartip.engines.redaction.cover import cover
from tartip.engines.redaction.params import Method

LIMITED, FULL = 1, 2  # AVColorRange
BT709 = 1  # AVColorSpace, AVColorPrimaries and AVColorTransferCharacteristic agree on this number
BLACK = {LIMITED: 16, FULL: 0}
NO_COLOUR = 128
MOST_ASPECT = 8


class Colours(NamedTuple):
    """What the file says about its numbers; copied to the written stream. `full`: 0 to 255, else 16 to 235."""

    space: int
    primaries: int
    transfer: int
    full: bool


class Planes(NamedTuple):
    """Brightness (height, width) and two planes of colour of half the size, rounded up."""

    y: Grey
    u: Grey
    v: Grey


def is_made_of_colours(frame: Any) -> bool:
    return bool(frame.format.is_rgb) or frame.format.name.startswith(("gray", "mono", "pal"))


def colours_of(frame: Any) -> Colours:
    """Pictures made of red, green and blue are written as BT.709 of limited range."""
    if is_made_of_colours(frame):
        return Colours(BT709, BT709, BT709, full=False)
    full = frame.format.name.startswith("yuvj") or int(frame.color_range) == FULL
    return Colours(int(frame.colorspace), int(frame.color_primaries), int(frame.color_trc), full)


def planes_of(frame: Any, colours: Colours, width: int, height: int) -> Planes:
    """The frame as decoded (not yet turned), scaled to `width` x `height` only where it differs."""
    made_of_colours = frame.format.is_rgb or frame.format.name.startswith(("gray", "mono", "pal"))
    how: dict[str, Any] = {"dst_colorspace": BT709} if made_of_colours else {}
    if not made_of_colours:
        how |= {
            "src_color_range": FULL if colours.full else LIMITED,
            "dst_color_range": FULL if colours.full else LIMITED,
        }
    if frame.format.name not in ("yuv420p", "yuvj420p") or (frame.width, frame.height) != (width, height):
        frame = frame.reformat(width=width, height=height, format="yuv420p", **how)
    return Planes(*(plane_array(plane) for plane in frame.planes))


def plane_array(plane: Any) -> Grey:
    """A view of the rows without the padding behind them."""
    rows = np.frombuffer(memoryview(plane), np.uint8, count=plane.line_size * plane.height)
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]


def turn_planes(planes: Planes, turns: int, mirrored: bool) -> Planes:
    """Quarter turns against the clock, after mirroring left and right."""
    return Planes(*(np.rot90(p[:, ::-1] if mirrored else p, turns) for p in planes))


def pad_even(planes: Planes) -> Planes:
    """H.264 of 4:2:0 takes even sizes: the last row and column are repeated."""
    height, width = planes.y.shape
    return Planes(np.pad(planes.y, ((0, height % 2), (0, width % 2)), mode="edge"), planes.u, planes.v)


def frame_of(planes: Planes) -> Any:
    """A new frame, so that no side data (captions, user data) of the source goes along."""
    import av

    height, width = planes.y.shape
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, values in zip(frame.planes, planes, strict=True):
        plane_array(plane)[:] = values
    return frame


def cover_planes(planes: Planes, box: tuple[int, int, int, int], method: Method, cells: int, full: bool) -> None:
    """Cover left, top, right, bottom; on the smaller planes rounded outwards."""
    left, top, right, bottom = (max(0, n) for n in box)
    half = (left // 2, top // 2, (right + 1) // 2, (bottom + 1) // 2)
    for plane, place, black in zip(
        planes, (box, half, half), (BLACK[FULL if full else LIMITED], 128, 128), strict=True
    ):
        if method == Method.SOLID:
            x0, y0, x1, y1 = place
            plane[y0:y1, x0:x1] = black
        else:
            cover(plane, *place, method, cells)


def turns_of(frame: Any) -> tuple[int, bool]:
    """Quarter turns against the clock and whether left and right are to be swapped first, by the display matrix."""
    turns, mirrored = round(frame.rotation / 90) % 4, False
    try:
        matrix = struct.unpack("<9i", bytes(frame.side_data["DISPLAYMATRIX"])[:36])
    except (KeyError, struct.error):
        return turns, mirrored
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    if a * d - b * c < 0:  # mirrored: take the swap of left and right out, and the rest is a turn
        a, b = -a, -b
        mirrored = True
        turns = {(True, True): 0, (True, False): 2}.get((abs(a) >= abs(b), a > 0), 1 if c > 0 else 3)
    return turns, mirrored


def aspect_of(stream: Any, turned: bool) -> Fraction:
    """Width of one pixel divided by its height, as the upright picture has it; a wild value counts as square."""
    aspect = stream.codec_context.sample_aspect_ratio or stream.sample_aspect_ratio
    if not aspect or not Fraction(1, MOST_ASPECT) <= aspect <= MOST_ASPECT:
        return Fraction(1)
    return 1 / Fraction(aspect) if turned else Fraction(aspect)

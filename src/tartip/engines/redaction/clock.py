"""When each frame is shown, counted from the first one, whatever the timestamps of the file say."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

LEAST_RATE, MOST_RATE, USUAL_RATE = 1, 240, 25
MOST_GAP_S = 10  # a longer step is a wild timestamp, not a camera that waited
TICKS = 90_000  # a second of the written file: whole numbers for every usual frame rate


def rate_of(stream: Any) -> Fraction:
    """Frames per second by the first of the header's figures that can be true.

    Of an elementary stream, which has no container, FFmpeg says 25 whatever is true; the stream's own header knows.
    """
    rates = [stream.average_rate, stream.codec_context.framerate, stream.guessed_rate, stream.base_rate]
    if stream.start_time is None and stream.duration is None:
        rates.insert(0, stream.codec_context.framerate)
    for rate in rates:
        if rate and LEAST_RATE <= rate <= MOST_RATE:
            return Fraction(rate)
    return Fraction(USUAL_RATE)


class Clock:
    """Feed frames in order with `at`. The first is at 0, and each later one is after the one before.

    A timestamp that is missing, does not grow or jumps by more than MOST_GAP_S is replaced by one step of the frame
    rate, and the following ones continue from there. `mended` counts those that were there and wrong.
    """

    def __init__(self, rate: Fraction) -> None:
        self.step = 1 / rate
        self.now: Fraction | None = None
        self.stamp: Fraction | None = None
        self.mended = 0

    def at(self, stamp: Fraction | None) -> Fraction:
        """Seconds from the first frame; stamp: seconds by the file, None where it has none."""
        if self.now is None:
            self.now, self.stamp = Fraction(0), stamp
            return self.now
        gap = None if stamp is None or self.stamp is None else stamp - self.stamp
        if gap is not None and not 0 < gap <= MOST_GAP_S:
            gap, self.mended = None, self.mended + 1
        self.now += self.step if gap is None else gap
        self.stamp = stamp if stamp is not None else None
        return self.now


def stamp_of(frame: Any) -> Fraction | None:
    if frame.pts is None or not frame.time_base:
        return None
    return Fraction(frame.pts * frame.time_base)


def ticks(at: Fraction) -> int:
    return round(at * TICKS)

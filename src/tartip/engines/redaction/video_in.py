"""Frames of a video, upright, until its end or until it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tartip.engines.redaction.arrays import Picture
from tartip.engines.redaction.errors import Flaw, TooLarge, UnreadableMedia

MOST_MISSING_S = 0.5  # the header promises a longer video than there is


class VideoIn:
    """Iterate once: (number, decoded frame). `flaws` is complete after the last frame."""

    def __init__(self, path: Path, max_pixels: int) -> None:
        import av

        if not path.is_file():
            raise UnreadableMedia(path.name, "no such file")
        if path.stat().st_size == 0:
            raise UnreadableMedia(path.name, "the file is empty")
        try:
            self.container: Any = av.open(str(path))
        except (av.FFmpegError, UnicodeDecodeError, ValueError) as error:
            raise UnreadableMedia(path.name, "no known video container") from error
        self.name = path.name
        self.flaws: set[Flaw] = set()
        self.limit = max_pixels
        if not self.container.streams.video:
            self.close()
            raise UnreadableMedia(path.name, "no picture stream inside")
        self.stream = self.container.streams.video[0]
        self.base = self.stream.time_base
        self.stream.thread_type = "AUTO"
        self.check(self.stream.codec_context.width, self.stream.codec_context.height)

    def check(self, width: int, height: int) -> None:
        if width * height > self.limit:
            self.close()
            raise TooLarge(self.name, width, height, self.limit)

    def frames(self) -> Iterator[tuple[int, Any]]:
        import av

        number, last = 0, None
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                break
            except av.FFmpegError:
                self.flaws.add(Flaw.TRUNCATED)
                break
            if packet.is_corrupt:
                self.flaws.add(Flaw.TRUNCATED)
            try:
                for frame in packet.decode():
                    self.check(frame.width, frame.height)
                    yield number, frame
                    number += 1
                    last = frame.pts if frame.pts is not None else last
            except av.FFmpegError:
                self.flaws.add(Flaw.DAMAGED_FRAMES)
        if not number:
            raise UnreadableMedia(self.name, "not one frame can be decoded")
        if self.stream.frames and number < self.stream.frames:
            self.flaws.add(Flaw.TRUNCATED)
        if not self.container.streams.audio and self.container.duration and last is not None:
            missing = self.container.duration / 1_000_000 - float((last - (self.stream.start_time or 0)) * self.base)
            if missing > MOST_MISSING_S:
                self.flaws.add(Flaw.TRUNCATED)

    def close(self) -> None:
        self.container.close()

    def __enter__(self) -> VideoIn:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def upright(frame: Any, width: int | None = None, height: int | None = None) -> Picture:
    """The decoded frame as a blue-green-red picture, scaled before it is turned as the phone was held."""
    picture = frame.to_ndarray(format="bgr24", width=width, height=height)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def millisecond(frame: Any, number: int, rate: float) -> int:
    """When the frame is shown, from the start of the stream's clock."""
    if frame.pts is None or frame.time_base is None:
        return int(number * 1000 / rate)
    return int(frame.pts * frame.time_base * 1000)

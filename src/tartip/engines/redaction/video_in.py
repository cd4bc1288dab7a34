"""Frames of a video, upright, until its end or until it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tartip.engines.errors import expect
from tartip.engines.redaction.arrays import Picture
from tartip.engines.redaction.clock import Clock, rate_of, stamp_of
from tartip.engines.redaction.errors import Flaw, TooLarge, UnreadableMedia
from tartip.engines.redaction.planes import turns_of

STILLS = ("mjpeg", "png", "bmp", "webp", "gif", "tiff")  # codecs of covers; of videos too where there is nothing else
TEXTS = {"concat", "hls", "dash", "imf", "sdp", "tty"}  # lists that name other files, and letters drawn as a video
MOST_SIDE = 16_384  # what H.264 holds
MOST_MISSING_S = 0.5  # the header promises a longer video than there is


class VideoIn:
    """Iterate once: (number, decoded frame, seconds). `flaws` is complete after the last frame."""

    def __init__(self, path: Path, max_pixels: int) -> None:
        import av

        expect("video", path, Path)
        if not path.is_file():
            raise UnreadableMedia(path.name, "no such file")
        if path.stat().st_size == 0:
            raise UnreadableMedia(path.name, "the file is empty")
        try:
            self.container: Any = av.open(str(path), metadata_errors="replace")
        except (av.FFmpegError, UnicodeDecodeError, ValueError) as error:
            raise UnreadableMedia(path.name, "no known video container") from error
        if self.container.format.name in TEXTS:
            self.close()
            raise UnreadableMedia(path.name, "no known video container")
        self.name = path.name
        self.flaws: set[Flaw] = set()
        self.limit = max_pixels
        stream = moving_stream(self.container)
        if stream is None:
            self.close()
            raise UnreadableMedia(path.name, "no moving picture inside")
        self.stream = stream
        self.rate = rate_of(stream)
        self.clock = Clock(self.rate)
        self.start = Fraction(0)  # the first frame's own timestamp, in seconds
        self.stream.thread_type = "AUTO"
        try:
            self.check(self.stream.codec_context.width, self.stream.codec_context.height)
        except TooLarge:
            self.close()
            raise

    def check(self, width: int, height: int) -> None:
        """Later frames are checked in the reader's thread, which must not close what another thread uses."""
        if width * height > self.limit:
            raise TooLarge(self.name, width, height, self.limit)
        if max(width, height) > MOST_SIDE:
            raise TooLarge(self.name, width, height, MOST_SIDE)

    def frames(self) -> Iterator[tuple[int, Any, Fraction]]:
        """Number, decoded frame, seconds from the first frame."""
        import av

        number, end, latest, sizes = 0, Fraction(0), Fraction(0), set()
        packets = self.container.demux(self.stream, *self.container.streams.audio)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                break
            except av.FFmpegError:
                self.flaws.add(Flaw.TRUNCATED)
                break
            if packet.stream is not self.stream:
                if packet.pts is not None:
                    latest = max(latest, Fraction(packet.pts * packet.time_base))
                continue
            if packet.is_corrupt:
                self.flaws.add(Flaw.TRUNCATED)
            try:
                for frame in packet.decode():
                    self.check(frame.width, frame.height)
                    sizes.add((frame.width, frame.height))
                    stamp = stamp_of(frame)
                    self.start = stamp if not number and stamp is not None else self.start
                    end = self.clock.at(stamp)
                    yield number, frame, end
                    number += 1
            except av.FFmpegError:
                self.flaws.add(Flaw.DAMAGED_FRAMES)
        if not number:
            raise UnreadableMedia(self.name, "not one frame can be decoded")
        if self.clock.mended:
            self.flaws.add(Flaw.TIMES_MENDED)
        if len(sizes) > 1:
            self.flaws.add(Flaw.SIZE_CHANGED)
        self.look_for_missing_end(end + self.clock.step, latest)

    def look_for_missing_end(self, end: Fraction, latest: Fraction) -> None:
        """The header promises more than was read. An edit list shows fewer frames than there are: count time instead.

        end: length of the pictures read, latest: last timestamp of the sound, in seconds.
        """
        if self.clock.mended:
            return
        if self.stream.duration and self.stream.time_base:
            promised = Fraction(self.stream.duration * self.stream.time_base)
        elif self.container.duration:
            promised, end = Fraction(self.container.duration, 1_000_000), max(end, latest)
        else:
            return
        if promised - end > MOST_MISSING_S:
            self.flaws.add(Flaw.TRUNCATED)

    def close(self) -> None:
        self.container.close()

    def __enter__(self) -> VideoIn:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def moving_stream(container: Any) -> Any:
    """The picture stream that is no cover or thumbnail, by codec too: some files do not mark theirs.

    Among several the file's own choice counts, then the largest.
    """
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    moving = [stream for stream in container.streams.video if not stream.disposition & still and stream.codec_context]

    def preference(stream: Any) -> tuple[bool, bool, int]:
        codec = stream.codec_context
        return codec.name not in STILLS, bool(stream.disposition & Disposition.default), codec.width * codec.height

    return max(moving, key=preference, default=None)


def upright(frame: Any, width: int | None = None, height: int | None = None, pixels: str = "bgr24") -> Picture:
    """The decoded frame as a blue-green-red (or "gray") picture, scaled before it is turned as the phone was held."""
    picture = frame.to_ndarray(format=pixels, width=width, height=height)
    turns, mirrored = turns_of(frame)
    if mirrored:
        picture = picture[:, ::-1]
    return np.ascontiguousarray(np.rot90(picture, turns))

"""Small grey pictures with their times, from a file or a stream."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.camera.clock import StreamClock
from tartip.engines.camera.errors import NoPicture
from tartip.engines.camera.events import Flaw, FlawKind

Grey = NDArray[np.uint8]

MOST_ERRORS = 50  # readings in a row that give no packet: the stream is over
MOST_UNREADABLE = 3_000  # packets in a row without a picture, of a live camera: about two minutes
MOST_COUNTED = 500  # packets
RATES = (1, 240)  # pictures a second that a container may claim; others are mistakes of the container
USUAL_RATE = 25
LISTS = {"concat", "hls", "dash", "imf", "sdp"}  # a recording that names other files must not show them
FILE_ONLY = {"protocol_whitelist": "file"}  # a playlist disguised as a video must not open addresses


def rate_of(stream: Any) -> float:
    """Pictures a second by the first figure that can be true.

    Of an elementary stream, which has no container, FFmpeg says 25 whatever is true; the stream's own header knows.
    """
    rates = [stream.average_rate, stream.guessed_rate, USUAL_RATE]
    if stream.start_time is None and stream.duration is None:
        rates.insert(0, stream.codec_context.framerate)
    return next(float(rate) for rate in rates if rate and RATES[0] <= rate <= RATES[1])


class Source:
    """Iterate: (milliseconds since the first picture, (height, width) grey). `frames` counts all that were decoded.

    `where`: path or address (rtsp://, http://) of anything PyAV opens. Only `rate` pictures a second are converted; a
    stream that breaks ends the iteration and sets `broken`. `take_flaws` hands out jumps of the clock. Raises
    NoPicture when it cannot be opened, and at the end of the iteration when no picture came.
    """

    def __init__(self, where: str | Path, side: int, rate: int, timeout_s: float = 10) -> None:
        import av

        self.name, self.side, self.rate = str(where), side, rate
        self.frames, self.broken = 0, False
        self.flaws: list[Flaw] = []
        options = {} if "://" in self.name else FILE_ONLY
        try:
            self.container: Any = av.open(self.name, timeout=timeout_s, options=options, metadata_errors="replace")
        except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
            raise NoPicture(self.name, "cannot be opened as a video") from error
        is_list = "://" not in self.name and self.container.format.name in LISTS
        self.stream: Any = None if is_list else moving_stream(self.container)
        if self.stream is None:
            self.container.close()
            raise NoPicture(self.name, "names other files" if is_list else "has no picture stream")

    def take_flaws(self) -> list[Flaw]:
        """Flaws since the last call."""
        taken, self.flaws = self.flaws, []
        return taken

    def __iter__(self) -> Iterator[tuple[int, Grey]]:
        self.stream.thread_type = "SLICE"
        clock = StreamClock(round(1000 / rate_of(self.stream)))
        first: int | None = None
        due, told = 0, -LEAST_BETWEEN_MS
        with self.container:
            for frame in self.decode():
                at, jump = clock.place(stamp_ms(frame))
                first = at if first is None else first
                at -= first
                self.frames += 1
                if jump and at - told >= LEAST_BETWEEN_MS:
                    told = at
                    self.flaws.append(Flaw(FlawKind.CLOCK_JUMPED, at, at, jump))
                if at < due:
                    continue
                due = max(due + 1000 // self.rate, at - 1000 // self.rate)
                if (grey := self.shrink(frame)) is not None:
                    yield at, grey
        if not self.frames:
            raise NoPicture(self.name, "holds not one readable frame")

    def decode(self) -> Iterator[Any]:
        """All pictures that can be decoded. An error costs the packet it is in.

        Too many readings in a row without a packet end the stream. Packets without a picture (the key frame is lost or
        still to come) never end a file, which has an end of its own, and end a live stream after two minutes.
        """
        import av

        packets, errors, unreadable = self.container.demux(self.stream), 0, 0
        live = "://" in self.name
        while errors <= MOST_ERRORS and not (live and unreadable > MOST_UNREADABLE):
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError, ValueError) as error:
                self.broken, errors = True, errors + 1
                if isinstance(error, (av.error.ExitError, av.error.TimeoutError, av.error.ConnectionResetError)):
                    return  # nothing came for the whole timeout
                packets = self.container.demux(self.stream)  # an error ends the generator, not the file
                continue
            if packet.size:
                errors = 0
            try:
                pictures = packet.decode()
            except (av.FFmpegError, ValueError, MemoryError):
                self.broken, unreadable = True, unreadable + 1
                continue
            for picture in pictures:
                unreadable = 0
                yield picture

    def shrink(self, frame: Any) -> Grey | None:
        """The grey picture, or None where the decoder knows that it is damaged or cannot convert it."""
        import av

        if frame.is_corrupt or min(frame.width, frame.height) < 1:
            self.broken = True
            return None
        scale = min(1.0, self.side / max(frame.width, frame.height))
        size = (max(8, round(frame.width * scale)), max(8, round(frame.height * scale)))
        try:
            return np.asarray(frame.to_ndarray(format="gray", width=size[0], height=size[1]), dtype=np.uint8)
        except (av.FFmpegError, ValueError, MemoryError):
            self.broken = True
            return None


LEAST_BETWEEN_MS = 10_000  # a clock that jumps at every picture is one flaw every ten seconds, not a flood


def moving_stream(container: Any) -> Any:
    """The stream of the camera: no cover picture, and where several are left the one that most pictures belong to.

    A cover is marked as attached picture, says that it has one picture, or gives one packet and then no more. The
    packets are counted on a second opening, and in files alone: a live stream cannot be asked twice.
    """
    import av

    attached = av.stream.Disposition.attached_pic
    moving = [s for s in container.streams.video if s.codec_context and not s.disposition & attached]
    packets = dict.fromkeys((s.index for s in moving), 0)
    if len(moving) > 1 and "://" not in container.name:
        with (
            contextlib.suppress(av.FFmpegError, OSError, ValueError),
            av.open(container.name, options=FILE_ONLY) as again,
        ):
            for packet in islice(again.demux(), MOST_COUNTED):
                if packet.stream.index in packets:
                    packets[packet.stream.index] += 1
    return max(
        moving,
        key=lambda s: (s.frames != 1, packets[s.index], s.frames, (s.width or 0) * (s.height or 0)),
        default=None,
    )


def stamp_ms(frame: Any) -> int | None:
    return None if frame.pts is None or not frame.time_base else int(frame.pts * frame.time_base * 1000)

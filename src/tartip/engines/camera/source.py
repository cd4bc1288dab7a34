"""Small grey frames with their times, from a file or a stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.camera.errors import NoPicture

Grey = NDArray[np.uint8]

MOST_ERRORS = 50  # a stream that only gives errors is over


class Source:
    """Iterate: (milliseconds since the first frame, (height, width) grey). `frames` counts all that were decoded.

    `where`: path or address (rtsp://, http://) of anything PyAV opens. Only `rate` frames a second are converted; a
    stream that breaks ends the iteration and sets `broken`.
    """

    def __init__(self, where: str | Path, side: int, rate: int, timeout_s: int = 10) -> None:
        import av

        self.name, self.side, self.rate = str(where), side, rate
        self.frames, self.broken = 0, False
        try:
            self.container: Any = av.open(self.name, timeout=timeout_s)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise NoPicture(self.name, "cannot be opened as a video") from error
        if not self.container.streams.video:
            self.container.close()
            raise NoPicture(self.name, "has no picture stream")

    def __iter__(self) -> Iterator[tuple[int, Grey]]:
        import av

        stream = self.container.streams.video[0]
        stream.thread_type = "SLICE"
        pace = float(stream.average_rate or 25)
        first: int | None = None
        due = last = errors = 0
        packets = self.container.demux(stream)
        with self.container:
            while True:
                try:
                    packet = next(packets)
                    decoded = packet.decode()
                except StopIteration:
                    break
                except av.FFmpegError:
                    self.broken, errors = True, errors + 1
                    if errors > MOST_ERRORS:
                        break
                    continue
                for frame in decoded:
                    at = moment(frame, self.frames, pace)
                    first = at if first is None else first
                    at = max(at - first, last)
                    self.frames += 1
                    if at >= due:
                        due = max(due + 1000 // self.rate, at - 1000 // self.rate)
                        last = at
                        yield at, self.grey(frame)
        if not self.frames:
            raise NoPicture(self.name, "holds not one readable frame")

    def grey(self, frame: Any) -> Grey:
        scale = min(1.0, self.side / max(frame.width, frame.height))
        size = (max(8, round(frame.width * scale)), max(8, round(frame.height * scale)))
        return np.asarray(frame.to_ndarray(format="gray", width=size[0], height=size[1]), dtype=np.uint8)


def moment(frame: Any, number: int, pace: float) -> int:
    return int(frame.pts * frame.time_base * 1000) if frame.pts is not None else int(number * 1000 / pace)

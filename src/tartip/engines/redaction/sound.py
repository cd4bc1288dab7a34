"""Sound of the source, decoded and written again as AAC: no packet of the source is taken over."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000
MOST_SILENCE_S = 10
MOST_CUT_S = 1  # sound that goes on after the last picture
LEAST_SILENCE_S = Fraction(1, 10)


def add_sound(out: Any, count: int) -> list[Any]:
    """Streams for all tracks of the source, to be added before anything is written."""
    return [out.add_stream("aac", rate=RATE, layout="stereo") for _ in range(count)]


def write_sound(source: Path, out: Any, heard: list[Any], start: Fraction, length: Fraction) -> bool:
    """Write every track; False where a part was lost.

    start: the first picture by the source's clock, length: of the written picture, in seconds.
    """
    import av

    whole = True
    for number, stream in enumerate(heard):
        try:
            with av.open(str(source), metadata_errors="replace") as again:
                whole = Track(out, stream, start, length).copy(again, again.streams.audio[number]) and whole
        except (av.FFmpegError, ValueError, OSError):
            whole = False
    return whole


class Track:
    """One track: resampled, with silence where the source has a hole, counted in samples from the first frame on."""

    def __init__(self, out: Any, stream: Any, start: Fraction, length: Fraction) -> None:
        import av

        self.out, self.stream, self.start = out, stream, start
        self.most = int(length * RATE)
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        self.written, self.cut = 0, 0

    def copy(self, container: Any, track: Any) -> bool:
        """False where packets cannot be decoded or nothing can be heard."""
        import av

        whole = True
        for packet in container.demux(track):
            try:
                for frame in packet.decode():
                    self.take(frame)
            except av.FFmpegError:
                whole = False
        heard = self.written > 0
        for frame in self.resampler.resample(None):
            self.put(frame.to_ndarray())
        self.out.mux(self.stream.encode(None))
        return whole and heard and self.cut <= MOST_CUT_S * RATE

    def take(self, frame: Any) -> None:
        if frame.pts is not None and frame.time_base:
            late = Fraction(frame.pts * frame.time_base) - self.start - Fraction(self.written, RATE)
            if LEAST_SILENCE_S < late <= MOST_SILENCE_S:
                self.put(np.zeros((2, int(late * RATE)), np.float32))
        frame.pts = None  # the resampler would put its own silence into jumps
        for part in self.resampler.resample(frame):
            self.put(part.to_ndarray())

    def put(self, samples: Any) -> None:
        """Not longer than the picture: the rest of a track that goes on for hours would be a film without a picture."""
        import av

        self.cut += max(0, samples.shape[1] - (self.most - self.written))
        samples = np.ascontiguousarray(samples[:, : max(0, self.most - self.written)])
        if not samples.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), self.written
        self.written += samples.shape[1]
        self.out.mux(self.stream.encode(frame))

"""Small made recordings with any time stamps, sizes and covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tartip.engines.camera.tests.made import scene


def write_clip(
    path: Path,
    frames: Iterable[tuple[int, np.ndarray]],
    stamp: Callable[[int, int], int] = lambda number, at: at,
    codec: str = "mjpeg",
    format: str = "matroska",
    cover: bool = False,
) -> Path:
    """`stamp` turns number and time of a picture into its stamp in milliseconds."""
    with av.open(str(path), "w", format=format) as out:
        if cover:
            still = out.add_stream("mjpeg", rate=1)
            still.width, still.height, still.pix_fmt = 640, 640, "yuvj420p"
        stream = out.add_stream(codec, rate=10)
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.width, stream.height = 320, 180
        stream.codec_context.time_base = Fraction(1, 1000 if codec == "mjpeg" else 10)
        if cover:
            picture = av.VideoFrame.from_ndarray(np.full((640, 640), 90, np.uint8), format="gray")
            out.mux(still.encode(picture))
            out.mux(still.encode(None))
        for number, (at, grey) in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format=stream.pix_fmt)
            for packet in stream.encode(picture):
                if codec == "mjpeg":
                    packet.pts, packet.dts, packet.time_base = stamp(number, at), at, Fraction(1, 1000)
                out.mux(packet)
        out.mux(stream.encode(None))
    return path


def empty(seconds: int) -> Iterable[tuple[int, np.ndarray]]:
    return scene(lambda picture, at: None, seconds)

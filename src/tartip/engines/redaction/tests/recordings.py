"""Small recordings as cameras, recorders and cutting programs write them."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

SIZE = (96, 64)


def frame_of(number: int, size: tuple[int, int] = SIZE) -> av.VideoFrame:
    """Left half dark, right half bright, brightness grows slowly: which frame and which side can be read back."""
    picture = np.full((size[1], size[0], 3), 40 + number, np.uint8)
    picture[:, size[0] // 2 :] = 200
    return av.VideoFrame.from_ndarray(picture, format="bgr24")


def record(
    file: Path, stamps: list[int | None], *, rate: int = 25, size: tuple[int, int] = SIZE, base: int = 1000, **how: Any
) -> Path:
    """Encode one frame per stamp, then write the packets with exactly these stamps (in 1/`base` s)."""
    with av.open(str(file), "w", format=how.get("format")) as out:
        stream: Any = out.add_stream("mpeg4" if file.suffix in (".avi", ".ts") else "libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        if stream.codec_context.name == "libx264":
            stream.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "10", **how.get("options", {})}
        stream.codec_context.time_base = Fraction(1, base)
        if "aspect" in how:
            stream.codec_context.sample_aspect_ratio = how["aspect"]
        for number, stamp in enumerate(stamps):
            frame = frame_of(number, size).reformat(format="yuv420p")
            frame.pts, frame.time_base = stamp, Fraction(1, base)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file


def pictures(file: Path, sizes: list[tuple[int, int]]) -> Path:
    """Frames kept as they are, of any size, also odd and flat ones."""
    with av.open(str(file), "w") as out:
        stream: Any = out.add_stream("png", rate=25)
        stream.width, stream.height = sizes[0]
        stream.pix_fmt = "rgb24"
        for number, size in enumerate(sizes):
            out.mux(stream.encode(frame_of(number, size).reformat(format="rgb24")))
        out.mux(stream.encode(None))
    return file


def stills(file: Path, sizes: list[tuple[int, int]]) -> Path:
    """JPEGs one after the other, as simple network cameras send them; each may have its own size."""
    file.write_bytes(
        b"".join(cv2.imencode(".jpg", frame_of(n, size).to_ndarray(format="bgr24"))[1] for n, size in enumerate(sizes))
    )
    return file


def even_stamps(count: int, rate: int = 25) -> list[int | None]:
    return [n * 1000 // rate for n in range(count)]


def with_sound(file: Path, codec: str, *, tracks: int = 1, count: int = 75, rate: int = 8000) -> Path:
    """`count` frames at 25 per second and a tone of the same length on each track."""
    with av.open(str(file), "w") as out:
        stream: Any = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        voices: list[Any] = [out.add_stream(codec, rate=rate, layout="mono") for _ in range(tracks)]
        for number in range(count):
            out.mux(stream.encode(frame_of(number)))
        out.mux(stream.encode(None))
        for voice in voices:
            voice.codec_context.open(strict=False)
            form, step = voice.codec_context.format.name, voice.codec_context.frame_size or 1024
            tone = np.sin(np.arange(count * rate // 25) / 5) * 0.3
            tone = tone.astype(np.float32) if form.startswith("flt") else (tone * 32767).astype(np.int16)
            for at in range(0, len(tone) - step + 1, step):
                part = av.AudioFrame.from_ndarray(tone[None, at : at + step], format=form, layout="mono")
                part.sample_rate, part.pts, part.time_base = rate, at, Fraction(1, rate)
                out.mux(voice.encode(part))
            out.mux(voice.encode(None))
    return file


def show_only(file: Path, first: int, count: int, rate: int = 25) -> Path:
    """Change the edit list of an MP4 so that `count` frames from number `first` on are shown.

    elst: version and flags, number of entries, then duration (movie clock) and first shown time (media clock).
    """
    data = bytearray(file.read_bytes())
    movie = struct.unpack(">I", data[data.index(b"mvhd") + 16 :][:4])[0]
    media = struct.unpack(">I", data[data.index(b"mdhd") + 16 :][:4])[0]
    at = data.index(b"elst") + 12
    before = struct.unpack(">i", data[at + 4 : at + 8])[0]
    data[at : at + 8] = struct.pack(">Ii", count * movie // rate, max(0, before) + first * media // rate)
    file.write_bytes(data)
    return file


def put_facts_first(file: Path) -> Path:
    """Move `udta` before the tracks inside `moov` (which is at the end, so that no offset changes)."""
    data = bytearray(file.read_bytes())
    at = data.index(b"moov") - 4
    end, child, boxes = at + struct.unpack(">I", data[at : at + 4])[0], at + 8, []
    while child < end:
        size = struct.unpack(">I", data[child : child + 4])[0]
        boxes.append(bytes(data[child : child + size]))
        child += size
    boxes.sort(key=lambda box: [b"mvhd", b"udta", b"trak"].index(box[4:8]))
    data[at + 8 : end] = b"".join(boxes)
    file.write_bytes(data)
    return file


def set_matrix(file: Path, a: int, b: int, c: int, d: int) -> Path:
    """Write the display matrix of the first track (tkhd version 0: 44 bytes after the name)."""
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd") + 44
    one = 1 << 16
    data[at : at + 36] = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    file.write_bytes(data)
    return file


def played(file: Path) -> tuple[list[np.ndarray], float, Any]:
    """Frames as a player shows them (blue-green-red), length in seconds, the picture stream's facts."""
    with av.open(str(file)) as video:
        stream = video.streams.video[0]
        frames = [frame.to_ndarray(format="bgr24") for frame in video.decode(stream)]
        assert stream.duration is not None
        return frames, float(stream.duration * stream.time_base), stream.codec_context

"""Watch a recording or pictures at hand, to the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tartip.engines.camera.events import Event, Flaw, Minute, Told, Watch
from tartip.engines.camera.params import CameraParams
from tartip.engines.camera.source import Grey, Source
from tartip.engines.camera.watcher import Watcher
from tartip.engines.errors import BadInput


def watch(where: str | Path, params: CameraParams = CameraParams()) -> Watch:
    """Everything that happened in a recording (path or address); for a live camera use `watch_stream`.

    Raises NoPicture when no picture can be read; a break in the middle sets `broken`, a jump of the clock is a flaw.
    """
    watcher = Watcher(params)
    source = Source(where, params.side, params.rate)
    return collect(watcher, look_through(source, watcher), source)


def watch_frames(frames: Iterable[tuple[int, Grey]], params: CameraParams = CameraParams()) -> Watch:
    """The same for pictures at hand: (milliseconds, (height, width) grey), in order of time. Raises BadInput."""
    watcher = Watcher(params)
    if not isinstance(frames, Iterable):
        raise BadInput("frames", type(frames).__name__, "must be pairs of milliseconds and picture")
    return collect(watcher, (told for frame in frames for told in watcher.look(*pair_of(frame))))


def pair_of(frame: tuple[int, Grey]) -> tuple[int, Grey]:
    if not isinstance(frame, tuple | list) or len(frame) != 2:
        raise BadInput("frames", type(frame).__name__, "must be pairs of milliseconds and picture")
    return frame[0], frame[1]


def look_through(source: Source, watcher: Watcher) -> Iterator[Told]:
    """What a watcher tells about a source, while it runs; its last minute stays open."""
    for at, grey in source:
        yield from source.take_flaws()
        yield from watcher.look(at, grey)


def collect(watcher: Watcher, told: Iterable[Told], source: Source | None = None) -> Watch:
    everything = [*told, *watcher.finish()]
    return Watch(
        events=tuple(one for one in everything if isinstance(one, Event)),
        minutes=tuple(one for one in everything if isinstance(one, Minute)),
        frames=source.frames if source else watcher.looks,
        looks=watcher.looks,
        duration_ms=watcher.last,
        broken=source.broken if source else False,
        flaws=tuple(one for one in everything if isinstance(one, Flaw)),
        lines=tuple(line.name for line in watcher.params.lines),
    )

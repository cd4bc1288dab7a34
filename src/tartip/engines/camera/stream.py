"""A live camera: events while it runs, and a stream that is opened again when it ends or breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tartip.engines.camera.errors import NoPicture
from tartip.engines.camera.events import Flaw, FlawKind, Told
from tartip.engines.camera.params import CameraParams
from tartip.engines.camera.source import Source
from tartip.engines.camera.watcher import Watcher
from tartip.engines.errors import BadInput, expect


@dataclass(frozen=True, slots=True)
class Reconnect:
    """How a lost stream is opened again: after `first_wait_ms`, then twice as long each time, at most `most_wait_ms`.

    After `tries` in a row without success it is given up. A stream counts as back only when it has run for `steady_ms`
    once; one that breaks sooner is part of the same row, so a camera that dies at once is not asked a thousand times.
    """

    first_wait_ms: int = 1_000
    most_wait_ms: int = 60_000
    tries: int = 100
    steady_ms: int = 10_000
    timeout_s: int = 10

    def __post_init__(self) -> None:
        for name in ("first_wait_ms", "most_wait_ms", "timeout_s"):
            if type(getattr(self, name)) is not int or getattr(self, name) < 1:
                raise BadInput(name, getattr(self, name), "must be a whole number above zero")
        for name in ("tries", "steady_ms"):
            if type(getattr(self, name)) is not int or getattr(self, name) < 0:
                raise BadInput(name, getattr(self, name), "must be a whole number, not negative")

    def wait_ms(self, attempt: int) -> int:
        """Wait before the attempt with this number, counted from 1."""
        return int(min(self.most_wait_ms, self.first_wait_ms << min(attempt - 1, 30)))


def watch_stream(
    where: str,
    params: CameraParams = CameraParams(),
    reconnect: Reconnect = Reconnect(),
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Told]:
    """Events, minutes and flaws of a live camera, each as soon as it is known; closing the generator closes the stream.

    Memory does not grow with time. STREAM_LOST, STREAM_BACK and STREAM_ENDED tell of breaks; the time of a break
    counts as time. Ends after STREAM_ENDED. Raises NoPicture when the first opening fails or gives no picture: an
    address that never worked is a mistake, not a break.
    """
    expect("reconnect", reconnect, Reconnect)
    watcher, attempt, lost_at = Watcher(params), 0, 0.0
    while True:
        began, back = watcher.last, not attempt
        try:
            source = Source(where, params.side, params.rate, reconnect.timeout_s)
            for at, grey in source:
                if not back:
                    back = True
                    away = int((now() - lost_at) * 1000)
                    watcher.interrupt(away)
                    began = watcher.last  # the break itself is not time that the stream ran
                    yield Flaw(FlawKind.STREAM_BACK, watcher.last, watcher.last - away, away)
                yield from (replace(flaw, at_ms=watcher.last, since_ms=watcher.last) for flaw in source.take_flaws())
                yield from watcher.look(at, grey)
        except NoPicture:
            if not watcher.looks:
                raise
        if watcher.last - began >= reconnect.steady_ms:
            attempt = 0
        lost_at = now()
        if attempt >= reconnect.tries:
            yield from watcher.finish()
            yield Flaw(FlawKind.STREAM_ENDED, watcher.last, watcher.last, attempt)
            return
        yield Flaw(FlawKind.STREAM_LOST, watcher.last, watcher.last, attempt)
        attempt += 1
        sleep(reconnect.wait_ms(attempt) / 1000)

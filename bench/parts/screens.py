"""Many screens of the live stream played by one process over raw sockets, for the bench and for tests."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# The hub says its state when a screen has been given everything it missed.
SERVED = b"event: state"
RETRY_SECONDS = 0.2


@dataclass(eq=False)
class Screen:
    """One screen and how it fares."""

    due: float
    connection: socket.socket | None = None
    request: bytes = b""
    data: bytearray = field(default_factory=bytearray)
    served_at: float | None = None
    failed: str = ""

    @property
    def last_index(self) -> int:
        """The last `id:` it was given: what a browser sends back as Last-Event-ID."""
        found = bytes(self.data).rsplit(b"\nid: ", 1)
        return int(found[1].split(b"\n", 1)[0]) if len(found) == 2 else -1


def open_screens(
    port: int, token: str, count: int, *, within: float = 0.0, last: Callable[[int], int | None] = lambda _: None,
    patience: float = 30.0,
) -> tuple[list[Screen], float]:  # fmt: skip
    """Open `count` streams spread over `within` seconds; returns them and the seconds until the last was served.

    A screen that is refused, cut off, or not served within `patience` is `failed`; nothing is tried twice.
    """
    begun = time.perf_counter()
    screens = [Screen(begun + within * n / count) for n in range(count)]
    selector = selectors.DefaultSelector()
    for number, screen in enumerate(screens):
        seen = last(number)
        header = "" if seen is None else f"Last-Event-ID: {seen}\r\n"
        screen.request = (
            f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n{header}\r\n"
        ).encode()
    waiting, started, end = list(screens), 0, begun + within + patience
    while waiting and time.perf_counter() < end:
        while started < count and screens[started].due <= time.perf_counter():
            _begin(screens[started], port, selector)
            started += 1
        for key, events in selector.select(0.005 if started < count else 0.1):
            _advance(key.data, events, selector)
        waiting = [one for one in waiting if one.served_at is None and not one.failed]
    for one in waiting:
        one.failed = f"not served in {patience:g} s"
    took = max((one.served_at for one in screens if one.served_at is not None), default=end) - begun
    return screens, took


def close_screens(screens: list[Screen]) -> None:
    for one in screens:
        if one.connection is not None:
            one.connection.close()
            one.connection = None


def _begin(screen: Screen, port: int, selector: selectors.BaseSelector) -> None:
    screen.connection = socket.socket()
    screen.connection.setblocking(False)
    screen.connection.connect_ex(("127.0.0.1", port))
    selector.register(screen.connection, selectors.EVENT_WRITE, screen)


def _advance(screen: Screen, events: int, selector: selectors.BaseSelector) -> None:
    connection = screen.connection
    assert connection is not None
    try:
        if events & selectors.EVENT_WRITE:
            connection.sendall(screen.request)
            selector.modify(connection, selectors.EVENT_READ, screen)
            return
        data = connection.recv(65536)
    except BlockingIOError:
        return
    except OSError as error:
        data, screen.failed = b"", type(error).__name__
    screen.data += data
    if screen.data and not screen.data.startswith((b"HTTP/1.1 200", b"HTTP/1.1 200"[: len(screen.data)])):
        screen.failed = bytes(screen.data[:12]).decode("latin1")
    elif not data:
        screen.failed = screen.failed or "closed"
    elif SERVED in screen.data:
        screen.served_at = time.perf_counter()
    if screen.failed or screen.served_at is not None:
        selector.unregister(connection)

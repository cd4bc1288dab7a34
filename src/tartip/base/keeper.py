"""The keeper: seals the journal twenty times a second and looks after clocks once a second. One process, one loop."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from tartip.core.clocks.breach import breach_due
from tartip.core.journal.sealing import seal

log = logging.getLogger("tartip.keeper")

SEAL_EVERY = 0.05
CLOCKS_EVERY = 1.0
AFTER_TROUBLE = 1.0


def keep(stop: threading.Event | None = None) -> None:
    """Run until told to stop. A lost database is waited for; nothing else ends the loop."""
    stop = stop or _stop_on_signal()
    next_clocks = 0.0
    while not stop.is_set():
        begun = time.monotonic()
        sealed = _guarded(lambda: seal().count, stop)
        if begun >= next_clocks:
            next_clocks = begun + CLOCKS_EVERY
            _guarded(breach_due, stop)
        if not sealed:
            stop.wait(max(0.0, SEAL_EVERY - (time.monotonic() - begun)))


def _guarded(work: Callable[[], int], stop: threading.Event) -> int:
    try:
        return work()
    except (OperationalError, InterfaceError, DatabaseError) as error:
        log.warning("waiting for the database: %s", error)
        connection.close()
        stop.wait(AFTER_TROUBLE)
        return 0


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop

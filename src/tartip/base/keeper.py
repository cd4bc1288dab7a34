"""The keeper: seals the journal twenty times a second, looks after clocks each second, forgets old sessions daily."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from tartip.core.clocks.breach import breach_due
from tartip.core.journal.sealing import seal

log = logging.getLogger("tartip.keeper")

SEAL_EVERY = 0.05
CLOCKS_EVERY = 1.0
TIDY_EVERY = 24 * 3600.0
AFTER_TROUBLE = 1.0


def keep(stop: threading.Event | None = None) -> None:
    """Run until told to stop. A lost database is waited for; nothing else ends the loop."""
    stop = stop or _stop_on_signal()
    next_clocks = next_tidy = 0.0
    while not stop.is_set():
        begun = time.monotonic()
        sealed = _guarded(lambda: seal().count, stop)
        if begun >= next_clocks:
            next_clocks = begun + CLOCKS_EVERY
            _guarded(breach_due, stop)
        if begun >= next_tidy:
            next_tidy = begun + TIDY_EVERY
            _guarded(_forget_sessions, stop)
        if not sealed:
            stop.wait(max(0.0, SEAL_EVERY - (time.monotonic() - begun)))


def _forget_sessions() -> int:
    call_command("clearsessions")
    return 0


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

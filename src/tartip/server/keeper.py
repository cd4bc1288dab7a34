"""The background process: seals the journal, looks after clocks, jobs and the law's tables, erases what is due.

Each duty runs in a thread with a connection of its own, so that one that fails or takes long holds up no other. A
failure of any kind is logged and reported; the duty goes on, after a wait that grows with failures in a row.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.management import call_command
from django.db import connection

from tartip.core.clocks.breach import BATCH, breach_due
from tartip.core.clocks.recount import recount
from tartip.core.gaps.queries import look_for_gaps
from tartip.core.journal.erasure import erase_due
from tartip.core.journal.sealing import seal, signing_key
from tartip.core.time import now
from tartip.operations.units.actions import climb_alarms
from tartip.server import database_roles, health, jobs
from tartip.server.patience import PATIENCE
from tartip.server.reasons import reason_of

log = logging.getLogger("tartip.keeper")

REPORT_EVERY = 2.0
FIRST_WAIT = 0.2
LONGEST_WAIT = 30.0
STOP_SECONDS = 5.0


@dataclass
class Duty:
    """One thing done again and again. `work` returns True if there is more to do at once."""

    name: str
    work: Callable[[], bool]
    every: float
    longest_wait: float = LONGEST_WAIT
    done_at: datetime | None = None
    failures: int = 0
    error: str = ""
    thread: threading.Thread | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.name not in PATIENCE or self.name not in health.NAMES:
            raise LookupError(f"nobody would see the duty {self.name!r} fail: PATIENCE and health.NAMES do not name it")

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            begun = time.monotonic()
            try:
                more = self.work()
            except Exception as error:
                self.error = reason_of(error)  # first: whoever reads the failures reads it too
                self.failures += 1
                # The whole story once; a lost database would otherwise fill the log with it.
                log.error("%s failed (%d in a row): %s", self.name, self.failures, self.error,
                          exc_info=self.failures == 1)  # fmt: skip
                _leave_connection()
                stop.wait(min(FIRST_WAIT * 2 ** min(self.failures, 10), self.longest_wait))
                continue
            self.done_at, self.failures, self.error = now(), 0, ""
            if not more:
                stop.wait(max(0.0, self.every - (time.monotonic() - begun)))
        _leave_connection()

    def start(self, stop: threading.Event) -> None:
        self.thread = threading.Thread(target=self.run, args=(stop,), name=self.name, daemon=True)
        self.thread.start()


def _leave_connection() -> None:
    try:
        connection.close()
    except Exception:
        log.debug("a broken connection could not be closed", exc_info=True)


def duties() -> list[Duty]:
    return [
        # Screens and receipts wait for the seal: it is tried again within seconds, however often it failed.
        Duty("seal", _seal, 0.05, longest_wait=2.0),
        Duty("clocks", lambda: breach_due() == BATCH, 1.0),
        Duty("alarms", lambda: climb_alarms() > 0, 1.0, longest_wait=2.0),
        Duty("jobs", lambda: jobs.take_up_lost() > 0, 2.0, longest_wait=5.0),
        Duty("roles", _take_back_settings, 30.0),
        # At the start too: a new version may bring a decree on working days, or the base rate of the next year.
        Duty("law", _look_after_law, 24 * 3600.0),
        Duty("tidy", _tidy, 24 * 3600.0),
        Duty("retention", _erase, 24 * 3600.0),
    ]


def keep(stop: threading.Event | None = None, work: Sequence[Duty] | None = None) -> None:
    """Run all duties until told to stop."""
    stop = stop or _stop_on_signal()
    running = list(duties() if work is None else work)
    for duty in running:
        duty.start(stop)
    alarms = health.Alarms()
    while not stop.is_set():
        try:
            for duty in running:
                if duty.thread is None or not duty.thread.is_alive():
                    log.error("the thread of %s ended by itself; it begins again", duty.name)
                    duty.start(stop)
            health.report({duty.name: (duty.done_at, duty.failures, duty.error) for duty in running})
            alarms.look()
        except Exception as error:
            log.error("the state of the duties cannot be reported: %s", reason_of(error))
            _leave_connection()
        stop.wait(REPORT_EVERY)
    for duty in running:
        if duty.thread is not None:
            duty.thread.join(STOP_SECONDS)
    _leave_connection()


def _seal() -> bool:
    signing_key()  # a wrong key is reported at once and not with the first entry
    return seal().count > 0


def _take_back_settings() -> bool:
    for setting in database_roles.take_back_settings():
        log.error(
            "ALARM: taken back: %s. A log-in had set it for itself; look for a process that was taken over", setting
        )
    return False


def _look_after_law() -> bool:
    recount()
    look_for_gaps()
    return False


def _tidy() -> bool:
    """Old sessions, and jobs that succeeded long ago: a batch at a time, so that nothing is locked for long."""
    call_command("clearsessions")
    return jobs.forget_done() == jobs.BATCH


def _erase() -> bool:
    erase_due()
    return False


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop

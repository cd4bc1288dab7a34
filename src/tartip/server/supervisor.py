"""One command for all parts: starts them, restarts what crashes, stops them in reverse order, keeps PostgreSQL up."""

from __future__ import annotations

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from tartip.server import postgres

LOOK_EVERY = 0.3
STEADY_AFTER = 30.0
LONGEST_WAIT = 30.0
STOP_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """One process of the system and how it fares."""

    name: str
    command: list[str]
    # Whether it signs the journal: no other part is handed the private key.
    seals: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.5
    restart_at: float = 0.0
    restarts: int = 0


def granian(host: str, port: int) -> list[str]:
    """The web server. Without a kill timeout one open stream would hold up every stop; heads of requests have a time.

    Never granian's own WSGI interface: its threads wait for the rest of a body that its sender holds back.
    """
    return [
        *(sys.executable, "-m", "granian", "--host", host, "--port", str(port), "--workers", "1", "--no-ws"),
        *("--interface", "asgi", "--backlog", "2048", "--backpressure", "4096"),
        *("--http1-header-read-timeout", str(settings.RECEIVE_SECONDS * 1000)),
        *("--log-level", "warning", "--workers-kill-timeout", "3"),
        "tartip.server.asgi:application",
    ]


class Supervisor:
    """Runs parts until told to stop. `say` gets one line for everything an operator should know."""

    def __init__(self, parts: list[Part], data: pathlib.Path | None, say: Callable[[str], None]) -> None:
        self.parts, self.data, self.say = parts, data, say
        self.stopping = threading.Event()

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        for part in self.parts:
            self._start(part)
        try:
            while not self.stopping.wait(LOOK_EVERY):
                self._look()
        finally:
            self.stop()

    def _look(self) -> None:
        if self.data is not None and not postgres.running(self.data):
            try:
                postgres.start(self.data)
                self.say("PostgreSQL was down and is up again")
            except postgres.PostgresFailed:
                return
        now = time.monotonic()
        for part in self.parts:
            if part.process is None:
                if now >= part.restart_at:
                    self._start(part)
            elif part.process.poll() is not None:
                self._fell(part, now)

    def _fell(self, part: Part, now: float) -> None:
        assert part.process is not None
        # A killed web server leaves its worker serving the port with old code.
        _kill_group(part.process)
        part.wait = 0.5 if now - part.started > STEADY_AFTER else min(part.wait * 2, LONGEST_WAIT)
        part.restart_at = now + part.wait
        part.restarts += 1
        self.say(f"{part.name} ended with {part.process.returncode}; again in {part.wait:g} s")
        part.process = None

    def _start(self, part: Part) -> None:
        part.process = subprocess.Popen(
            part.command,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            env={**_environment(part), "PYTHONUNBUFFERED": "1"},
        )
        part.started = time.monotonic()

    def stop(self) -> None:
        self.stopping.set()
        end = time.monotonic() + STOP_SECONDS
        for part in reversed(self.parts):
            if part.process is not None and part.process.poll() is None:
                part.process.send_signal(signal.SIGTERM)
        for part in reversed(self.parts):
            if part.process is None:
                continue
            try:
                part.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{part.name} did not stop in time and was ended")
            _kill_group(part.process)
            part.process.wait()


def _environment(part: Part) -> dict[str, str]:
    """What the part inherits. The owner's log-in and, but for the sealing process, the signing key stay here."""
    kept_back = {"TARTIP_DATABASE_OWNER_URL", "TARTIP_APP_PASSWORD", "TARTIP_SEALER_PASSWORD"}
    if not part.seals:
        kept_back.add("TARTIP_JOURNAL_KEY")
    return {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in kept_back}


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

"""From the commit of an act to 200 screens, the stream's memory with 500, and 1,000 screens that reconnect in a second.

One process plays all the screens over raw sockets; acts are made at ten a second by another thread. The page server,
the background process and the worker run as in the product. The moment of a commit is taken right after the act
returned, so the figure holds sealing, notifying and fan-out. A delivery that never came counts as infinitely late.

In the storm every screen is cut off at once and comes back within one second with its Last-Event-ID. It is served when
it has been given what it missed and the stream says that it is live. Beside it somebody reads a page and asks the API;
an answer other than 200, or later than five seconds, is an error like a screen that was not served.
"""

from __future__ import annotations

import http.client
import math
import os
import selectors
import signal
import subprocess
import sys
import threading
import time

from bench.contract import Report, percentile
from bench.intake import _port, _wait
from bench.parts.database import database, environment
from bench.parts.screens import Screen, close_screens, open_screens

RATE = 10
PATIENCE = 5.0
# What a delivery that never came counts as: JSON has no infinity.
NEVER_MS = 1e9
STORMS = 3

CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def run(quick: bool) -> Report:
    seconds, storm_size = (5.0, 300) if quick else (15.0, 1000)
    with database():
        import psutil
        from django.db import connection

        from tartip.core.people.actors import make_token
        from tartip.core.people.models import Appointment
        from tartip.core.people.personas import PERSONAS, make
        from tartip.server.supervisor import granian

        actor = make(next(p for p in PERSONAS if p.username == "dispatcher"))
        token = make_token(Appointment.objects.get(account=actor.account), "bench")
        connection.close()
        port = _port()
        me = [sys.executable, "-m", "tartip"]
        commands = (
            granian("127.0.0.1", port),
            [*me, "keeper"],
            [*me, "worker"],
        )
        started = [subprocess.Popen(command, env=environment(), start_new_session=True) for command in commands]
        watch = Watch()
        try:
            _wait(port)
            time.sleep(2.0)
            watch.start()
            delays, lost = _listen(port, token, 200, seconds, actor)
            screens, _ = open_screens(port, token, 500)
            main = psutil.Process(started[0].pid)
            memory = max(p.memory_info().rss for p in [main, *main.children(recursive=True)])
            close_screens(screens)
            storms = [_storm(port, token, storm_size) for _ in range(1 if quick else STORMS)]
        finally:
            watch.stop()
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    errors = [error for storm in storms for error in storm[1]]
    p99 = percentile([*delays, *[math.inf] * lost], 0.99) * 1000
    return Report(
        "stream",
        {
            "p99_ms_200": min(p99, NEVER_MS),
            "lost": lost,
            "rss_mb_500": memory / 2**20,
            "storm_s_1000": sorted(storm[0] for storm in storms)[len(storms) // 2],
            "storm_errors": len(errors),
            "connections": watch.most,
        },
        runs=len(storms),
        input=f"200 listeners, {RATE} acts a second for {seconds:g} s; {storm_size} screens reconnect in one second; "
        "all screens are played on the same cores",
        notes=[
            f"{sum(storm[2] for storm in storms)} requests beside the storms",
            *([f"the storm had {storm_size} screens only (--quick)"] if quick else []),
            *sorted(set(errors))[:5],
        ],
    )


class Watch(threading.Thread):
    """Counts the server's connections twenty times a second, but for its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.ended = 0, threading.Event()

    def run(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            while not self.ended.wait(0.05):
                cursor.execute(CONNECTIONS)
                self.most = max(self.most, cursor.fetchone()[0])
        connection.close()

    def stop(self) -> None:
        self.ended.set()
        if self.is_alive():
            self.join()


def _storm(port: int, token: str, count: int) -> tuple[float, list[str], int]:
    """Seconds until the last screen was served again, everything that went wrong, and the number of other requests."""
    before, _ = open_screens(port, token, count, within=2.0)
    errors = [f"before the storm: {one.failed}" for one in before if one.failed]
    last = [one.last_index for one in before]
    stop, asked = threading.Event(), [0]
    people = [
        threading.Thread(target=_ask, args=(port, token, path, stop, errors, asked))
        for path in ("/api/v1/incidents", "/login/")
    ]
    for one in people:
        one.start()
    time.sleep(1.0)
    close_screens(before)
    after, took = open_screens(port, token, count, within=1.0, last=lambda n: last[n])
    errors += [f"screen: {one.failed}" for one in after if one.failed]
    stop.set()
    for one in people:
        one.join()
    close_screens(after)
    return took, errors, asked[0]


def _ask(port: int, token: str, path: str, stop: threading.Event, errors: list[str], asked: list[int]) -> None:
    while not stop.is_set():
        begun = time.perf_counter()
        asked[0] += 1
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 200:
                errors.append(f"{path}: {answer.status}")
            elif time.perf_counter() - begun > PATIENCE:
                errors.append(f"{path}: late")
        except OSError as error:
            errors.append(f"{path}: {type(error).__name__}")
        time.sleep(0.02)


def _listen(port: int, token: str, count: int, seconds: float, actor: object) -> tuple[list[float], int]:
    """Delays of all deliveries; events are told apart by the subject's id that the act returned."""
    screens, _ = open_screens(port, token, count)
    selector = selectors.DefaultSelector()
    for one in screens:
        if one.connection is not None and not one.failed:
            selector.register(one.connection, selectors.EVENT_READ, one)
    commits: dict[str, float] = {}
    seen: list[tuple[str, float]] = []
    writer = threading.Thread(target=_act, args=(actor, seconds, commits))
    writer.start()
    end = time.perf_counter() + seconds + 2.0
    while time.perf_counter() < end:
        for key, _ in selector.select(0.2):
            seen += _read(key.data, selector)
    writer.join()
    close_screens(screens)
    delays = [max(0.0, at - commits[subject]) for subject, at in seen if subject in commits]
    return delays, len(commits) * count - len(delays)


def _read(screen: Screen, selector: selectors.BaseSelector) -> list[tuple[str, float]]:
    """The subjects of the events that came, with the moment; an event cut by a packet waits for its rest."""
    connection = screen.connection
    assert connection is not None
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return []
    except OSError:
        data = b""
    if not data:
        selector.unregister(connection)
        return []
    at = time.perf_counter()
    whole, _, rest = bytes(screen.data + data).rpartition(b"\n\n")
    screen.data = bytearray(rest)
    return [(part[:36].decode(), at) for part in whole.split(b'"act":"incident.open"')[1:] for part in _subject(part)]


def _subject(part: bytes) -> list[bytes]:
    found = part.split(b"\n", 1)[0].split(b'"subject":"', 1)
    return found[1:]


def _act(actor: object, seconds: float, commits: dict[str, float]) -> None:
    from django.db import connection

    from tartip.operations.incidents.actions import open_incident

    begun = time.perf_counter()
    for number in range(int(seconds * RATE)):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        made = open_incident(actor, territory="750000000", kind_code="noise", lon=76.92, lat=43.24)  # type: ignore[arg-type]
        commits[str(made.pk)] = time.perf_counter()
    connection.close()

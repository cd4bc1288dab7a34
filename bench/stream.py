"""From the commit of an act to the screen: p99 with 200 listeners, and the stream server's memory with 500.

One process plays all the screens over raw sockets; acts are made at ten a second by another thread; the keeper seals.
The moment of a commit is taken right after the act returned, so the figure holds sealing, notifying and fan-out.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

from bench.contract import Report, percentile
from bench.ground import database, environment
from bench.intake import _port, _wait

RATE = 10


def run(quick: bool) -> Report:
    seconds = 6.0 if quick else 15.0
    with database():
        import psutil
        from django.db import connection

        from tartip.base.supervisor import granian
        from tartip.core.people.actors import make_token
        from tartip.core.people.models import Appointment
        from tartip.core.people.personas import PERSONAS, make

        actor = make(next(p for p in PERSONAS if p.username == "dispatcher"))
        token = make_token(Appointment.objects.get(account=actor.account), "bench")
        connection.close()
        port = _port()
        started = [
            subprocess.Popen(command, env=environment(), start_new_session=True)
            for command in (
                granian("tartip.base.asgi:application", interface="asgi", host="127.0.0.1", port=port),
                [sys.executable, "-m", "tartip", "keeper"],
            )
        ]
        try:
            _wait(port)
            time.sleep(1.0)
            delays, lost = _listen(port, token, 200, seconds, actor)
            listeners = _open(port, token, 500)
            time.sleep(2.0)
            main = psutil.Process(started[0].pid)
            memory = max(p.memory_info().rss for p in [main, *main.children(recursive=True)])
            for one in listeners:
                one.close()
        finally:
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    notes = [f"{lost} deliveries missing of {int(seconds * RATE) * 200}"]
    return Report(
        "stream",
        {"p99_ms_200": percentile(delays, 0.99) * 1000, "rss_mb_500": memory / 2**20},
        runs=len(delays),
        input=f"200 listeners, {RATE} acts a second for {seconds:g} s; listeners on the same two cores",
        notes=notes,
    )


def _open(port: int, token: str, count: int) -> list[socket.socket]:
    request = f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    opened = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", port))
        one.sendall(request)
        opened.append(one)
        time.sleep(0.002)
    return opened


def _listen(port: int, token: str, count: int, seconds: float, actor: object) -> tuple[list[float], int]:
    """Delays of all deliveries; events are told apart by the subject's id that the act returned."""
    listeners = _open(port, token, count)
    selector = selectors.DefaultSelector()
    for one in listeners:
        one.setblocking(False)
        selector.register(one, selectors.EVENT_READ)
    commits: dict[str, float] = {}
    seen: list[tuple[str, float]] = []
    time.sleep(2.0)
    writer = threading.Thread(target=_act, args=(actor, seconds, commits))
    writer.start()
    end = time.perf_counter() + seconds + 2.0
    while time.perf_counter() < end:
        for key, _ in selector.select(0.2):
            try:
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
            except BlockingIOError:
                continue
            at = time.perf_counter()
            for part in data.split(b'"subject":"')[1:]:
                seen.append((part[:36].decode(), at))
    writer.join()
    for one in listeners:
        one.close()
    delays = [at - commits[subject] for subject, at in seen if subject in commits]
    return [max(0.0, d) for d in delays], len(commits) * count - len(delays)


def _act(actor: object, seconds: float, commits: dict[str, float]) -> None:
    from django.db import connection

    from tartip.operations.incidents.actions import open_incident

    begun = time.perf_counter()
    for number in range(int(seconds * RATE)):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        made = open_incident(actor, territory="750000000", kind_code="noise", lon=76.92, lat=43.24)  # type: ignore[arg-type]
        commits[str(made.pk)] = time.perf_counter()
    connection.close()

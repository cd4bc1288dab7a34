"""From an HTTP call to an incident in the queue: requests per second and p99, on the page server the product uses.

Eight clients on kept-alive connections send POST /api/v1/incidents with a call, a card, a place and an idempotency
key each. `calls_per_s` is the most it takes; `p99_ms` is measured at the aimed rate of 200 calls a second.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

from bench.contract import Report, percentile
from bench.parts.database import database, environment

CLIENTS = 8
AIM = 200


def run(quick: bool) -> Report:
    seconds = 4.0 if quick else 12.0
    with database():
        from django.db import connection

        from tartip.core.people.actors import make_token
        from tartip.core.people.models import Appointment
        from tartip.core.people.personas import PERSONAS, make
        from tartip.operations.incidents.models import Incident

        actor = make(next(p for p in PERSONAS if p.username == "operator"))
        token = make_token(Appointment.objects.get(account=actor.account), "bench")
        connection.close()
        port = _port()
        from tartip.server.supervisor import granian

        server = subprocess.Popen(
            granian("127.0.0.1", port),
            env=environment(),
            start_new_session=True,
        )
        try:
            _wait(port)
            _clients(port, token, 1.5, 0)
            rates = [len(_clients(port, token, seconds, 0)) / seconds for _ in range(3)]
            paced = _clients(port, token, seconds, CLIENTS / AIM)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        stored = Incident.objects.count()
    return Report(
        "intake",
        {"calls_per_s": sorted(rates)[1], "p99_ms": percentile(paced, 0.99) * 1000},
        runs=3,
        input=f"{stored} incidents by HTTP in all; granian, 8 threads; clients on the same two cores",
    )


def _clients(port: int, token: str, seconds: float, pause: float) -> list[float]:
    times: list[float] = []
    lock = threading.Lock()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        mine, begun, sent = [], time.perf_counter(), 0
        due = begun + pause * number / CLIENTS
        while (start := time.perf_counter()) < begun + seconds:
            if pause and start < due:
                time.sleep(due - start)
                start = time.perf_counter()
            due += pause
            connection.request("POST", "/api/v1/incidents", _body(number, sent), {
                "Authorization": f"Bearer {token}", "Content-Type": "application/json",
                "Idempotency-Key": f"{begun}-{number}-{sent}",
            })  # fmt: skip
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 201, body
            mine.append(time.perf_counter() - start)
            sent += 1
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _body(number: int, sent: int) -> str:
    moment = datetime.now(UTC)
    return json.dumps(
        {
            "call": {
                "offered_at": (moment - timedelta(seconds=30)).isoformat(),
                "answered_at": (moment - timedelta(seconds=22)).isoformat(),
                "kind": "fight",
                "place": {
                    "lon": 76.85 + sent % 97 / 1000,
                    "lat": 43.2 + number / 1000,
                    "radius_m": 50,
                    "address": "Абай 10",
                },
                "card": {"danger_now": True, "injured": 1},
                "note": "Дерутся двое у входа.",
            }
        }
    )


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the page server did not start")
